"""The events that a step of a log stands for, made directly: a log does what the lifecycle forbids.

It moves closed tickets, takes them up again without a word, and resolves them twice. What it does not hold, such as a
handoff note, is marked as made by the import.
"""

from typing import Any, assert_never

from escalation.events import (
    Accepted,
    Cancelled,
    Closed,
    Commented,
    Escalated,
    Event,
    Held,
    Need,
    Queued,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Transferred,
)
from escalation.handoff import REQUIRED, HandoffNote
from escalation.lifecycle import Stage, tier_stage
from escalation.log.rows import LogRow, Standing
from escalation.log.steps import LogStep, StepKind
from escalation.promises import Clocks
from escalation.terms import EscalationKind, Tier
from escalation.ticket import Ticket

IMPORT = "import"
NOT_IN_THE_LOG = "(not in the log)"
_NOTE = HandoffNote(summary_symptoms="(made by the import: the log holds no note)")


def actor(step: LogStep) -> str:
    """Who did it, as far as the log says: a person, else a team."""
    return step.actor or step.team or IMPORT


def events_of(ticket: Ticket, step: LogStep, row: LogRow, clocks: Clocks) -> list[Event]:
    """What a step made true of the ticket; whoever works on it without having it took it over first."""
    said: dict[str, Any] = {"at": step.at, "by": actor(step), "clocks": clocks}
    match step.kind:
        case StepKind.OPEN | StepKind.ESCALATE | StepKind.RETURN | StepKind.TRANSFER | StepKind.REOPEN:
            return [_handed_over(ticket, step, clocks)]
        case StepKind.ACCEPT:
            return [*_taken_over(ticket, step), Accepted(**said)]
        case StepKind.HOLD:
            return [*taken_up(ticket, step, row), Held(reason=step.reason, evidence={"log": row.substatus}, **said)]
        case StepKind.RESUME:
            return [Resumed(reason=step.reason, **said)]
        case StepKind.COMMENT:
            return [Commented(text=step.reason, **said)]
        case StepKind.RESOLVE:
            return [_resolved(step, clocks)]
        case StepKind.CLOSE:
            return [Closed(reason=step.reason, **said)]
        case StepKind.CANCEL:
            return [Cancelled(reason=step.reason, **said)]
        case _:
            assert_never(step.kind)


def taken_up(ticket: Ticket, step: LogStep, row: LogRow) -> list[Event]:
    """The take-over, and its acceptance, by whom the row names as working on a ticket that was another's.

    Not in the midst of a wait: a handoff would end it.
    """
    working = row.meaning.standing in {Standing.ACCEPTED, Standing.WAITING} and ticket.hold is None
    if not working or not (taken := _taken_over(ticket, step)):
        return []
    return [*taken, Accepted(at=step.at, by=actor(step))]


def _taken_over(ticket: Ticket, step: LogStep) -> list[Event]:
    if ticket.owner == actor(step) and ticket.tier is not None:
        return []
    fields = _handoff(ticket, step, step.tier) | {"stage": tier_stage(step.tier), "values": {"queued": False}}
    return [Transferred(why="take_over", **fields)]


def _handed_over(ticket: Ticket, step: LogStep, clocks: Clocks) -> Event:
    tier = ticket.stays[-1].tier if step.kind is StepKind.REOPEN else step.tier
    fields = _handoff(ticket, step, tier) | ({"clocks": clocks} if step.kind is StepKind.REOPEN else {})
    match step.kind:
        case StepKind.OPEN:
            return Queued(**fields)
        case StepKind.ESCALATE:
            return Escalated(escalation=EscalationKind.FUNCTIONAL, note=_NOTE, incomplete=REQUIRED, **fields)
        case StepKind.RETURN:
            return Returned(what_is_missing=NOT_IN_THE_LOG, **fields)
        case StepKind.REOPEN:
            return Reopened(**fields | {"stage": tier_stage(tier), "values": {"queued": step.queued}})
        case _:
            return Transferred(**fields)


def _handoff(ticket: Ticket, step: LogStep, tier: Tier) -> dict[str, Any]:
    """The log's owner is the owner; on a queued row that is often still the sender, as the log has nobody else."""
    return {
        "at": step.at,
        "by": actor(step),
        "stage": _stage_after(ticket, step, tier),
        "from_tier": ticket.stays[-1].tier if ticket.stays else None,
        "to_tier": tier,
        "need": Need(tier=tier, priority=ticket.priority),
        "owner": actor(step),
        "via": IMPORT,
        "previous_owner": ticket.owner or None,
        "reason": step.reason,
        "values": {"queued": step.queued, "team": step.team},
    }


def _stage_after(ticket: Ticket, step: LogStep, tier: Tier) -> Stage:
    """A ticket that is moved when its work is over, and is not queued there, stays as it is."""
    worked_on = ticket.tier is not None or ticket.stage is Stage.TRIAGE
    return tier_stage(tier) if worked_on or step.queued else ticket.stage


def _resolved(step: LogStep, clocks: Clocks) -> Resolved:
    return Resolved(
        at=step.at,
        by=actor(step),
        code=step.reason,
        cause=NOT_IN_THE_LOG,
        resolution=NOT_IN_THE_LOG,
        tier=step.tier,
        reopen_until=step.at,
        close_at=step.at,
        clocks=clocks,
    )
