"""From a client's words to a ticket at its start tier: open, triage, update."""

from datetime import datetime

from pydantic_core import to_jsonable_python

from escalation import promises
from escalation.commands import Command, Contact, Intake, Open, Triage, UpdateFields
from escalation.errors import IncompleteCommand, IncompleteTriage, NotAllowedInStage, NotPermitted, UnknownName
from escalation.events import Event, FieldsUpdated, Need, Opened, Queued, Triaged
from escalation.firing import destination, involvement, matches, reactions, skill_for, trigger_escalates, winner
from escalation.lifecycle import Stage, move, tier_stage
from escalation.policy import Slice
from escalation.situation import Situation, category_of, impact_of, known_access, known_skill, priority_of, start_tier
from escalation.terms import EscalationKind, Priority, Role
from escalation.ticket import Ticket, opened

_AGREES = frozenset({Role.DISPATCHER, Role.TEAM_LEAD, Role.SERVICE_MANAGER})
_EDITABLE = tuple(name for name in UpdateFields.model_fields if name not in Command.model_fields)


def judge_open(ticket_id: str, command: Open, policy: Slice, now: datetime) -> list[Event]:
    """The intake entry, and the first owner: at the start tier if triage has nothing to ask, else a dispatcher."""
    intake = command.intake
    if intake.agreement is not None and command.role not in _AGREES:
        raise NotPermitted(f"A {command.role.value} may not name an agreement.", role=command.role.value)
    _known_category(intake.category, policy)
    known_skill(intake.required_skill, policy, "required_skill")
    known_access(intake.needed_access, policy)
    if not intake.subject.strip():
        raise IncompleteCommand("A ticket needs a subject.", ["subject"])
    urgency = intake.urgency or (1 if intake.scope in policy.urgent_scopes else None)
    impact = intake.impact or (_derived_impact(intake, policy) if urgency else None)
    vip = is_vip(policy, intake.contact)
    priority = priority_of(policy, impact, urgency, vip=vip)
    first = Opened(
        at=now,
        by=command.by,
        ticket_id=ticket_id,
        intake=intake,
        impact=impact,
        urgency=urgency,
        priority=priority,
        vip=vip,
        policy_version=policy.version,
        agreement=policy.agreement or None,
        agreed_by=policy.agreed_by if policy.agreed_by != "client" else None,
        clocks=promises.at_intake(policy, priority, now, vip=vip),
    )
    at = Situation(opened(first), policy, now, command.by)
    return [first, *_enter(at)]


def judge_triage(at: Situation, command: Triage) -> list[Event]:
    """Category, impact, urgency and contact set; the ticket leaves triage for its start tier."""
    if at.ticket.stage is not Stage.TRIAGE:
        raise NotAllowedInStage(
            f"{at.ticket.id} has left triage; use update_fields to correct it.", stage=at.ticket.stage.value
        )
    update = UpdateFields(**command.model_dump(exclude_unset=True, exclude={"request_id", "expected_seq", "at"}))
    changed = _field_changes(at, update)
    after = at.after(*changed)
    lacking = _triage_lacks(after.ticket)
    if lacking:
        raise IncompleteTriage(f"Triage is not finished: {', '.join(lacking)} missing.", lacking)
    return [*changed, *_enter(after)]


def judge_update(at: Situation, command: UpdateFields) -> list[Event]:
    """Fields corrected, priority and clocks with them, and the triggers asked again."""
    _keeps_its_words(at.ticket, command)
    changed = _field_changes(at, command)
    if not changed:
        raise IncompleteCommand("Nothing to change: name at least one field with a new value.", list(_EDITABLE))
    after = at.after(*changed)
    if after.ticket.stage is Stage.TRIAGE:
        return [*changed, *_enter(after)]
    return [*changed, *reactions(after)]


def _enter(at: Situation) -> list[Event]:
    """The first place of a ticket: triage, its start tier, or straight up where a trigger says so."""
    ticket, policy = at.ticket, at.policy
    skipping = emergency(at)
    if skipping:
        return skipping
    if _triage_lacks(ticket):
        if ticket.owner:
            return []
        need = Need(role=Role.DISPATCHER, priority=ticket.priority)
        return [Queued(at=at.now, by=at.by, stage=Stage.TRIAGE, need=need, reason="triage")]
    category = category_of(ticket, policy)
    triaged = Triaged(
        at=at.now,
        by=at.by,
        category=ticket.category or "",
        impact=ticket.impact or 3,
        urgency=ticket.urgency or 3,
        priority=ticket.priority,
    )
    start = start_tier(ticket, policy)
    found = matches(ticket, policy, start)
    first = winner(found, start)
    tier = destination(first.trigger, ticket, policy, start) if first else start
    own = category.skill if start == category.tier or category.skill in policy.scope[start].skills else None
    skill = skill_for(first.trigger, ticket, policy) if first else ticket.required_skill or own
    queued = Queued(
        at=at.now,
        by=at.by,
        stage=move(ticket.stage, "route", tier_stage(tier)),
        to_tier=tier,
        need=Need(tier=tier, skill=skill, priority=ticket.priority),
        previous_owner=ticket.owner or None,
        trigger=first.trigger.id if first else None,
        values=first.values if first else {},
        matched=tuple(m.trigger.id for m in found if m is not first),
        clocks=promises.at_handoff(ticket, policy, at.now, tier),
    )
    after = at.after(triaged, queued)
    return [triaged, queued, *involvement(after, found, moved=False)]


def emergency(at: Situation) -> list[Event]:
    """An emergency skips every queue: Tier 3 on call owns it, and the service manager speaks with the client."""
    found = matches(at.ticket, at.policy, 1)
    first = winner(found, 1)
    if first is None or first.trigger.kind is not EscalationKind.EMERGENCY:
        return []
    others = tuple(m.trigger.id for m in found if m is not first)
    moved = trigger_escalates(at, first, others)
    return [*moved, *involvement(at.after(*moved), found, moved=True)]


def _triage_lacks(ticket: Ticket) -> list[str]:
    named = {
        "contact": ticket.contact.name.strip() or None,
        "category": ticket.category,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
    }
    return [name for name, value in named.items() if value is None]


def _field_changes(at: Situation, command: UpdateFields) -> list[Event]:
    ticket, policy = at.ticket, at.policy
    _known_category(command.category, policy)
    known_skill(command.required_skill, policy, "required_skill")
    known_access(command.needed_access, policy)
    _known_severity(command, policy)
    asked = {name: getattr(command, name) for name in _EDITABLE if getattr(command, name) is not None}
    if command.facts is not None:
        said = command.facts.model_dump(exclude_none=True)
        asked["facts"] = ticket.facts.model_copy(update=said)
    changed = {name: value for name, value in asked.items() if value != getattr(ticket, name)}
    if not changed:
        return []
    draft = ticket.model_copy(update=changed)
    if command.impact is None and (ticket.impact is None or {"scope", "facts", "flags"} & set(changed)):
        reach = impact_of(policy, draft.scope, draft.facts, draft.flags)
        if ticket.impact is None or reach < ticket.impact:  # it widens by itself; narrowing it is a person's word
            changed["impact"] = reach
            draft = ticket.model_copy(update=changed)
    vip = is_vip(policy, draft.contact)
    if vip != ticket.vip:
        changed["vip"] = vip
    draft = ticket.model_copy(update={"vip": vip})
    clocks = promises.at_vip(draft, policy, at.now) if vip != ticket.vip else {}
    priority = _priority(ticket.model_copy(update=changed), policy)
    if priority != ticket.priority:
        changed["priority"] = priority
        clocks = promises.at_priority(draft, policy, at.now, priority)
    before = {name: to_jsonable_python(getattr(ticket, name)) for name in changed}
    after = {name: to_jsonable_python(value) for name, value in changed.items()}
    return [FieldsUpdated(at=at.now, by=at.by, before=before, after=after, clocks=clocks, **changed)]


def is_vip(policy: Slice, contact: Contact) -> bool:
    """A VIP client, or a VIP among a client's people."""
    return policy.client.vip or contact.vip or contact.name in policy.client.vip_contacts


def _priority(ticket: Ticket, policy: Slice) -> Priority:
    """What the matrix says; until both sides of it are known, the provisional one stands."""
    if ticket.impact is None or ticket.urgency is None:
        return ticket.priority
    return priority_of(policy, ticket.impact, ticket.urgency, vip=ticket.vip)


def _keeps_its_words(ticket: Ticket, command: UpdateFields) -> None:
    """No update leaves a ticket without a subject or, once triage is over, without a customer."""
    subject, contact = command.subject, command.contact
    erased = ["subject"] if subject is not None and not subject.strip() else []
    if contact is not None and not contact.name.strip() and ticket.stage is not Stage.TRIAGE:
        erased.append("contact")
    if erased:
        raise IncompleteCommand(f"A ticket needs its {' and '.join(erased)}.", erased)


def _derived_impact(intake: Intake, policy: Slice) -> int:
    return impact_of(policy, intake.scope, intake.facts, intake.flags)


def _known_severity(command: UpdateFields, policy: Slice) -> None:
    for name in ("impact", "urgency"):
        value = getattr(command, name)
        if value is not None and value not in policy.matrix:
            raise UnknownName(f"{name} goes from 1 (high) to 3 (low), not {value}.", field=name, value=value)


def _known_category(category: str | None, policy: Slice) -> None:
    if category is not None and category not in policy.categories:
        raise UnknownName(f"The policy knows no category {category!r}.", field="category", value=category)
