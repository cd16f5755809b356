"""B41 in a terminal: the report on pauses as people read it."""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from escalation.pauses import PauseReport
from tests.unit.rules.story import MONDAY
from tierline import pauses_cli
from tierline.ask_api import ApiRefusedError
from tierline.cli import app

HELD = {
    "ticket_id": "T-7", "client": "acme-dental", "hold": "waiting_customer", "held_by": "tomas", "held_at": MONDAY,
    "clocks": ("resolution",),
}  # fmt: skip


def test_b41_each_finding_is_a_sentence_and_each_person_a_line() -> None:
    findings = [
        HELD | {"found": "replied_while_paused", "replied_at": MONDAY, "ignored": "5h"},
        HELD | {"found": "reply_recorded_late", "ignored": "40m"},
        HELD | {"found": "just_before_breach", "left": "12m"},
    ]
    people = [{"person": "tomas", "holds": 4, "found": 1}]
    report = PauseReport.model_validate({"holds": 4, "findings": findings, "people": people})
    console = Console(file=io.StringIO(), width=200)
    pauses_cli.print_report(report, console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert "4 holds that paused a promise, 3 findings" in said
    assert "the customer had replied; the clock stood still for another 5h" in said
    assert "a reply was recorded 40m late" in said
    assert "set with 12m left" in said
    assert "tomas" in said


def test_b41_without_a_running_desk_the_command_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLINE_TOKEN", "nobody")
    monkeypatch.setenv("TIERLINE_API_PORT", "1")
    answer = CliRunner().invoke(app, ["pauses", "--from", "2026-10-01T00:00:00Z", "--json"])
    assert isinstance(answer.exception, ApiRefusedError)
    assert "/v1/reports/pauses cannot be reached" in str(answer.exception)
