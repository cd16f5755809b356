"""Ownership moves: escalate, emergency, coordinate, return, transfer, take over; and consultation, which keeps it."""

from escalation import promises
from escalation.checklists import judge_complete, ticked
from escalation.commands import Consult, Coordinate, Emergency, Escalate, Return, Transfer
from escalation.errors import (
    IncompleteCommand,
    IncompleteHandoff,
    NotAllowedInStage,
    NotPermitted,
    TierThreeGuard,
    UnknownName,
)
from escalation.events import Commented, Consulted, Event, Need, Returned, Transferred
from escalation.firing import (
    Match,
    coordinated,
    destination,
    escalates,
    involvement,
    matches,
    skill_for,
)
from escalation.handoff import HandoffNote, is_blank, missing
from escalation.lifecycle import Stage, move, tier_stage
from escalation.prefill import auto_built, prefilled, true_to_ticket
from escalation.situation import Situation, beyond_scope, known_skill, must_escalate
from escalation.terms import EscalationKind, Role, Tier
from escalation.ticket import Ticket


def judge_escalate(at: Situation, command: Escalate) -> list[Event]:
    """Up, with its checklist done and a full note; into Tier 3 only by a documented trigger or a manager's override."""
    ticket, policy = at.ticket, at.policy
    tier = _at_tier(ticket, "escalate")
    found = matches(ticket, policy, tier)
    trigger = _reason(at, command.reason, found)
    kind = trigger.trigger.kind if trigger else EscalationKind.FUNCTIONAL
    to_tier = 3 if kind is EscalationKind.EMERGENCY else command.to_tier or min(tier + 1, 3)
    if to_tier not in (1, 2, 3):
        raise IncompleteCommand("A ticket escalates to Tier 2 or Tier 3.", ["to_tier"])
    move(ticket.stage, "escalate", tier_stage(to_tier))
    known_skill(command.skill, policy)
    overridden = to_tier == 3 and _overrides_guard(at, command, found)
    note = full_note(at, command.note)
    done = ticked(at, command.ticked, command.skipped)
    at = at.after(*done)
    judge_complete(at)
    in_scope = trigger is None and not beyond_scope(ticket, policy, tier) and not must_escalate(ticket, policy, tier)
    moved = escalates(
        at,
        kind=kind,
        to_tier=to_tier,
        skill=command.skill or (skill_for(trigger.trigger, ticket, policy) if trigger else _skill(at)),
        trigger=trigger.trigger.id if trigger else None,
        reason=command.reason,
        values=trigger.values if trigger else {},
        matched=tuple(m.trigger.id for m in found if m is not trigger),
        note=note,
        by=at.by,
        in_scope=in_scope,
        override=command.override_reason if overridden else "",
    )
    return [*done, *moved]


def judge_emergency(at: Situation, command: Emergency) -> list[Event]:
    """Straight to Tier 3 on call: three fields of the note are enough, the rest is owed."""
    ticket, policy = at.ticket, at.policy
    if is_blank(command.reason, policy.note):
        raise IncompleteCommand("An emergency needs a reason.", ["reason"])
    if ticket.stage is Stage.TIER_3:
        raise NotAllowedInStage(f"{ticket.id} is at Tier 3 already.", stage=ticket.stage.value)
    known_skill(command.skill, policy)
    note = command.note.over(auto_built(ticket, policy))
    lacks = missing(note, policy.note, minimal=True)
    if lacks:
        raise IncompleteHandoff(f"Even an emergency needs {', '.join(lacks)}.", lacks)
    return escalates(
        at,
        kind=EscalationKind.EMERGENCY,
        to_tier=3,
        skill=command.skill or _skill(at),
        reason=command.reason,
        note=true_to_ticket(note, ticket),
        by=at.by,
    )


def judge_coordinate(at: Situation, command: Coordinate) -> list[Event]:
    """Hierarchical: the service manager speaks with the customer; owner and tier stay."""
    if is_blank(command.reason, at.policy.note):
        raise IncompleteCommand("Say why management is involved.", ["reason"])
    if at.ticket.managed:  # is involved already, and is not paged for it again
        return [Commented(at=at.now, by=at.by, text=f"For {at.ticket.coordinator}, who coordinates: {command.reason}")]
    return [coordinated(at, "service_manager", command.reason, None, by=at.by)]


def judge_return(at: Situation, command: Return) -> list[Event]:
    """Down a tier, with a coded reason and what is missing; to whoever had it there, if they can."""
    ticket, policy = at.ticket, at.policy
    tier = _at_tier(ticket, "return")
    to_tier = command.to_tier or _came_from(ticket, tier)
    if to_tier not in (1, 2, 3):
        raise IncompleteCommand("A ticket returns to Tier 1 or Tier 2.", ["to_tier"])
    stage = move(ticket.stage, "send_back", tier_stage(to_tier))
    lacks = [
        *([] if command.reason else ["reason"]),
        *(["what_is_missing"] if is_blank(command.what_is_missing, policy.note) else []),
    ]
    if lacks:
        raise IncompleteCommand("A return needs its reason and what is missing.", lacks)
    if command.reason not in policy.return_reasons:
        raise UnknownName(
            f"No return reason {command.reason!r}; the policy has {', '.join(policy.return_reasons)}.",
            field="reason",
            value=command.reason,
        )
    former = next((s.owner for s in reversed(ticket.stays) if s.tier == to_tier), None)
    category = policy.categories.get(ticket.category or "")
    held = matches(ticket.model_copy(update={"failed_attempts": 0}), policy, to_tier)
    returned = Returned(
        at=at.now,
        by=at.by,
        stage=stage,
        from_tier=tier,
        to_tier=to_tier,
        need=Need(
            tier=to_tier,
            skill=category.skill if category else None,
            prefer=former,
            exclude=(ticket.owner,),
            priority=ticket.priority,
        ),
        previous_owner=ticket.owner,
        reason=command.reason,
        what_is_missing=command.what_is_missing,
        matched=tuple(m.trigger.id for m in held if m.trigger.mode == "move"),
        flagged=former is not None,
        clocks=promises.at_handoff(ticket, policy, at.now, to_tier),
    )
    after = at.after(returned)
    return [returned, *involvement(after, matches(after.ticket, policy, to_tier), moved=False)]


def judge_transfer(at: Situation, command: Transfer) -> list[Event]:
    """Lateral: to a person or a skill of the same tier, with the same note as every handoff."""
    ticket = at.ticket
    tier = _at_tier(ticket, "transfer")
    if not (command.to_person or command.skill):
        raise IncompleteCommand("A transfer needs a person or a skill.", ["to_person", "skill"])
    if command.to_person == ticket.owner:
        raise IncompleteCommand(f"{ticket.owner} owns {ticket.id} already.", ["to_person"])
    if is_blank(command.reason, at.policy.note):
        raise IncompleteCommand("A transfer needs a reason.", ["reason"])
    known_skill(command.skill, at.policy)
    note = full_note(at, command.note)
    need = Need(
        tier=tier,
        skill=command.skill,
        person=command.to_person,
        exclude=(ticket.owner,),
        priority=ticket.priority,
    )
    moved = Transferred(
        at=at.now,
        by=at.by,
        stage=ticket.stage,
        from_tier=tier,
        to_tier=tier,
        need=need,
        previous_owner=ticket.owner,
        reason=command.reason,
        note=note,
        clocks=promises.at_handoff(ticket, at.policy, at.now, tier),
    )
    return [moved]


def taken_over(at: Situation, by: str, *, paged: bool = False) -> list[Event]:
    """An explicit take-over, or the answer to a page: the new owner says so himself, and has accepted with it."""
    ticket = at.ticket
    need = Need(tier=ticket.tier, person=by, in_person=True, exclude=(ticket.owner,), priority=ticket.priority)
    return [
        Transferred(
            at=at.now,
            by=by,
            stage=ticket.stage,
            from_tier=ticket.tier,
            to_tier=ticket.tier,
            need=need,
            previous_owner=ticket.owner,
            reason="answered the page" if paged else "taken over",
            why="paged" if paged else "take_over",
            clocks=promises.at_resume(ticket, at.policy, at.now),
        )
    ]


def judge_consult(at: Situation, command: Consult) -> list[Event]:
    """A senior is asked, the ticket stays: counted apart from escalations."""
    _at_tier(at.ticket, "consult about")
    lacks = [name for name in ("person", "question") if is_blank(getattr(command, name), at.policy.note)]
    if lacks:
        raise IncompleteCommand("A consultation needs a person and a question.", lacks)
    if command.person == at.by:
        raise IncompleteCommand("Ask somebody else: a consultation of oneself is none.", ["person"])
    return [Consulted(at=at.now, by=at.by, person=command.person, question=command.question, answer=command.answer)]


def full_note(at: Situation, note: HandoffNote) -> HandoffNote:
    """The note over what the ticket knows; IncompleteHandoff names every field that says nothing."""
    whole = note.over(prefilled(at.ticket, at.policy))
    lacks = missing(whole, at.policy.note, subject=at.ticket.subject)
    if not lacks and not _own_section(at.ticket, whole):
        raise IncompleteHandoff(
            f"steps_tried holds what lower tiers tried; say what Tier {at.ticket.tier} tried itself.", ["steps_tried"]
        )
    if lacks:
        raise IncompleteHandoff(
            f"Nobody could pick {at.ticket.id} up from this note: {', '.join(lacks)} "
            f"{'says' if len(lacks) == 1 else 'say'} nothing yet.",
            lacks,
        )
    return true_to_ticket(whole, at.ticket)


def _own_section(ticket: Ticket, note: HandoffNote) -> bool:
    """Whether this tier tried something itself: what earlier notes hold already does not count above Tier 1."""
    if ticket.tier == 1 or not ticket.notes:
        return True
    former = {(s.step, s.result) for filed in ticket.notes for s in filed.note.steps_tried or ()}
    return any((s.step, s.result) not in former for s in note.steps_tried or ())


def _reason(at: Situation, reason: str, found: list[Match]) -> Match | None:
    """The trigger that a person's reason names, or None for a coded manual reason."""
    if not reason:
        raise IncompleteCommand("An escalation needs a trigger or a coded reason.", ["reason"])
    movers = [m for m in found if m.trigger.mode == "move"]
    named = next((m for m in movers if m.trigger.id == reason), None)
    if named or reason in at.policy.manual_reasons:
        return named
    raise UnknownName(
        f"{reason!r} is neither a trigger that this ticket meets ({', '.join(m.trigger.id for m in movers) or 'none'}) "
        f"nor a coded reason ({', '.join(at.policy.manual_reasons)}).",
        field="reason",
        value=reason,
    )


def _overrides_guard(at: Situation, command: Escalate, found: list[Match]) -> bool:
    """False where a documented trigger leads to Tier 3, True where a service manager says so and why."""
    allowed, tier = at.policy.tier_three_entry, at.ticket.tier or 1
    leading = [m for m in found if destination(m.trigger, at.ticket, at.policy, tier) == 3]
    if any(m.trigger.id in allowed for m in leading):
        return False
    if not command.override_reason:
        raise TierThreeGuard(
            f"No trigger leads {at.ticket.id} to Tier 3 (allowed: {', '.join(allowed)}). "
            "A service manager may override with a reason.",
            allowed=list(allowed),
            matched=[m.trigger.id for m in found],
        )
    if command.role is not Role.SERVICE_MANAGER or is_blank(command.override_reason, at.policy.note):
        raise NotPermitted(
            "Only a service manager may override the Tier 3 guard, with a reason.", role=command.role.value
        )
    return True


def _skill(at: Situation) -> str | None:
    category = at.policy.categories.get(at.ticket.category or "")
    return at.ticket.required_skill or (category.skill if category else None)


def _at_tier(ticket: Ticket, doing: str) -> Tier:
    if ticket.tier is None:
        raise NotAllowedInStage(
            f"{ticket.id} is in {ticket.stage.value}: nothing to {doing}.", stage=ticket.stage.value
        )
    return ticket.tier


def _came_from(ticket: Ticket, tier: Tier) -> Tier:
    below = [stay.tier for stay in ticket.stays if stay.tier < tier]
    return below[-1] if below else max(tier - 1, 1)
