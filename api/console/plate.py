"""Everything that is one person's to do, read together in a constant number of questions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from api.console.here import Here
from api.patience import patiently
from escalation.audit.actions import Action
from escalation.consultations import Consultation
from escalation.library.readings import Unread
from escalation.lines import LinePage, TicketLine
from escalation.oncall.together import OwnDuty, own_duties
from escalation.ports import PersonView, StoredTicket, TicketFilter
from escalation.pressing import Press, Pressing, ranked
from escalation.review.listing import ReviewHead
from escalation.terms import Role

AHEAD = timedelta(days=14)  # of one's own duties that are shown
_MOST = 100
_LEADS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER})


@dataclass(frozen=True)
class Plate:
    """What one person has to do; `mine` is in the order in which to take it.

    `decisions` are tickets with a breach that waits for a decision whether it counts.
    """

    person: str
    about: PersonView | None
    mine: list[Pressing]
    held: Sequence[StoredTicket]
    owes: Sequence[StoredTicket]
    asked: Sequence[Consultation]
    reviews: Sequence[ReviewHead]
    unread: Sequence[Unread]
    actions: Sequence[Action]
    duties: Sequence[OwnDuty]
    coordinated: Sequence[TicketLine]
    decisions: Sequence[StoredTicket]

    @property
    def handoffs(self) -> list[Pressing]:
        """What was handed to them at a tier and they have not accepted."""
        return [each for each in self.mine if each.line.waits and each.line.tier]

    @property
    def sorting(self) -> list[Pressing]:
        """What is theirs to triage."""
        return [each for each in self.mine if each.line.tier is None]

    @property
    def working(self) -> list[Pressing]:
        """What they took up and that does not stand on hold."""
        return [each for each in self.mine if each.line.tier and each.line.accepted_at and not each.line.on_hold]

    @property
    def holds(self) -> list[tuple[Pressing, StoredTicket]]:
        """What waits for somebody else, the next follow-up first."""
        lines = {each.line.id: each for each in self.mine}
        held = [(lines[each.ticket.id], each) for each in self.held if each.ticket.id in lines]
        return sorted(held, key=lambda pair: _follow_up(pair[1]))

    @property
    def endangered(self) -> int:
        """How many of their tickets are at risk or have broken a promise."""
        return sum(each.press in (Press.AT_RISK, Press.BREACHED) or each.line.breached for each in self.mine)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing at all to do."""
        return not any((self.mine, self.owes, self.asked, self.reviews, self.unread, self.actions, self.duties,
                        self.coordinated, self.decisions))  # fmt: skip


async def plate_of(here: Here, person: str) -> Plate:
    """The plate of somebody, as far as whoever looks may see it."""
    (lines, coordinated, held, owes, decisions), (asked, reviews), beside = await asyncio.gather(
        _tickets(here, person), _spoken_to(here, person), _beside(here, person)
    )
    about, unread, actions, duties = beside
    return Plate(
        person, about, ranked(lines.lines, here.now), held, owes, asked, reviews, unread, actions, duties,
        coordinated.lines, decisions,
    )  # fmt: skip


async def _tickets(
    here: Here, person: str
) -> tuple[LinePage, LinePage, Sequence[StoredTicket], Sequence[StoredTicket], Sequence[StoredTicket]]:
    """Those owned, those coordinated, those on hold, those of which a note is owed, and those to be decided on."""
    own = TicketFilter(owner=person, open=True, imported=False)
    return await asyncio.gather(
        _lines(here, own),
        _lines(here, TicketFilter(coordinator=person, open=True, imported=False)),
        _stored(here, own.model_copy(update={"on_hold": True})),
        _stored(here, TicketFilter(owes_note=person, running=True, imported=False)),
        _decisions(here, person),
    )


async def _spoken_to(here: Here, person: str) -> tuple[Sequence[Consultation], Sequence[ReviewHead]]:
    clients = here.viewer.clients
    return await asyncio.gather(
        patiently(here.services.consultations.asked_of, person, clients, _MOST),
        patiently(here.services.review_book.heads, "mine", person, here.now, clients, _MOST),
    )


async def _lines(here: Here, wanted: TicketFilter) -> LinePage:
    seen = wanted.model_copy(update={"clients": here.viewer.clients})
    return await patiently(here.services.lines.lines, seen, "due", _MOST)


async def _stored(here: Here, wanted: TicketFilter) -> Sequence[StoredTicket]:
    seen = wanted.model_copy(update={"clients": here.viewer.clients})
    return (await patiently(here.services.read.tickets, seen, _MOST, None)).tickets


async def _beside(
    here: Here, person: str
) -> tuple[PersonView | None, Sequence[Unread], Sequence[Action], Sequence[OwnDuty]]:
    """What belongs to no client, and so is not for those who see some clients alone."""
    if not here.viewer.desk_wide:
        return None, (), (), ()
    about, unread, actions, board = await asyncio.gather(
        patiently(here.services.people.person, person, here.now),
        patiently(here.services.readings.unread, person),
        patiently(here.services.audits.actions, state="open"),
        patiently(here.services.rotas.board),
    )
    own = [action for action in actions if action.owner == person]
    return about, unread, own, own_duties(board, person, here.now, here.now + AHEAD)


async def _decisions(here: Here, person: str) -> Sequence[StoredTicket]:
    """Breaches that wait for a word, for those who lead and look at their own page."""
    if here.viewer.role not in _LEADS or person != here.viewer.person:
        return ()
    return await _stored(here, TicketFilter(to_be_decided=True, imported=False))


def _follow_up(stored: StoredTicket) -> tuple[bool, str]:
    hold = stored.ticket.hold
    comes = (hold.follow_ups[0] if hold.follow_ups else hold.until) if hold else None
    return comes is None, comes.isoformat() if comes else ""
