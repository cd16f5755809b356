"""Random pasts of a desk, several tickets at a time, in the journal and as the facts that a fold of it gives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from sqlalchemy import Engine

from escalation.commands import Accept, Escalate, Resume
from escalation.compliance import read_off
from escalation.desk_hours import hours_of
from escalation.events import Entry, Event, Opened
from escalation.facts import OUTCOMES, TicketFacts
from escalation.figures import Scope
from escalation.handoff import StepTried
from escalation.policy import Policy, TierLimits
from escalation.routine import is_routine
from stores.figures import Figures
from stores.naming import Roster
from stores.projection import read_on
from tests.unit.rules.asked import HOLD, OWNER, RATE_NOTE, RESOLVE, RETURN
from tests.unit.rules.histories import History, histories
from tests.unit.rules.story import MONDAY, NOTE, POLICY


class Past(list[list[Entry]]):
    """Tickets, each with its entries; shown by what happened to each."""

    def __repr__(self) -> str:
        return "; ".join(f"{its[0].ticket_id}: {' '.join(entry.event.kind for entry in its)}" for its in self)


_OF_A_PARTNER = POLICY.people["priya"].model_copy(update={"partner": "night-desk"})
# Below Tier 3 less is allowed than where these pasts were lived: so there is routine work at it, and other work.
_NARROW = {tier: TierLimits(may=("identity.*",)) if tier < 3 else limits for tier, limits in POLICY.scope.items()}
DESK = POLICY.model_copy(update={"people": POLICY.people | {"priya": _OF_A_PARTNER}, "scope": _NARROW})
_BEGAN = st.sampled_from([timedelta(), timedelta(hours=9), timedelta(days=3), timedelta(days=40)]).map(MONDAY.__add__)


def _up(layer: str) -> Escalate:
    note = NOTE.model_copy(update={"steps_tried": (StepTried(step=f"Looked into {layer}", result="Not the cause"),)})
    return Escalate(by=OWNER, reason="knowledge", note=note, ticked=("1",))


# Up, sent down, and up again: seldom there by chance.
_TAKE_UP = Accept(by=OWNER)
_BOUNCE = (_TAKE_UP, HOLD, Resume(by=OWNER), _up("the cable"), _TAKE_UP, RETURN, _TAKE_UP, _up("the switch"), RATE_NOTE)


@st.composite
def pasts(draw: st.DrawFn, most: int = 4) -> Past:
    """Up to so many tickets, some resolved late in the end; one in four comes from a log."""
    lives = draw(st.lists(st.tuples(_lives(), st.integers(0, 3)), min_size=1, max_size=most))
    return Past(_entries(f"T-{n}", life.story.events, imported=not kind) for n, (life, kind) in enumerate(lives))


@st.composite
def _lives(draw: st.DrawFn) -> History:
    life = draw(histories(length=8, began=_BEGAN))
    if draw(st.booleans()):
        for command in _BOUNCE:
            life.play(command)
    if draw(st.booleans()):
        life.story.sleep(days=draw(st.integers(0, 9)))
        life.rest()
        life.play(_TAKE_UP)
        life.play(RESOLVE)
    return life


def facts_of(entries: Sequence[Entry], policy: Policy) -> tuple[TicketFacts, bool] | None:
    """The facts of a ticket told by its events alone, and whether it was imported; None for one that was merged."""
    known = read_on(None, entries)
    ticket, facts = known.ticket, known.story.ended()
    if ticket.merged_into is not None:
        return None
    technician = known.story.escalated_by or ticket.owner or None
    person = policy.people.get(technician or "")
    told = replace(
        facts,
        priority=ticket.priority,
        client=ticket.client,
        category=ticket.category,
        technician=technician,
        shift=person.calendar if person else None,
        partner=person.partner if person else None,
        hours=hours_of(list(Roster.of(policy).calendars.values()), facts.opened_at),
        taken_in_at=known.taken_in_at,
        outcome=OUTCOMES.get(ticket.stage, "open"),
        routine=is_routine(ticket.category, {tier: limits.may for tier, limits in policy.scope.items()}),
        kept=read_off(ticket.clocks, resolved=facts.completed_at is not None),
    )
    return told, known.story.imported


def figures_in(engine: Engine) -> Figures:
    """The figures of a database."""
    return Figures(engine)


def told(past: Past, policy: Policy) -> list[tuple[TicketFacts, bool]]:
    """The facts of every ticket that counts, and whether it was imported."""
    return [each for each in (facts_of(entries, policy) for entries in past) if each]


def chosen(told: Sequence[tuple[TicketFacts, bool]], scope: Scope) -> list[TicketFacts]:
    """The facts of the tickets that a scope names, before `only` narrows it."""
    return [facts for facts, imported in told if _within(facts, scope) and scope.imported in (None, imported)]


def _within(facts: TicketFacts, scope: Scope) -> bool:
    return (
        (scope.since is None or facts.came_in_at >= scope.since)
        and (scope.until is None or facts.came_in_at < scope.until)
        and (scope.clients is None or facts.client in scope.clients)
    )


def _entries(ticket_id: str, events: Sequence[Event], *, imported: bool) -> list[Entry]:
    first = events[0]
    assert isinstance(first, Opened)
    intake = first.intake.model_copy(update={"source": "import"}) if imported else first.intake
    begun = first.model_copy(update={"ticket_id": ticket_id, "intake": intake})
    return [
        Entry(ticket_id=ticket_id, seq=seq, policy_version="v1", request_id=f"r{seq}", event=event)
        for seq, event in enumerate([begun, *events[1:]], start=1)
    ]


def moments(past: Past) -> list[datetime]:
    """When the tickets came in."""
    return sorted({entries[0].event.at for entries in past})
