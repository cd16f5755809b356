"""The card of a ticket in the Temporal UI: Markdown that reads without tables or pictures, under four kilobytes."""

from collections.abc import Sequence
from datetime import datetime

from escalation.deadlines import next_deadline
from escalation.records import Alerted
from escalation.ticket import Ticket
from escalation.view import allowed, state

_LIMIT = 4_000


def card(ticket: Ticket, recent: Sequence[str]) -> str:
    """Stage, owner, clocks with due times, what is allowed now, the last entries."""
    accepted = f"accepted {_short(ticket.accepted_at)}" if ticket.accepted_at else "**not accepted yet**"
    due = next_deadline(ticket)
    clocks = "\n".join(
        f"{clock.name:<15} {state(clock):<9} due {_short(clock.due_at)}" for clock in ticket.clocks.values()
    )
    lines = [
        f"## {ticket.priority.value} · {ticket.id} · {ticket.stage.value.replace('_', ' ')}",
        f"**{ticket.subject}** ({ticket.client}{', VIP' if ticket.vip else ''})",
        f"Owner **{ticket.owner}**, {accepted}. Coordinator {ticket.coordinator}.",
        *([f"On hold: {ticket.hold.reason}"] if ticket.hold else []),
        *(
            [f"Note owed by {ticket.note_debt.owed_by}: {', '.join(ticket.note_debt.missing)}"]
            if ticket.note_debt
            else []
        ),
        *([_alerts(ticket.alerts)] if ticket.alerts else []),
        f"Next: {due.words}, at {_short(due.at)}" if due else "Nothing is due.",
        f"```\n{clocks}\n```",
        f"Allowed now: {', '.join(allowed(ticket)) or 'nothing'}",
        "Last entries:\n\n" + "\n".join(f"- {line}" for line in recent),
    ]
    return "\n\n".join(lines)[:_LIMIT]


def _alerts(said: Alerted) -> str:
    flapping = f", {said.flapping} of them come and go" if said.flapping else ""
    quiet = f" No pages before {_short(said.quiet_until)}: maintenance." if said.quiet_until else ""
    kind = "Storm of alerts" if said.storm else "Alerts"
    return f"{kind}: {said.total} in all, {said.live} faults not over{flapping}; last: {said.latest}.{quiet}"


def summary(priority: str, client: str, subject: str) -> str:
    """The one line by which an operator knows a ticket in a list."""
    return f"{priority} · {client} · {subject}"[:200]


def _short(at: datetime | None) -> str:
    return f"{at:%d %b %H:%M:%S} UTC" if at else "-"
