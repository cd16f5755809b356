"""The rulebook: what a command makes true, or why not. No I/O, no clock, no framework."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from escalation import commands as ask
from escalation import paging
from escalation.adopting import judge_adopt, judge_agreement
from escalation.alerted import judge_hear
from escalation.attempts import judge_attempt
from escalation.checklists import judge_tick, judge_walk
from escalation.clockwork import with_clocks
from escalation.deadlines import judge_deadline
from escalation.ending import judge_absorb, judge_cancel, judge_close, judge_merge, judge_reopen, judge_resolve
from escalation.events import Coordinated, Event, Handoff, Need, Paged
from escalation.exclusions import judge_ask_exclusion, judge_decide_exclusion, judge_state_breach
from escalation.family import judge_adopt_child, judge_attach, judge_detach, judge_disown, judge_follow
from escalation.intake import judge_open, judge_triage, judge_update
from escalation.major import judge_declare, judge_stand_down
from escalation.major import judge_update as judge_major_update
from escalation.moving import (
    judge_consult,
    judge_coordinate,
    judge_emergency,
    judge_escalate,
    judge_return,
    judge_transfer,
)
from escalation.permissions import judge_actor, may
from escalation.policy import Slice
from escalation.ports import Named
from escalation.recurrence import judge_recur
from escalation.relief import judge_hand_over, judge_relieve
from escalation.satisfaction import judge_answer_rating, judge_rate_service
from escalation.situation import Situation
from escalation.stagnation import with_idle_limit
from escalation.terms import Role
from escalation.ticket import Ticket, fold
from escalation.working import (
    judge_accept,
    judge_comment,
    judge_complete_note,
    judge_contact,
    judge_hold,
    judge_near_miss,
    judge_rating,
    judge_resume,
)


def open_ticket(ticket_id: str, command: ask.Open, policy: Slice, now: datetime) -> Sequence[Event]:
    """The events of an intake, or a Refusal."""
    may(command.role, command.name)
    first, *rest = judge_open(ticket_id, command, policy, now)
    events, after = with_clocks(Situation(fold([first]), policy, now, command.by), rest)
    return paging.begun([first, *events], after.ticket, policy)


def decide(ticket: Ticket, command: ask.AnyCommand, policy: Slice, now: datetime) -> Sequence[Event]:
    """The facts this command makes true, or a Refusal. Handoffs among them still `need` a person; see `name`."""
    at = Situation(ticket, policy, now, command.by)
    if not isinstance(command, ask.DeadlinePassed):
        judge_actor(ticket, command)
    made = _judge(at, command)
    if isinstance(command, ask.AdoptPolicy | ask.ChangeAgreement) and command.policy:
        at = replace(at, policy=command.policy)  # what follows from the command follows under the new promises
    events, after = with_clocks(at, made)
    return paging.begun(with_idle_limit(after, command, events), after.ticket, at.policy)


def _judge(at: Situation, command: ask.AnyCommand) -> Sequence[Event]:
    match command:
        case ask.Open():
            return []  # taken in already: an intake repeated is no second ticket
        case ask.Triage():
            return judge_triage(at, command)
        case ask.Accept():
            return judge_accept(at, command)
        case ask.UpdateFields():
            return judge_update(at, command)
        case ask.LogAttempt():
            return judge_attempt(at, command)
        case ask.Tick():
            return judge_tick(at, command)
        case ask.WalkTree():
            return judge_walk(at, command)
        case ask.Escalate():
            return judge_escalate(at, command)
        case ask.Emergency():
            return judge_emergency(at, command)
        case ask.Coordinate():
            return judge_coordinate(at, command)
        case ask.Return():
            return judge_return(at, command)
        case ask.Transfer():
            return judge_transfer(at, command)
        case ask.HandOver():
            return judge_hand_over(at, command)
        case ask.Relieve():
            return judge_relieve(at, command)
        case ask.Consult():
            return judge_consult(at, command)
        case ask.Hold():
            return judge_hold(at, command)
        case ask.Resume():
            return judge_resume(at, command)
        case ask.ContactMade():
            return judge_contact(at, command)
        case ask.LogNearMiss():
            return judge_near_miss(at, command)
        case ask.RateNote():
            return judge_rating(at, command)
        case ask.CompleteNote():
            return judge_complete_note(at, command)
        case ask.Comment():
            return judge_comment(at, command)
        case ask.Resolve():
            return judge_resolve(at, command)
        case ask.Reopen():
            return judge_reopen(at, command)
        case ask.Close():
            return judge_close(at, command)
        case ask.Cancel():
            return judge_cancel(at, command)
        case ask.Merge():
            return judge_merge(at, command)
        case ask.Attach():
            return judge_attach(at, command)
        case ask.Detach():
            return judge_detach(at, command)
        case ask.Adopt():
            return judge_adopt_child(at, command)
        case ask.Disown():
            return judge_disown(at, command)
        case ask.Follow():
            return judge_follow(at, command)
        case ask.DeclareMajor():
            return judge_declare(at, command)
        case ask.PostUpdate():
            return judge_major_update(at, command)
        case ask.StandDown():
            return judge_stand_down(at, command)
        case ask.StateBreach():
            return judge_state_breach(at, command)
        case ask.AskExclusion():
            return judge_ask_exclusion(at, command)
        case ask.DecideExclusion():
            return judge_decide_exclusion(at, command)
        case ask.RateService():
            return judge_rate_service(at, command)
        case ask.AnswerRating():
            return judge_answer_rating(at, command)
        case ask.HearAlerts():
            return judge_hear(at, command)
        case ask.Absorb():
            return judge_absorb(at, command)
        case ask.AdoptPolicy():
            return judge_adopt(at, command)
        case ask.ChangeAgreement():
            return judge_agreement(at, command)
        case ask.Recur():
            return judge_recur(at)
        case ask.DeadlinePassed():
            return judge_deadline(at)
        case _:
            assert_never(command)


def needs(events: Iterable[Event]) -> list[tuple[int, Need]]:
    """Which events still need a person, by their place in the decision."""
    return [(place, event.need) for place, event in enumerate(events) if _unnamed(event)]  # type: ignore[union-attr]


def name(events: Sequence[Event], named: Mapping[int, Named]) -> list[Event]:
    """The decision with its people in place."""
    return [_with_person(event, named[place]) if place in named else event for place, event in enumerate(events)]


def fallback(need: Need, policy: Slice) -> Named:
    """Who answers for a need when the desk cannot be asked at all."""
    person = policy.fallback.owner.get(need.tier or 1, policy.fallback.manager)
    if need.role is not Role.TECHNICIAN or need.rota or person in need.exclude:
        person = policy.fallback.manager
    return Named(person=need.person or person, via="fallback")


def _unnamed(event: Event) -> bool:
    match event:
        case Handoff():
            return not event.owner
        case Coordinated():
            return not event.coordinator
        case Paged():
            return not event.via
        case _:
            return False


def _with_person(event: Event, named: Named) -> Event:
    match event:
        case Coordinated():
            return event.model_copy(update={"coordinator": named.person})
        case Paged():
            return paging.answered(event, named.person, named.via, named.until)
        case Handoff():
            return paging.owned(event, named)
        case _:
            return event
