"""Attempts at a fix: what must be known first, what a tier may use, and how many are too many."""

from escalation.commands import LogAttempt
from escalation.errors import BeyondTierScope, IncompleteAttempt, IncompleteIntake, NotAllowedInStage, WorkLogFull
from escalation.events import AttemptLogged, Event
from escalation.firing import matches, reactions
from escalation.handoff import is_blank
from escalation.policy import Slice
from escalation.situation import Situation, access_of
from escalation.ticket import Ticket

MOST_STEPS = 500  # a work log that grows on and on is a tool gone wild, and it all travels with the ticket
_FIVE = ("affected_systems", "error_messages", "users_affected", "recent_changes", "steps_attempted")


def judge_attempt(at: Situation, command: LogAttempt) -> list[Event]:
    """No fix before the five facts; each attempt with step, result and outcome; a repeated diagnostic is marked."""
    ticket, policy = at.ticket, at.policy
    if ticket.tier is None:
        raise NotAllowedInStage(f"{ticket.id} is in {ticket.stage.value}.", stage=ticket.stage.value)
    unknown = unknown_facts(ticket, policy)
    if unknown:
        raise IncompleteIntake(f"Before a fix is attempted, find out: {', '.join(unknown)}.", unknown)
    lacks = [name for name in ("step", "result") if is_blank(getattr(command, name), policy.note)]
    lacks += [] if command.outcome else ["outcome"]
    if lacks or not command.outcome:
        raise IncompleteAttempt(f"An attempt needs {', '.join(lacks)}.", lacks)
    if len(ticket.steps) >= MOST_STEPS:
        raise WorkLogFull(
            f"The work log of {ticket.id} holds {MOST_STEPS} attempts: escalate it, or ask whether it is one fault.",
            most=MOST_STEPS,
        )
    _may_use(at, command.access)
    before = {s.step.strip().casefold() for filed in ticket.notes for s in filed.note.steps_tried or ()}
    logged = AttemptLogged(
        at=at.now,
        by=at.by,
        step=command.step,
        result=command.result,
        outcome=command.outcome,
        sop_step=(command.sop_step or "").strip() or None,
        tier=ticket.tier,
        repeated=command.step.strip().casefold() in before,
    )
    return [logged, *reactions(at.after(logged))]


def unknown_facts(ticket: Ticket, policy: Slice) -> list[str]:
    """Which of the five facts nobody has found out yet."""
    return [name for name in _FIVE if not _known(getattr(ticket.facts, name), policy)]


def _may_use(at: Situation, access: str | None) -> None:
    tier = at.ticket.tier or 1
    if access is None or access in access_of(at.policy, tier) or tier == 3:
        return
    needing = at.ticket.model_copy(update={"needed_access": access})
    offered = [m.trigger.id for m in matches(needing, at.policy, tier) if m.trigger.mode == "move"]
    raise BeyondTierScope(
        f"{access} is beyond Tier {tier}. Say that it is needed (update_fields, needed_access) and the ticket moves up "
        f"by {' or '.join(offered) or 'nobody yet: escalate it'}.",
        access=access,
        triggers=offered,
    )


def _known(fact: object, policy: Slice) -> bool:
    if isinstance(fact, str):
        return not is_blank(fact, policy.note)
    if isinstance(fact, tuple):
        return any(not is_blank(item, policy.note) for item in fact)
    return fact is not None
