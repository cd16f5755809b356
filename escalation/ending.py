"""How a ticket ends, and how it comes back."""

from escalation import promises
from escalation.calendar import due
from escalation.commands import Absorb, Cancel, Close, Merge, Reopen, Resolve
from escalation.errors import (
    BeyondTierScope,
    IncompleteCommand,
    IncompleteResolution,
    MergeImpossible,
    NotAllowedInStage,
    ReopenWindowClosed,
)
from escalation.events import Absorbed, Cancelled, Closed, Event, Need, Reopened, Resolved
from escalation.firing import matches
from escalation.handoff import is_blank
from escalation.lifecycle import Stage, move, tier_stage
from escalation.situation import Situation, beyond_scope, must_escalate
from escalation.terms import SYSTEM

NO_ANSWER = "no_answer"
_ALL = (promises.FIRST_RESPONSE, promises.RESOLUTION, promises.ACCEPT)


def judge_resolve(at: Situation, command: Resolve) -> list[Event]:
    """The fault is gone; a tier may not resolve what it must hand on."""
    ticket, policy = at.ticket, at.policy
    move(ticket.stage, "resolve")
    tier = ticket.tier or 1
    outside = [*must_escalate(ticket, policy, tier), *(["category"] if beyond_scope(ticket, policy, tier) else [])]
    if outside:
        offered = [m.trigger.id for m in matches(ticket, policy, tier) if m.trigger.mode == "move"]
        raise BeyondTierScope(
            f"Tier {tier} may not resolve {ticket.id} ({', '.join(outside)}); escalate it.",
            because=outside,
            triggers=offered,
        )
    lacks = [name for name in ("code", "cause", "resolution") if is_blank(getattr(command, name), policy.note)]
    if lacks:
        raise IncompleteResolution(f"A resolution needs {', '.join(lacks)}.", lacks)
    return [resolved(at, command.code, command.cause, command.resolution)]


def resolved(at: Situation, code: str, cause: str, resolution: str) -> Resolved:
    """The end of the fault, with the moments that it sets: until when it may be reopened, when it closes."""
    ticket, policy = at.ticket, at.policy
    calendar, after = policy.calendar("client"), policy.after_resolution
    reopen_until = due(calendar, at.now, after.reopen_window)
    return Resolved(
        at=at.now,
        by=at.by,
        code=code,
        cause=cause,
        resolution=resolution,
        tier=ticket.tier,
        reopen_until=reopen_until,
        close_at=max(due(calendar, at.now, after.auto_close), reopen_until),  # closing is final, so it waits
        clocks=promises.stopped(ticket, policy, at.now, *_ALL),
    )


def judge_reopen(at: Situation, command: Reopen) -> list[Event]:
    """The same ticket goes on at the tier that resolved it, inside the window; later, a new linked one."""
    ticket, policy = at.ticket, at.policy
    ending = ticket.ending
    if ending is None:
        raise NotAllowedInStage(f"{ticket.id} is not resolved.", stage=ticket.stage.value)
    if is_blank(command.reason, policy.note):
        raise IncompleteCommand("Say what is not right yet.", ["reason"])
    if at.now > ending.reopen_until:
        raise ReopenWindowClosed(
            f"{ticket.id} could be reopened until {ending.reopen_until.isoformat()}; "
            f"open a new ticket with reopens={ticket.id}.",
            reopen_until=ending.reopen_until.isoformat(),
        )
    tier = ending.tier or 1
    stage = move(ticket.stage, "reopen", tier_stage(tier))
    category = policy.categories.get(ticket.category or "")
    need = Need(tier=tier, skill=category.skill if category else None, prefer=ticket.owner, priority=ticket.priority)
    return [
        Reopened(
            at=at.now,
            by=at.by,
            stage=stage,
            to_tier=tier,
            need=need,
            previous_owner=ticket.owner,
            reason=command.reason,
            clocks=promises.at_reopen(ticket, policy, at.now, tier),
        )
    ]


def judge_close(at: Situation, command: Close) -> list[Event]:
    """Resolved, and nobody objects."""
    move(at.ticket.stage, "close")
    return [Closed(at=at.now, by=at.by, reason=command.reason or "confirmed")]


def judge_cancel(at: Situation, command: Cancel) -> list[Event]:
    """Not to be worked on; says why."""
    move(at.ticket.stage, "cancel")
    if is_blank(command.reason, at.policy.note):
        raise IncompleteCommand("A cancellation needs a reason.", ["reason"])
    return [cancelled(at, command.reason, None)]


def judge_merge(at: Situation, command: Merge) -> list[Event]:
    """This ticket ends as a duplicate; whether the other one can take it is for the workflow to find out first."""
    if not command.into:
        raise IncompleteCommand("Name the ticket to merge into.", ["into"])
    if command.into == at.ticket.id:
        raise MergeImpossible(f"{at.ticket.id} cannot be merged into itself.", into=command.into)
    if at.ticket.stage is Stage.RESOLVED:
        raise NotAllowedInStage(f"{at.ticket.id} is resolved; close it instead.", stage=at.ticket.stage.value)
    move(at.ticket.stage, "cancel")
    return [cancelled(at, command.reason or f"duplicate of {command.into}", command.into)]


def judge_absorb(at: Situation, command: Absorb) -> list[Event]:
    """A duplicate comes in: the earlier clock counts, its watchers come along; a repeat changes nothing."""
    ticket = at.ticket
    if command.ticket_id == ticket.id:
        raise MergeImpossible(f"{ticket.id} cannot be merged into itself.", into=ticket.id)
    if command.client and command.client != ticket.client:
        raise MergeImpossible(
            f"{command.ticket_id} is a ticket of {command.client}, {ticket.id} of {ticket.client}.", into=ticket.id
        )
    if not command.ticket_id or command.ticket_id in ticket.duplicates:
        return []
    clocks = promises.at_merge(ticket, at.policy, at.now, command.opened_at)
    return [
        Absorbed(
            at=at.now,
            by=SYSTEM,
            ticket_id=command.ticket_id,
            watchers=command.watchers,
            counted_from=command.opened_at if command.opened_at < ticket.opened_at else None,
            clocks=clocks,
        )
    ]


def cancelled(at: Situation, reason: str, into: str | None) -> Cancelled:
    """The end of a ticket that was not to be worked on, or went into another one; its clocks stop."""
    clocks = promises.stopped(at.ticket, at.policy, at.now, *_ALL)
    return Cancelled(at=at.now, by=at.by, reason=reason, merged_into=into, clocks=clocks)
