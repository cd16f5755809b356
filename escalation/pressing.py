"""Which ticket to take next, and why: the same answer for everybody who looks at the same desk."""

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum

from pydantic import AwareDatetime

from escalation.lines import TicketLine
from escalation.terms import Facts


class Press(IntEnum):
    """How a ticket presses, the strongest first.

    What can still be kept goes before what is broken already; between two alike the sooner moment decides.
    """

    EMERGENCY = 1
    HANDOFF_OVERDUE = 2
    AT_RISK = 3
    BREACHED = 4
    HANDOFF_WAITS = 5
    STAGNANT = 6
    DUE = 7


class Pressing(Facts):
    """A ticket, how it presses, and the moment that counts: when something breaks, or since when it has waited."""

    line: TicketLine
    press: Press
    moment: AwareDatetime


def pressing(line: TicketLine, now: datetime) -> Pressing:
    """How this ticket presses at that moment."""
    press, moment = _judged(line, now)
    return Pressing(line=line, press=press, moment=moment)


def ranked(lines: Iterable[TicketLine], now: datetime) -> list[Pressing]:
    """Each ticket once, the one to take next first."""
    once = {line.id: line for line in lines}
    return sorted((pressing(line, now) for line in once.values()), key=_turn)


def _judged(line: TicketLine, now: datetime) -> tuple[Press, datetime]:
    waits = line.waits
    breaks = line.breach_at
    if line.emergency and waits:
        return Press.EMERGENCY, line.owned_since
    if waits and line.accept_by and line.accept_by <= now:
        return Press.HANDOFF_OVERDUE, line.accept_by
    if not line.breached and breaks and breaks > now and line.risk_at and line.risk_at <= now:
        return Press.AT_RISK, breaks
    if line.breached or (breaks and breaks <= now):
        return Press.BREACHED, breaks or line.opened_at
    if waits:
        return Press.HANDOFF_WAITS, line.accept_by or line.owned_since
    if line.stagnant:
        return Press.STAGNANT, breaks or line.owned_since
    return Press.DUE, breaks or line.next_due_at or line.opened_at


def _turn(each: Pressing) -> tuple[int, str, datetime, str]:
    """Of broken promises the more important first, of all others the sooner moment."""
    priority = each.line.priority.value if each.press is Press.BREACHED else ""
    return each.press, priority, each.moment, each.line.id
