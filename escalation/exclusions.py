"""Breaches have reasons, and some do not count: said by one person, asked for, and decided by another."""

from escalation import sla
from escalation.commands import AskExclusion, Command, DecideExclusion, StateBreach
from escalation.errors import (
    ExclusionNotAsked,
    ExclusionPending,
    IncompleteCommand,
    NotBreached,
    NotPermitted,
    UnknownName,
)
from escalation.events import BreachStated, Event, ExclusionAsked, ExclusionDecided
from escalation.handoff import is_blank
from escalation.records import Breach
from escalation.situation import Situation
from escalation.sla import Clock


def judge_state_breach(at: Situation, command: StateBreach) -> list[Event]:
    """A code of the policy and a sentence; said again, it replaces what was said before."""
    clock = _breached(at, command.clock)
    codes = at.policy.breach_reasons
    lacks = [name for name in ("code", "text") if is_blank(getattr(command, name), at.policy.note)]
    if lacks:
        raise IncompleteCommand(f"Say why: {', '.join(lacks)} (codes: {', '.join(codes)}).", lacks)
    if command.code not in codes:
        raise UnknownName(
            f"No breach reason {command.code!r}; the policy has {', '.join(codes)}.", field="code", value=command.code
        )
    return [
        BreachStated(
            at=at.now, by=at.by, clock=clock.name, generation=clock.generation, code=command.code, text=command.text
        )
    ]


def judge_ask_exclusion(at: Situation, command: AskExclusion) -> list[Event]:
    """Only of a breach whose reason is stated, and one request at a time."""
    clock = _breached(at, command.clock)
    breach = at.ticket.breaches.get(clock.name)
    if breach is None:
        raise IncompleteCommand(f"First say why {_said(clock)} was broken, with state_breach.", ["code", "text"])
    if _pending(breach):
        raise ExclusionPending(f"The exclusion of {_said(clock)} is asked for already.", clock=clock.name)
    if is_blank(command.reason, at.policy.note):
        raise IncompleteCommand("Say why it should not count.", ["reason"])
    return [ExclusionAsked(at=at.now, by=at.by, clock=clock.name, reason=command.reason)]


def judge_decide_exclusion(at: Situation, command: DecideExclusion) -> list[Event]:
    """A second person decides; what is approved is on the clock itself, so that every figure sees it."""
    clock = _breached(at, command.clock)
    breach = at.ticket.breaches.get(clock.name)
    if breach is None or not _pending(breach):
        raise ExclusionNotAsked(f"Nobody asks that {_said(clock)} be excluded.", clock=clock.name)
    if breach.asked_by == command.by:
        raise NotPermitted("Whoever asks for an exclusion does not decide it.", role=command.role.value)
    lacks = ["approve"] if command.approve is None else []
    lacks += ["reason"] if is_blank(command.reason, at.policy.note) else []
    if lacks or command.approve is None:
        raise IncompleteCommand(f"A decision needs {', '.join(lacks)}.", lacks)
    return [
        ExclusionDecided(
            at=at.now,
            by=at.by,
            clock=clock.name,
            approved=command.approve,
            reason=command.reason,
            clocks={clock.name: sla.excluded(clock)} if command.approve else {},
        )
    ]


def says(event: Event, command: Command) -> bool:
    """Whether the event says what this command asks: so a repeat is told from another request."""
    match event, command:
        case BreachStated(), StateBreach():
            return (event.clock, event.code, event.text) == (command.clock, command.code, command.text)
        case ExclusionAsked(), AskExclusion():
            return (event.clock, event.reason) == (command.clock, command.reason)
        case ExclusionDecided(), DecideExclusion():
            return (event.clock, event.approved, event.reason) == (command.clock, command.approve, command.reason)
        case _:
            return False


def _breached(at: Situation, name: str) -> Clock:
    if not name.strip():
        raise IncompleteCommand("Name the clock.", ["clock"])
    clock = at.ticket.clocks.get(name)
    if clock is None:
        known = ", ".join(at.ticket.clocks)
        raise UnknownName(f"{at.ticket.id} has no clock {name!r}; it has {known}.", field="clock", value=name)
    if not clock.breached:
        raise NotBreached(f"{_said(clock).capitalize()} of {at.ticket.id} is not broken.", clock=name)
    return clock


def _pending(breach: Breach) -> bool:
    return breach.asked_by is not None and breach.approved is None


def _said(clock: Clock) -> str:
    return f"the promise of {clock.name.replace('_', ' ')}"
