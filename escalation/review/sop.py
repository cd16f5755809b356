"""The revision of an SOP that a review proposes: Markdown from the facts of one ticket, gaps marked as gaps."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from escalation.durations import format_duration
from escalation.review.incident import Document, Fired, ProposedRevision, ReviewCase, Tried
from escalation.ticket import Ticket

_GAP = "*Not in the facts of this ticket; for a person to write.*"
_LONGEST = 100_000
_MOST_STEPS = 50
_NO_ID = re.compile(r"[^A-Za-z0-9._-]+")


def sop_of(case: ReviewCase) -> str:
    """The SOP of the category, or a new one where it has none."""
    return _NO_ID.sub("-", case.sop or f"SOP-NEW-{case.category}")[:100]


def revision(
    case: ReviewCase,
    ticket: Ticket,
    tried: Sequence[Tried],
    fired: Sequence[Fired],
    current: Document | None = None,
) -> ProposedRevision:
    """What the SOP of this category should say after this ticket: what it says now, and what was learned."""
    sop = sop_of(case)
    learned = [
        f"Drafted from {case.ticket_id}, from its recorded facts alone.",
        _section("Symptoms", _symptoms(ticket)),
        _section("Required information", _required(ticket)),
        _section("Steps that worked", _worked(ticket, tried)),
        _section("Steps that failed", _steps(tried, ("failed", "partly"))),
        _section("When to escalate", [_when(f) for f in fired if f.upward]),
        _section("Expected response", _expected(ticket)),
    ]
    title = current.title if current else f"{case.category.replace('_', ' ').replace('.', ': ')}"
    before = current.body.rstrip() if current else f"# {sop} · {title}"
    heading = f"# Learned from {case.ticket_id}: {_one_line(case.subject)}"
    body = "\n\n".join([before, *([heading] if current else []), *learned])
    return ProposedRevision(sop=sop, title=title, body=body[:_LONGEST].rstrip() + "\n")


def _section(heading: str, lines: Iterable[str]) -> str:
    listed = "\n".join(f"- {line}" for line in dict.fromkeys(map(_one_line, lines)) if line)
    return f"## {heading}\n\n{listed or _GAP}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _symptoms(ticket: Ticket) -> list[str]:
    facts = ticket.facts
    observed = [note.note.summary_symptoms or "" for note in ticket.notes]
    messages = f"Error messages: {facts.error_messages}" if facts.error_messages else ""
    return [ticket.subject, ticket.description, messages, *observed]


def _required(ticket: Ticket) -> list[str]:
    """The five intake facts, each with what it was here."""
    facts = ticket.facts
    users = None if facts.users_affected is None else str(facts.users_affected)
    asked = {
        "Affected systems": ", ".join(facts.affected_systems or ()),
        "Error messages": facts.error_messages,
        "Users affected": users,
        "Recent changes": facts.recent_changes,
        "Steps attempted before the call": facts.steps_attempted,
    }
    return [f"{name} (here: {value or 'not recorded'})" for name, value in asked.items()]


def _worked(ticket: Ticket, tried: Sequence[Tried]) -> list[str]:
    ending = ticket.ending
    what_ended_it = f"Resolution at Tier {ending.tier}: {ending.resolution}" if ending and ending.resolution else ""
    return [*_steps(tried, ("worked",)), what_ended_it]


def _steps(tried: Sequence[Tried], outcomes: tuple[str, ...]) -> list[str]:
    found = dict.fromkeys(_step(t) for t in tried if t.outcome in outcomes)
    return list(found)[:_MOST_STEPS]


def _step(tried: Tried) -> str:
    tier = f"Tier {tried.tier}" if tried.tier else "Triage"
    partly = ", in part" if tried.outcome == "partly" else ""
    return f"{tried.step} ({tier}{partly}): {tried.result}"


def _when(fired: Fired) -> str:
    left = f"Tier {fired.from_tier}" if fired.from_tier else "Triage"
    values = ", ".join(f"{name} {value}" for name, value in fired.values.items())
    trigger = f"trigger {fired.trigger}" if fired.trigger else "a person's judgement"
    why = "; ".join(part for part in (fired.reason, f"here {values}" if values else "") if part)
    return f"{left} to Tier {fired.to_tier}, by {trigger}{f': {why}' if why else ''}"


def _whole(time: timedelta) -> timedelta:
    return timedelta(seconds=round(time.total_seconds()))


def _expected(ticket: Ticket) -> list[str]:
    """The promises that ran on this ticket, and what became of them."""
    return [
        f"{name.replace('_', ' ').capitalize()} for {ticket.priority.value}: within {format_duration(clock.target)}"
        f" of {clock.calendar} hours (here: {format_duration(_whole(clock.counted))})"
        for name, clock in ticket.clocks.items()
    ]
