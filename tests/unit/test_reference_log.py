"""A real log against figures that two independent programs agreed on. Skipped where that data is not at hand."""

import json
from pathlib import Path
from statistics import mean, median, quantiles

import pytest
from typer.testing import CliRunner

from escalation.compliance import FixedTargets
from escalation.facts import TicketFacts
from escalation.log.facts import facts_of_case
from escalation.log.rows import LogCase
from escalation.log.steps import StepKind, steps_of
from escalation.metrics import escalation_figures
from tests.reference import LOG, Row, case_as_row, in_seconds, move_as_row, promises_as_row, reference_folder, rows
from tierline.cli import app
from tierline.log_files import read_log, read_mapping


@pytest.fixture(scope="module")
def data() -> Path:
    return reference_folder()


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


def test_r46_all_figures_of_a_real_log_equal_the_reference(
    data: Path, facts: dict[str, TicketFacts], targets: FixedTargets
) -> None:
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
    ours = [move_as_row(case_id, n, move) for case_id, ticket in facts.items() for n, move in enumerate(ticket.moves)]
    assert ours == list(rows(data / "moves_reference.csv.gz"))


def test_r46_vector_8_every_promise_of_a_real_log_equals_the_reference(
    data: Path, facts: dict[str, TicketFacts], targets: FixedTargets
) -> None:
    reference = [in_seconds(row) for row in rows(data / "sla_reference.csv.gz")]
    kept = [(case_id, ticket, targets.judge(ticket)) for case_id, ticket in facts.items()]
    assert [in_seconds(promises_as_row(case_id, ticket, k)) for case_id, ticket, k in kept if k] == reference


def test_r90_business_hours_of_a_real_log_equal_the_reference(
    data: Path, facts: dict[str, TicketFacts], targets: FixedTargets
) -> None:
    active = [row["resolution_active_s"] for row in rows(data / "sla_reference.csv.gz")]
    hours = [float(seconds) / 3600 for seconds in active if seconds]
    said = escalation_figures(facts.values(), targets.judge, own=True).time_to_resolve_in_business_hours
    assert said is not None
    cuts = quantiles(hours, n=20, method="inclusive")
    assert (said.n, said.mean_h, said.median_h) == (len(hours), round(mean(hours), 4), round(median(hours), 4))
    assert (said.p75_h, said.p90_h) == (round(cuts[14], 4), round(cuts[17], 4))


def _as_row(ticket: TicketFacts, case: LogCase) -> Row:
    holds = [step for step in steps_of(case) if step.kind is StepKind.HOLD]
    for_user = {step.at for step in holds if step.raw["substatus"] == "Wait - User"}
    return case_as_row(case.case_id, ticket, case.rows[0].raw["impact"], for_user)
