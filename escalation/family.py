"""Tickets that share one fault: children stand behind a parent, and go with it where it goes.

What a parent does and its children do with it: resolve, reopen, a hold that the policy says is for children too, the
end of that hold, and an update to the clients. Closing and waiting for the customer are each ticket's own.
"""

from typing import assert_never

from escalation import promises
from escalation.commands import Adopt, Attach, Detach, Disown, Follow, Reopen
from escalation.ending import judge_reopen, resolved
from escalation.errors import IncompleteCommand, NoParent, NotAllowedInStage, ParentImpossible, Refusal
from escalation.events import (
    Attached,
    Cancelled,
    ChildJoined,
    ChildLeft,
    Contacted,
    Detached,
    Event,
    Followed,
    Held,
    MajorUpdated,
    Reopened,
    Resolved,
)
from escalation.handoff import is_blank
from escalation.lifecycle import Stage, move
from escalation.policy import Slice
from escalation.records import Climb
from escalation.situation import Situation
from escalation.ticket import Ticket
from escalation.working import resumed

CHANNEL = "major incident"  # by which the clients of children hear what the parent's communicator says


def judge_attach(at: Situation, command: Attach) -> list[Event]:
    """A child of another ticket; whether that one can be its parent is for the workflow to find out first."""
    ticket, parent = at.ticket, command.parent.strip()
    if not parent:
        raise IncompleteCommand("Name the ticket whose fault this one shares.", ["parent"])
    if parent == ticket.id:
        raise ParentImpossible(f"{ticket.id} cannot be its own parent.", parent=parent)
    if ticket.stage is Stage.RESOLVED:
        raise NotAllowedInStage(f"{ticket.id} is resolved.", stage=ticket.stage.value)
    if ticket.children:
        raise ParentImpossible(
            f"{ticket.id} has {len(ticket.children)} children of its own; attach those to {parent} instead.",
            parent=parent,
        )
    if parent == ticket.parent:
        return []
    return [Attached(at=at.now, by=at.by, parent=parent, previous=ticket.parent, reason=command.reason)]


def judge_detach(at: Situation, command: Detach) -> list[Event]:
    """It goes on by itself, and whoever owns it has to take it up as anew."""
    if at.ticket.parent is None:
        raise NoParent(f"{at.ticket.id} is a child of no other ticket.")
    if is_blank(command.reason, at.policy.note):
        raise IncompleteCommand("Say why it is a fault of its own.", ["reason"])
    return [detached(at, command.reason)]


def detached(at: Situation, reason: str) -> Detached:
    """The end of an attachment, with the promises of pickup that begin anew."""
    ticket = at.ticket
    waits = ticket.tier is not None and ticket.accepted_at is None
    return Detached(
        at=at.now,
        by=at.by,
        parent=ticket.parent or "",
        reason=reason,
        clocks=promises.at_relief(ticket, at.policy, at.now) if waits else {},
        climb=_climbed_anew(at, ticket.climb) if waits and ticket.climb else None,
    )


def judge_adopt_child(at: Situation, command: Adopt) -> list[Event]:
    """A child joins; a repeat changes nothing, nor does one that has to be told to go elsewhere: see `answer`."""
    ticket, child = at.ticket, command.ticket_id
    if not child or child == ticket.id or child in ticket.children or answer(ticket, command):
        return []
    return [ChildJoined(at=at.now, ticket_id=child)]


def judge_disown(at: Situation, command: Disown) -> list[Event]:
    """A child goes on by itself."""
    if command.ticket_id not in at.ticket.children:
        return []
    return [ChildLeft(at=at.now, ticket_id=command.ticket_id)]


def answer(ticket: Ticket, command: Adopt) -> Follow | None:
    """What a ticket says to one that takes it for its parent where it can be none."""
    if ticket.parent is not None:
        return Follow(parent=ticket.id, what="moved", to=ticket.parent, text=f"{ticket.id} is a child itself")
    if ticket.stage is Stage.RESOLVED and command.ticket_id not in ticket.children:
        return Follow(parent=ticket.id, what="left", text=f"{ticket.id} is resolved already")
    return None


def word(before: Ticket, event: Event, policy: Slice) -> Follow | None:
    """What a parent's event means for its children; None for what is its own matter. `before`: as it stood until then.

    A handoff ends a hold, so it says of it what a resumption would.
    """
    said = {"parent": before.id, "author": event.by}
    match event:
        case Resolved():
            return Follow(**said, what="resolved", text=event.resolution, code=event.code, cause=event.cause)
        case Reopened():
            return Follow(**said, what="reopened", text=event.reason)
        case Held(reason=reason) if policy.holds[reason].for_children:
            return Follow(**said, what="held", code=reason, evidence=event.evidence)
        case MajorUpdated():
            return Follow(**said, what="told", text=event.text)
        case Cancelled(merged_into=str() as into):
            return Follow(**said, what="moved", to=into, text=event.reason)
        case Cancelled():
            return Follow(**said, what="left", text=event.reason)
        case _ if before.hold and before.after(event).hold is None:
            return Follow(**said, what="resumed")
        case _:
            return None


def judge_follow(at: Situation, command: Follow) -> list[Event]:
    """Along with the parent, as far as that makes sense for this ticket; a word of any other ticket is none of it."""
    ticket = at.ticket
    if command.parent != ticket.parent:
        return []
    followed = Followed(at=at.now, parent=command.parent, what=command.what, author=command.author, text=command.text)
    try:
        more = _along(at.after(followed), command)
    except Refusal:
        return []  # its own state does not allow it: then that is its own matter
    return [followed, *more] if more else []


def _along(at: Situation, command: Follow) -> list[Event]:
    ticket = at.ticket
    match command.what:
        case "resolved":
            move(ticket.stage, "resolve_with_parent")
            return [resolved(at, command.code, command.cause, command.text)]
        case "reopened":
            return judge_reopen(at, Reopen(reason=command.text)) if _resolved_with_parent(ticket) else []
        case "held":
            return _held(at, command)
        case "resumed":
            return [resumed(at, at.now, "its parent goes on")] if _held_with_parent(ticket) else []
        case "told":
            said = Contacted(
                at=at.now, by=command.author, direction="outbound", channel=CHANNEL, text=command.text,
                clocks=promises.stopped(ticket, at.policy, at.now, promises.FIRST_RESPONSE),
            )  # fmt: skip
            return [said] if ticket.ending is None else []
        case "left":
            return [detached(at, command.text)]
        case "moved":
            return [_moved(at, command)]
        case _:
            assert_never(command.what)


def _held(at: Situation, command: Follow) -> list[Event]:
    """Nobody asks this customer anything, so nothing is followed up; the parent says when it goes on."""
    reason = at.policy.holds.get(command.code)
    if reason is None or at.ticket.tier is None or at.ticket.hold:
        return []
    clocks = promises.at_hold(at.ticket, at.policy, at.now, command.code)
    return [
        Held(at=at.now, by=at.by, reason=command.code, evidence=command.evidence, pauses=tuple(clocks), clocks=clocks)
    ]


def _moved(at: Situation, command: Follow) -> Event:
    if not command.to or command.to == at.ticket.id:
        return detached(at, command.text)
    return Attached(at=at.now, by=at.by, parent=command.to, previous=at.ticket.parent, reason=command.text)


def _resolved_with_parent(ticket: Ticket) -> bool:
    """Whether its end was its parent's; a reopening is told to it before it is asked."""
    return ticket.ending is not None and ticket.resolved_along == ticket.ending.at


def _held_with_parent(ticket: Ticket) -> bool:
    return ticket.hold is not None and ticket.held_along == ticket.hold.since


def _climbed_anew(at: Situation, climb: Climb) -> Climb | None:
    ladder = at.policy.paging.get(climb.ladder)
    return climb.model_copy(update={"next_at": at.now + ladder.steps[0].wait}) if ladder else None
