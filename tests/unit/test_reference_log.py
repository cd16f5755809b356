"""A real log against figures that two independent programs agreed on. Skipped where that data is not at hand."""

import csv
import gzip
import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escalation.compliance import FixedTargets
from escalation.event_log import LogCase
from escalation.facts import Move, TicketFacts
from escalation.log_facts import facts_of_case
from escalation.log_steps import StepKind, steps_of
from escalation.metrics import escalation_figures
from tierline.cli import app
from tierline.log_files import read_log, read_mapping

Row = Mapping[str, str]
LOG = "volvo_it_incidents.csv.gz"


@pytest.fixture(scope="module")
def data() -> Path:
    beside = Path(__file__).parents[3] / "shared" / "data" / "volvo_it"
    folder = Path(os.environ.get("TIERLINE_REFERENCE_DATA", beside))
    if not (folder / LOG).exists():
        pytest.skip(f"no reference log in {folder}: set TIERLINE_REFERENCE_DATA to the folder that holds {LOG}")
    return folder


@pytest.fixture(scope="module")
def cases(data: Path) -> dict[str, LogCase]:
    return {case.case_id: case for case in read_log(data / LOG, read_mapping())}


@pytest.fixture(scope="module")
def facts(cases: dict[str, LogCase]) -> dict[str, TicketFacts]:
    return {case_id: facts_of_case(case) for case_id, case in cases.items()}


@pytest.fixture(scope="module")
def targets() -> FixedTargets:
    targets = read_mapping().targets
    assert targets is not None
    return targets


def rows(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def unix(at: datetime | None) -> str:
    return "" if at is None else str(at.timestamp())


def seconds(took: timedelta | None) -> str:
    return "" if took is None else str(took.total_seconds())


def test_all_figures_equal_the_reference(data: Path, facts: dict[str, TicketFacts], targets: FixedTargets) -> None:
    figures = escalation_figures(facts.values(), targets.judge)
    assert json.loads(figures.model_dump_json()) == json.loads((data / "reference.json").read_text())


def test_the_command_prints_the_reference(data: Path) -> None:
    printed = CliRunner().invoke(app, ["metrics", "--log", str(data / LOG), "--json"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout) == json.loads((data / "reference.json").read_text())


def test_every_case_equals_the_reference(data: Path, cases: dict[str, LogCase], facts: dict[str, TicketFacts]) -> None:
    reference = {row["case_id"]: row for row in rows(data / "case_reference.csv.gz")}
    assert {case_id: _as_row(facts[case_id], cases[case_id]) for case_id in facts} == reference


def test_every_move_equals_the_reference(data: Path, facts: dict[str, TicketFacts]) -> None:
    ours = [_move_as_row(ticket, n, move) for ticket in facts.values() for n, move in enumerate(ticket.moves)]
    assert ours == list(rows(data / "moves_reference.csv.gz"))


def test_every_promise_equals_the_reference(data: Path, facts: dict[str, TicketFacts], targets: FixedTargets) -> None:
    reference = [_in_seconds(row) for row in rows(data / "sla_reference.csv.gz")]
    assert [_in_seconds(_promises_as_row(ticket, targets)) for ticket in facts.values()] == reference


def _as_row(ticket: TicketFacts, case: LogCase) -> Row:
    tiers = [stay.tier for stay in ticket.stays]
    ups = ticket.escalations
    first_up = ups[0].entered.began_at if ups else None
    row = {
        "case_id": ticket.ticket_id,
        "opened": unix(ticket.opened_at),
        "start_tier": tiers[0],
        "max_tier": max(tiers),
        "last_tier": tiers[-1],
        "events": ticket.events,
        "n_up": len(ups),
        "n_down": len(ticket.moves) - len(ups),
        "n_skip": sum(move.entered.tier - move.left.tier > 1 for move in ups),
        "repeat_same_tier": int(ticket.escalated_again_from_same_tier),
        "down_after_up": int(ticket.sent_down_after_escalation),
        "team_changes": len(ticket.teams) - 1,
        "pingpong_aba": sum(a == c for a, c in zip(ticket.teams, ticket.teams[2:], strict=False)),
        "first_escalated": unix(first_up),
        "tte_first_s": seconds(first_up - ticket.opened_at if first_up else None),
        "resolved": unix(ticket.completed_at),
        "ttr_s": seconds(ticket.time_to_resolve),
        "resolve_sub": ticket.completed_as,
        "resolve_tier": float(ticket.resolved_tier) if ticket.resolved_tier else "",
        "wait_s": seconds(sum((end - start for start, end in ticket.waits_until(None)), timedelta())),
        "wait_before_resolve_s": seconds(ticket.waited_before_resolve),
        "first_response_s": seconds(ticket.first_response_at - ticket.opened_at if ticket.first_response_at else None),
        "wait_user_s": seconds(_waited_for_user(ticket, case)),
        "queued_s": seconds(ticket.queued),
        "reopens": ticket.reopens,
        "impact": case.rows[0].raw["impact"],
    }
    return {name: str(value) for name, value in row.items()}


def _waited_for_user(ticket: TicketFacts, case: LogCase) -> timedelta:
    """Our hold reason is the same for users and customers; the step's own words tell them apart."""
    holds = [step for step in steps_of(case) if step.kind is StepKind.HOLD]
    for_user = {step.at for step in holds if step.raw["substatus"] == "Wait - User"}
    return sum(
        (end - start for start, end in ticket.waits_until(None) if start in for_user),
        timedelta(),
    )


def _move_as_row(ticket: TicketFacts, number: int, move: Move) -> Row:
    arrived = "Queued" if move.entered.queued else "Accepted" if move.entered.accepted_at else "Completed"
    row = {
        "case_id": ticket.ticket_id,
        "k": number,
        "kind": "up" if move.upward else "down",
        "from_tier": move.left.tier,
        "to_tier": move.entered.tier,
        "stay_start": unix(move.left.began_at),
        "moved_at": unix(move.entered.began_at),
        "in_tier_s": seconds(move.in_tier),
        "first_status": arrived,
        "pickup_kind": move.entered.pickup,
        "handoff_delay_s": seconds(move.entered.handoff_delay),
    }
    return {name: str(value) for name, value in row.items()}


def _promises_as_row(ticket: TicketFacts, targets: FixedTargets) -> Row:
    kept = targets.judge(ticket)
    assert kept is not None
    resolved = kept.resolution is not None
    row = {
        "case_id": ticket.ticket_id,
        "priority": ticket.priority,
        "response_s": seconds(kept.response),
        "response_breached": int(kept.response_breached),
        "resolution_active_s": seconds(kept.resolution),
        "resolution_breached": int(kept.resolution_breached) if resolved else "",
        "resolution_gross_s": seconds(kept.resolution_gross),
        "breached_without_pause": int(kept.gross_breached) if resolved else "",
    }
    return {name: str(value) for name, value in row.items()}


def _in_seconds(row: Row) -> dict[str, str | float | None]:
    """The reference writes nought once as 0 and elsewhere as 0.0."""
    return {name: (float(value) if value else None) if name.endswith("_s") else value for name, value in row.items()}
