"""Which triggers a ticket meets, which of them wins, and what follows from it. A pure function of fields and policy."""

from dataclasses import dataclass

from pydantic_core import to_jsonable_python

from escalation import promises
from escalation.events import Coordinated, Escalated, Event, FieldsUpdated, Need, TriggerFired
from escalation.handoff import HandoffNote, missing
from escalation.lifecycle import move, tier_stage
from escalation.policy import Slice, Trigger
from escalation.prefill import auto_built
from escalation.situation import Situation, fields_of
from escalation.terms import SYSTEM, EscalationKind, Priority, Role, Tier
from escalation.ticket import Ticket
from escalation.triggers import satisfied_by

MAX_AUTO_HOPS = 3
RANK = {EscalationKind.EMERGENCY: 0, EscalationKind.FUNCTIONAL: 1, EscalationKind.HIERARCHICAL: 2}


@dataclass(frozen=True)
class Match:
    """A trigger whose condition holds, and the values that made it so."""

    trigger: Trigger
    values: dict[str, object]


def matches(ticket: Ticket, policy: Slice, tier: Tier) -> list[Match]:
    """Every trigger that the ticket meets at this tier, in policy order."""
    fields = fields_of(ticket, policy, tier)
    found = ((trigger, satisfied_by(trigger.when, fields)) for trigger in policy.triggers)
    return [Match(trigger, to_jsonable_python(values)) for trigger, values in found if values is not None]


def target_tier(trigger: Trigger, tier: Tier) -> Tier:
    """The tier that a trigger leads to from here; the same tier where it names none."""
    return min(tier + 1, 3) if trigger.to.tier == "+1" else trigger.to.tier or tier


def destination(trigger: Trigger, ticket: Ticket, policy: Slice, tier: Tier) -> Tier:
    """Where a trigger takes this ticket: on past a tier that the same trigger would send it away from at once."""
    to_tier = target_tier(trigger, tier)
    while to_tier < target_tier(trigger, to_tier) and satisfied_by(trigger.when, fields_of(ticket, policy, to_tier)):
        to_tier = target_tier(trigger, to_tier)
    return to_tier


def winner(found: list[Match], tier: Tier) -> Match | None:
    """The one move that is made: emergency before functional, then policy order. Nothing moves down or stays put."""
    movers = [m for m in found if m.trigger.mode == "move" and target_tier(m.trigger, tier) > tier]
    return min(movers, key=lambda m: RANK[m.trigger.kind], default=None)


def skill_for(trigger: Trigger, ticket: Ticket, policy: Slice) -> str | None:
    """The skill that the receiver needs."""
    wanted = trigger.to.skill
    if wanted == "required":
        return ticket.required_skill
    if wanted in (None, "category"):
        category = policy.categories.get(ticket.category or "")
        return ticket.required_skill or (category.skill if category else None)
    return wanted


def reactions(at: Situation) -> list[Event]:
    """What the triggers make of the ticket as it stands now: at most one move, and whom to involve or inform."""
    ticket, tier = at.ticket, at.ticket.tier
    if tier is None:
        return []
    found = matches(ticket, at.policy, tier)
    events: list[Event] = []
    moving = winner([m for m in found if not ticket.has_fired(m.trigger.id)], tier)
    may_hop = moving is not None and (
        moving.trigger.kind is EscalationKind.EMERGENCY or ticket.auto_escalations < MAX_AUTO_HOPS
    )
    if moving and may_hop:
        others = tuple(m.trigger.id for m in found if m is not moving)
        events += trigger_escalates(at, moving, others)
    return events + involvement(at, found, moved=bool(events))


def involvement(at: Situation, found: list[Match], *, moved: bool) -> list[Event]:
    """Hierarchical triggers, each once in a ticket's life: inform, or take coordination.

    A move that was just made is the stronger; and nobody takes coordination from a service manager who has it.
    """
    events: list[Event] = []
    for match in found:
        trigger = match.trigger
        if trigger.mode == "move" or _fired_ever(at.ticket, trigger.id):
            continue
        if trigger.mode == "inform" or at.ticket.managed:
            events.append(
                TriggerFired(
                    at=at.now,
                    trigger=trigger.id,
                    escalation=trigger.kind,
                    values=match.values,
                    inform=trigger.to.role,
                )
            )
        elif not moved:
            role = trigger.to.role or "service_manager"
            events.append(coordinated(at, role, trigger.says, trigger.id, values=match.values))
            moved = True
    return events


def coordinated(
    at: Situation,
    role: str,
    reason: str,
    trigger: str | None,
    by: str = SYSTEM,
    values: dict[str, object] | None = None,
) -> Coordinated:
    """Hierarchical: somebody of this role speaks with the customer from now on; owner and tier stay."""
    need = Need(role=Role(role), tier=at.ticket.tier, priority=at.ticket.priority)
    why = reason or "coordination"
    return Coordinated(at=at.now, by=by, need=need, reason=why, trigger=trigger, values=values or {})


def trigger_escalates(at: Situation, match: Match, matched: tuple[str, ...] = ()) -> list[Event]:
    """The move that a trigger makes by itself, with a note built from what is known."""
    tier = at.ticket.tier or 1
    trigger = match.trigger
    return escalates(
        at,
        kind=trigger.kind,
        to_tier=destination(trigger, at.ticket, at.policy, tier),
        skill=skill_for(trigger, at.ticket, at.policy),
        trigger=trigger.id,
        reason=trigger.says,
        values=match.values,
        matched=matched,
    )


def escalates(
    at: Situation,
    *,
    kind: EscalationKind,
    to_tier: Tier,
    skill: str | None,
    trigger: str | None = None,
    reason: str = "",
    values: dict[str, object] | None = None,
    matched: tuple[str, ...] = (),
    note: HandoffNote | None = None,
    by: str = SYSTEM,
    in_scope: bool = False,
    override: str = "",
) -> list[Event]:
    """The events of going up; without a person's note it is built here, and what it lacks is owed."""
    emergency = kind is EscalationKind.EMERGENCY
    raised = _raised(at) if emergency else []
    at = at.after(*raised)
    ticket, policy = at.ticket, at.policy
    stage = move(ticket.stage, "emergency" if emergency else "escalate", tier_stage(to_tier))
    written = note or auto_built(ticket, policy)
    lacks = tuple(missing(written, policy.note, subject=ticket.subject))
    debt = policy.note.emergency_debt if emergency else policy.note.auto_debt
    events: list[Event] = [
        *raised,
        Escalated(
            at=at.now,
            by=by,
            stage=stage,
            from_tier=ticket.tier,
            to_tier=to_tier,
            need=Need(
                tier=to_tier,
                skill=skill,
                on_call=emergency,
                priority=ticket.priority,
                exclude=tuple(dict.fromkeys(ticket.owners)),
            ),
            previous_owner=ticket.owner or None,
            reason=reason,
            trigger=trigger,
            values=values or {},
            matched=matched,
            escalation=kind,
            auto=by == SYSTEM,
            note=written,
            incomplete=lacks,
            owed_by=_debtor(ticket, policy, by) if lacks else None,
            owed_at=at.now + debt if lacks else None,
            in_scope=in_scope,
            override=override,
            audit="monthly" if override else "weekly" if in_scope else None,
            clocks=promises.at_handoff(ticket, policy, at.now, to_tier, emergency=emergency),
        ),
    ]
    if emergency and not ticket.managed:
        events.append(coordinated(at, "service_manager", "emergency", trigger))
    return events


def _raised(at: Situation) -> list[Event]:
    """The most pressing priority for an emergency whose impact or urgency nobody has judged yet."""
    ticket = at.ticket
    if ticket.priority is Priority.P1 or (ticket.impact is not None and ticket.urgency is not None):
        return []
    clocks = promises.at_priority(ticket, at.policy, at.now, Priority.P1)
    before, after = {"priority": ticket.priority.value}, {"priority": Priority.P1.value}
    return [FieldsUpdated(at=at.now, before=before, after=after, priority=Priority.P1, clocks=clocks)]


def _debtor(ticket: Ticket, policy: Slice, by: str) -> str:
    """Who owes the rest of a note: whoever let the ticket go; for an alert that nobody took in, the manager."""
    return (by if by != SYSTEM else "") or ticket.owner or policy.fallback.manager


def _fired_ever(ticket: Ticket, trigger: str) -> bool:
    return any(mark.partition("@")[0] == trigger for mark in ticket.fired)
