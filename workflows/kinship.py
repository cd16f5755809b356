"""What a ticket says to the tickets that share its fault, from workflow to workflow: a child to its parent, and back.

A word to a ticket that is over is lost, and that is right: nothing can become of it any more.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from temporalio import workflow
from temporalio.exceptions import FailureError

from escalation import family
from escalation.commands import Adopt, Command, Disown, Follow
from escalation.errors import ParentImpossible
from escalation.events import Attached, Detached, Event
from escalation.policy import Slice
from escalation.ticket import Ticket

_AT_ONCE = 200  # words on their way; Temporal allows 2,000


class Word(NamedTuple):
    """A command for another ticket."""

    to: str
    said: Command


def words(before: Ticket | None, events: Sequence[Event], policy: Slice) -> list[Word]:
    """What these events of a ticket mean for its parents and children, in their order."""
    ticket, found = before, list[Word]()
    for event in events:
        if ticket is None:
            return []  # its intake: it has no family yet
        ticket, earlier = ticket.after(event), ticket
        found += _to_parents(ticket, event)
        if earlier.children and (said := family.word(earlier, event, policy)):
            known = said.model_copy(update={"request_id": f"{ticket.id}/{ticket.seq}"})
            found += [Word(child, known) for child in earlier.children]
    return found


def _to_parents(ticket: Ticket, event: Event) -> Iterable[Word]:
    match event:
        case Attached(previous=str() as previous):
            return [Word(previous, Disown(ticket_id=ticket.id)), Word(event.parent, Adopt(ticket_id=ticket.id))]
        case Attached(parent=parent):
            return [Word(parent, Adopt(ticket_id=ticket.id))]
        case Detached(parent=parent):
            return [Word(parent, Disown(ticket_id=ticket.id))]
        case _:
            return []


async def tell(told: Sequence[Word]) -> None:
    """Say all of it; what a ticket that is over cannot hear any more is passed over."""
    for begin in range(0, len(told), _AT_ONCE):
        await asyncio.gather(*(_heard(word) for word in told[begin : begin + _AT_ONCE]))


async def ask_parent(child: Ticket, parent: str) -> None:
    """Tell a ticket that another will be its child; ParentImpossible if it is over, or was never there."""
    if not await _heard(Word(parent, Adopt(ticket_id=child.id))):
        raise ParentImpossible(f"{parent} is over, or was never there.", parent=parent)


def reply(ticket: Ticket, command: Command) -> list[Word]:
    """What a ticket answers to a word that it cannot go along with: so both sides come to see the same."""
    match command:
        case Adopt(ticket_id=child) if said := family.answer(ticket, command):
            return [Word(child, said)]
        case Follow(parent=parent) if parent and parent != ticket.parent:
            return [Word(parent, Disown(ticket_id=ticket.id))]
        case _:
            return []


async def _heard(word: Word) -> bool:
    handle = workflow.get_external_workflow_handle(f"ticket/{word.to}")
    try:
        await handle.signal(word.said.name, word.said)
    except FailureError:
        return False
    return True
