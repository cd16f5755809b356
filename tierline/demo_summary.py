"""The end of `tierline demo`: every ticket in one line, the figures as the API has them, what to look at next."""

from collections import Counter
from datetime import datetime
from typing import Any

from rich.table import Table

from tierline.demo_stage import Stage


def summary(stage: Stage, began_at: datetime) -> None:
    """Print it."""
    console = stage.teller.console
    console.print()
    console.print("What became of them", style="bold")
    console.print(_tickets(stage))
    since = began_at.isoformat()
    figures = stage.when_there("/metrics/escalation", 10, **{"from": since})
    console.print()
    console.print(f"The desk's figures since {began_at:%H:%M:%S} UTC (GET /v1/metrics/escalation)", style="bold")
    console.print(_figures(figures))
    console.print()
    console.print("What to look at next", style="bold")
    console.print(_next(stage), soft_wrap=True)


def _tickets(stage: Stage) -> Table:
    table = Table("ticket", "", "subject", "who had it", "ended", box=None, padding=(0, 2, 0, 0))
    for ticket in stage.tickets:
        view = ticket.look()
        ended = f"merged into {view.merged_into}" if view.merged_into else view.stage.value
        table.add_row(view.id, view.priority.value, view.subject, " → ".join(ticket.path), ended)
    return table


def _figures(said: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_row("Tickets", str(said["cases"]), f"{said['events']} events; a merged duplicate is none")
    for tier, rate in said["escalation_rate"].items():
        table.add_row(f"Escalated by Tier {tier}", _pct(rate["pct"]), f"{rate['escalated']} of {rate['worked']}")
    again, taken = said["re_escalation"], said["handoff_delay_accepted"]
    table.add_row("Escalated and then sent down", _pct(again["sent_down_after_escalation_pct"]), f"of {again['of']}")
    table.add_row("Escalations never accepted", str(said["never_accepted"]["n"]), f"of {said['never_accepted']['of']}")
    table.add_row("Handoff until accepted, median", _seconds(taken["median_h"]), f"{taken['n']} escalations")
    table.add_row(
        "Time to resolve, median",
        _seconds(said["time_to_resolve"]["median_h"]),
        "nobody here stops to think",
    )
    table.add_row("Reopened", str(said["reopened_cases"]["n"]), "")
    table.add_row("Near misses", str(said["near_misses"]["n"]), "almost escalations at Tier 1")
    sla = said["sla"]
    table.add_row("Resolution promises broken", str(sla["resolution_breached"]), f"of {sla['resolved']} resolved")
    return table


def _next(stage: Stage) -> str:
    settings, last = stage.settings, stage.tickets[-1].id
    api, base = settings.api_url, f"{settings.ui_url}/namespaces/{settings.namespace}/workflows"
    return "\n".join(
        (
            f"  Temporal UI   {base}",
            "                Open a ticket: its card, its timers by name, every update with who asked for it.",
            f"  The review    {base}/review%2F{last}",
            "  What it says, what it changed, and the clocks of the ticket:",
            f'                H="Authorization: Bearer $(cat {settings.token_file})"',
            f'                curl -s -H "$H" {api}/v1/reviews/{last}',
            f'                curl -s -H "$H" {api}/v1/sops/SOP-10',
            f'                curl -s -H "$H" {api}/v1/tickets/{last}/sla',
            f"  The API       {api}/docs",
            f"  Figures       tierline metrics --state {settings.state}",
            _letters(stage),
        )
    )


def _letters(stage: Stage) -> str:
    """Whether anybody was disturbed."""
    states: Counter[str] = Counter()
    for ticket in stage.tickets:
        said = stage.when_there(f"/tickets/{ticket.id}/messages", 10)["messages"]
        states.update(letter["state"] for letter in said)
    if set(states) <= {"no_channel"}:
        return f"  Messages      {states.total()} were written to people, none was sent: no way out is configured"
    return f"  Messages      {', '.join(f'{n} {state}' for state, n in states.items())}"


def _pct(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} %"


def _seconds(hours: float | None) -> str:
    return "–" if hours is None else f"{hours * 3600:.1f} s"
