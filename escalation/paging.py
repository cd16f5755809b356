"""When a page goes out: a ladder of waits and reminders, climbed until somebody takes the ticket up.

Where it goes is the desk's to say, at the moment at which a step is reached: whoever is on call then. A step whose
rota nobody answers is left at once. Acknowledging is accepting; it ends the climb, and silence after it pages again.
A ladder that was climbed in vain is climbed again when the first of its rotas changes hands.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from escalation.events import (
    CoverageGap,
    Event,
    Fact,
    FieldsUpdated,
    Handoff,
    Need,
    Paged,
    PolicyAdopted,
    ProgressMissed,
    Triaged,
)
from escalation.firing import coordinated
from escalation.policy import PagingLadder, Slice
from escalation.policy.paging import OWNER
from escalation.ports import Named
from escalation.records import Climb
from escalation.situation import Situation
from escalation.ticket import Ticket

EMERGENCY = "emergency"
NOBODY = "nobody"

H = TypeVar("H", bound=Handoff)


def ladder_of(ticket: Ticket, policy: Slice) -> tuple[str, PagingLadder] | None:
    """The ladder that pages about this ticket, with its name: an emergency's own before its priority's."""
    for wanted in (EMERGENCY, ticket.priority) if ticket.emergency else (ticket.priority,):
        for name, ladder in policy.paging.items():
            if wanted in ladder.when:
                return name, ladder
    return None


def begun(events: Sequence[Event], after: Ticket, policy: Slice) -> list[Event]:
    """The events; the one that puts a ladder up, or takes it down, says so: a handoff, or a change of priority.

    `after` is the ticket as the events leave it.
    """
    place = _last(events, Handoff)
    handed_over = place is not None
    if place is None:
        place = _last(events, FieldsUpdated, Triaged, PolicyAdopted)
    if place is None or after.tier is None:
        return list(events)
    name, ladder = ladder_of(after, policy) or ("", None)
    standing = after.climb.ladder if after.climb else ""
    if not name and (handed_over or not standing):
        return list(events)
    # A ladder of the same name may have other steps in a policy that was just adopted.
    if name == standing and not handed_over and not isinstance(events[place], PolicyAdopted):
        return list(events)
    climb = Climb(ladder=name, paged=() if handed_over else (after.owner,))
    if ladder is not None:
        waiting = handed_over or after.accepted_at is None
        next_at = events[place].at + ladder.steps[0].wait if waiting else None
        climb = climb.model_copy(update={"next_at": next_at, "quiet": ladder.no_progress, "loops": ladder.loops})
    return [event.model_copy(update={"climb": climb}) if n == place else event for n, event in enumerate(events)]


def judge_page(at: Situation, due_at: datetime) -> list[Event]:
    """The next notice, or the end of the ladder; after a change of shift the same notice to whoever came on."""
    climb = at.ticket.climb
    if climb is None or (climb.next_at is None and not climb.exhausted):
        return []
    ladder = at.policy.paging[climb.ladder]
    if climb.next_at is None:
        return [_paged(at, ladder, _again(climb, at.now + ladder.steps[0].wait), due_at, incoming=True)]
    if at.now < climb.next_at:
        return [_paged(at, ladder, climb.model_copy(update={"duty_ends_at": None}), due_at, incoming=True)]
    if climb.duty_ends_at:
        known = climb.duties | {ladder.steps[climb.step].rota: climb.duty_ends_at}
        climb = climb.model_copy(update={"duties": known})
    higher = _higher(climb, ladder)
    if higher is None:
        return _exhausted(at, climb)
    wait = ladder.steps[higher.step].wait
    return [_paged(at, ladder, higher.model_copy(update={"next_at": at.now + wait, "duty_ends_at": None}), due_at)]


def judge_silence(at: Situation) -> list[Event]:
    """Nothing was heard since the ticket was taken up or last worked on: its owner is paged again."""
    ticket, climb = at.ticket, at.ticket.climb
    if climb is None:
        return []
    n = climb.nudges + 1
    nudged = climb.model_copy(update={"nudges": n, "nudged_at": at.now})
    return [ProgressMissed(at=at.now, n=n, since=ticket.progress_at or ticket.owned_since, climb=nudged)]


def owned(event: H, named: Named) -> H:
    """The handoff with its owner, who has the first notice of the ladder, if one stands."""
    changed: dict[str, object] = {"owner": named.person, "via": named.via, "alike": named.alike, "guide": named.guide}
    if event.climb:
        changed["climb"] = event.climb.model_copy(update={"paged": (named.person,), "duty_ends_at": named.until})
    return event.model_copy(update=changed)


def answered(event: Paged, person: str, via: str, until: datetime | None) -> Paged:
    """The page with whom the desk named; with nobody on call, the next step is due at once."""
    climb = event.climb or Climb(ladder="")
    until = until if until and until > event.at else None  # an end that is over would be reached again and again
    if person:
        paged = climb.paged if person in climb.paged else (*climb.paged, person)
        climb = climb.model_copy(update={"paged": paged, "duty_ends_at": until, "unanswered": False})
    else:
        climb = climb.model_copy(update={"next_at": event.at, "duty_ends_at": until, "unanswered": True})
    return event.model_copy(update={"person": person, "via": via or NOBODY, "climb": climb})


def _paged(at: Situation, ladder: PagingLadder, climb: Climb, due_at: datetime, *, incoming: bool = False) -> Paged:
    rota = ladder.steps[climb.step].rota
    page = Paged(
        at=at.now,
        rota=rota,
        need=Need(rota=rota, priority=at.ticket.priority),
        loop=climb.loop,
        step=climb.step,
        notice=climb.notice,
        epoch=at.ticket.epoch,
        due_at=due_at,
        incoming=incoming,
        climb=climb,
    )
    return answered(page, at.ticket.owner, OWNER, None) if rota == OWNER else page


def _higher(climb: Climb, ladder: PagingLadder) -> Climb | None:
    """The next notice of the same step, else the next step, else the first of the next loop; None at the end."""
    if not climb.unanswered and climb.notice <= ladder.steps[climb.step].reminders:
        return climb.model_copy(update={"notice": climb.notice + 1})
    if climb.step + 1 < len(ladder.steps):
        return climb.model_copy(update={"step": climb.step + 1, "notice": 1})
    if climb.loop < ladder.loops:
        return climb.model_copy(update={"loop": climb.loop + 1, "step": 0, "notice": 1})
    return None


def _again(climb: Climb, next_at: datetime) -> Climb:
    """The ladder from its foot; whoever was paged before may still answer, and what it came to stays on record."""
    foot = {"loop": 1, "step": 0, "notice": 1, "unanswered": False}
    return climb.model_copy(update={**foot, "next_at": next_at, "duty_ends_at": None, "duties": {}})


def _exhausted(at: Situation, climb: Climb) -> list[Event]:
    """Nobody took it up. Somebody who came on during the climb, and was not paged, is paged at once."""
    changes_at = min(climb.duties.values(), default=None)
    over = climb.model_copy(update={"next_at": None, "duty_ends_at": changes_at, "exhausted": True})
    gap = CoverageGap(at=at.now, ladder=climb.ladder, epoch=at.ticket.epoch, paged=climb.paged, climb=over)
    if at.ticket.managed:
        return [gap]
    return [gap, coordinated(at, "service_manager", "nobody on call takes it up", None)]


def _last(events: Sequence[Event], *kinds: type[Fact]) -> int | None:
    places = [place for place, event in enumerate(events) if isinstance(event, kinds)]
    return places[-1] if places else None
