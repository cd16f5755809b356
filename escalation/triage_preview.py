"""What would become of a ticket if it were triaged so: the rules' own decision, told without carrying it out."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime

from escalation.checklists import sop_of
from escalation.commands import IntakeFacts, Triage
from escalation.desk import decide
from escalation.durations import Duration
from escalation.events import Coordinated, Event, Handoff, Need
from escalation.explain.conditions import values_said
from escalation.firings import Firing
from escalation.lifecycle import Stage
from escalation.policy import Slice
from escalation.situation import impact_of
from escalation.terms import Facts, Flag, Priority, Scope, Tier
from escalation.ticket import Ticket


class Foreseen(Facts):
    """A trigger that would act: on which values, what it would do, and which others would hold beside it."""

    trigger: str
    says: str
    values: str
    to_tier: Tier | None = None
    role: str | None = None
    matched: tuple[str, ...] = ()


class Promise(Facts):
    """A clock that would run, and when it would be due; None while it stands."""

    name: str
    target: Duration
    due_at: AwareDatetime | None = None


class Preview(Facts):
    """Where the ticket would be, whom it would need, and what would run; nobody is named before the desk does.

    `starts_at` is the tier where its way begins, `sop` the document that would come along.
    """

    stage: Stage
    starts_at: Tier | None = None
    category: str | None = None
    impact: int | None = None
    urgency: int | None = None
    priority: Priority
    need: Need | None = None
    coordinator: Need | None = None
    emergency: bool = False
    triggers: tuple[Foreseen, ...] = ()
    promises: tuple[Promise, ...] = ()
    sop: str | None = None


def preview(ticket: Ticket, command: Triage, policy: Slice, now: datetime) -> Preview:
    """What this triage would do at this moment, or the Refusal that it would meet. Changes nothing."""
    return told(ticket, decide(ticket, command, policy, now), policy)


def told(ticket: Ticket, events: Sequence[Event], policy: Slice) -> Preview:
    """The same of a decision that was made, whoever was named by it."""
    after = ticket
    for event in events:
        after = after.after(event)
    handoffs = [event.need for event in events if isinstance(event, Handoff)]
    spoken_for = [event.need for event in events if isinstance(event, Coordinated)]
    says = {trigger.id: trigger.says for trigger in policy.triggers}
    fired = after.firings[len(ticket.firings) :]
    return Preview(
        stage=after.stage,
        starts_at=after.start.tier if after.start else None,
        need=handoffs[-1] if handoffs else None,
        coordinator=spoken_for[-1] if spoken_for else None,
        triggers=tuple(_foreseen(each, says) for each in fired if each.trigger),
        promises=tuple(_promises(after)),
        sop=sop_of(after, policy),
        **{name: getattr(after, name) for name in ("category", "impact", "urgency", "priority", "emergency")},
    )


def suggested_impact(policy: Slice, scope: Scope, facts: IntakeFacts, flags: tuple[Flag, ...]) -> int:
    """The impact that the policy reads off the reach of a fault."""
    return impact_of(policy, scope, facts, flags)


def suggested_urgency(policy: Slice, scope: Scope) -> int | None:
    """1 for a reach that the policy calls urgent by itself; None where it is for a person to say."""
    return 1 if scope in policy.urgent_scopes else None


def facts_missing(facts: IntakeFacts) -> tuple[str, ...]:
    """Which of the five facts nobody has said yet; `none known` is an answer."""
    return tuple(name for name in IntakeFacts.model_fields if getattr(facts, name) is None)


def _foreseen(each: Firing, says: dict[str, str]) -> Foreseen:
    trigger = each.trigger or ""
    return Foreseen(
        trigger=trigger,
        says=says.get(trigger, ""),
        values=values_said(each.values),
        to_tier=each.to_tier,
        role=each.role,
        matched=each.matched,
    )


def _promises(after: Ticket) -> list[Promise]:
    running = [clock for clock in after.clocks.values() if clock.stopped_at is None]
    found = [Promise(name=clock.name, target=clock.target, due_at=clock.due_at) for clock in running]
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at or after.opened_at, each.name))
