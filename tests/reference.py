"""The figures of a real log that two independent programs agreed on, and ours in the shape of its files."""

import csv
import gzip
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from escalation.facts import Kept, Move, TicketFacts

Row = Mapping[str, str]
LOG = "volvo_it_incidents.csv.gz"


def reference_folder() -> Path:
    """Where the reference log is; the test is skipped where it is not."""
    beside = Path(__file__).parents[2] / "shared" / "data" / "volvo_it"
    folder = Path(os.environ.get("TIERLINE_REFERENCE_DATA", beside))
    if not (folder / LOG).exists():
        pytest.skip(f"no reference log in {folder}: set TIERLINE_REFERENCE_DATA to the folder that holds {LOG}")
    return folder


def rows(path: Path) -> Iterator[Row]:
    """The rows of a reference file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def unix(at: datetime | None) -> str:
    return "" if at is None else str(at.timestamp())


def seconds(took: timedelta | None) -> str:
    return "" if took is None else str(took.total_seconds())


def case_as_row(case_id: str, ticket: TicketFacts, impact: str, for_user: Container[datetime]) -> Row:
    """The figures of a case; `for_user` are the beginnings of the waits for users, which share a reason with others."""
    tiers = [stay.tier for stay in ticket.stays]
    ups = ticket.escalations
    first_up = ups[0].entered.began_at if ups else None
    row = {
        "case_id": case_id,
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
        "wait_user_s": seconds(_sum(ticket.waits_until(None), for_user)),
        "queued_s": seconds(ticket.queued),
        "reopens": ticket.reopens,
        "impact": impact,
    }
    return {name: str(value) for name, value in row.items()}


def _sum(waits: Iterable[tuple[datetime, datetime]], begun: Container[datetime]) -> timedelta:
    return sum((end - start for start, end in waits if start in begun), timedelta())


def move_as_row(case_id: str, number: int, move: Move) -> Row:
    """One move from tier to tier."""
    arrived = "Queued" if move.entered.queued else "Accepted" if move.entered.accepted_at else "Completed"
    row = {
        "case_id": case_id,
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


def promises_as_row(case_id: str, ticket: TicketFacts, kept: Kept) -> Row:
    """What became of the promises of a case."""
    resolved = kept.resolution is not None
    row = {
        "case_id": case_id,
        "priority": ticket.priority,
        "response_s": seconds(kept.response),
        "response_breached": int(kept.response_breached),
        "resolution_active_s": seconds(kept.resolution),
        "resolution_breached": int(kept.resolution_breached) if resolved else "",
        "resolution_gross_s": seconds(kept.resolution_gross),
        "breached_without_pause": int(kept.gross_breached) if resolved else "",
    }
    return {name: str(value) for name, value in row.items()}


def in_seconds(row: Row) -> dict[str, str | float | None]:
    """The reference writes nought once as 0 and elsewhere as 0.0."""
    return {name: (float(value) if value else None) if name.endswith("_s") else value for name, value in row.items()}
