"""`tierline pauses`: holds that look wrong, whose they are, and what speaks against each."""

import json
from collections.abc import Mapping

import typer
from rich.console import Console
from rich.table import Table

from escalation.durations import format_duration
from escalation.pauses import PauseFinding, PauseReport
from tierline.ask_api import ask
from tierline.settings import Settings

_SAID = {
    "replied_while_paused": "the customer had replied; the clock stood still for another {ignored}",
    "reply_recorded_late": "a reply was recorded {ignored} late",
    "just_before_breach": "set with {left} left",
}


def show(settings: Settings, query: Mapping[str, str | None], *, as_json: bool) -> None:
    """Print the report of the running desk: two tables, or JSON as the API gives it."""
    said = ask(settings, "/v1/reports/pauses", {name: value for name, value in query.items() if value is not None})
    if as_json:
        typer.echo(json.dumps(said, indent=1))
    else:
        print_report(PauseReport.model_validate(said), Console())


def print_report(report: PauseReport, console: Console) -> None:
    """Each finding in a sentence, then the people with the most of them."""
    findings = Table("held at (UTC)", "ticket", "client", "hold", "by", "what", title_justify="left")
    findings.title = f"{report.holds:,} holds that paused a promise, {len(report.findings):,} findings"
    for found in report.findings:
        at = f"{found.held_at:%Y-%m-%d %H:%M}"
        findings.add_row(at, found.ticket_id, found.client, found.hold, found.held_by, _said(found))
    console.print(findings)
    people = Table("person", "holds", "of them found", title_justify="left")
    for line in report.people:
        people.add_row(line.person, str(line.holds), str(line.found))
    console.print(people)


def _said(found: PauseFinding) -> str:
    times = {"ignored": found.ignored, "left": found.left}
    return _SAID[found.found].format(**{name: format_duration(time) for name, time in times.items() if time})
