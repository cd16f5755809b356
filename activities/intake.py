"""The drain of the inbox: what came in is read, judged and written down; tickets are opened, and told of more."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from pydantic import AwareDatetime
from temporalio import activity

from activities.intake_reading import Read, Reader
from escalation.alerts import Inbox
from escalation.alerts.fault import Heard
from escalation.alerts.intakes import Intakes
from escalation.alerts.ports import AlertBook, AlertDesk, Hints, TicketClosedError, TicketRefusedError
from escalation.alerts.telling import request_of, told_of
from escalation.alerts.tickets import AlertTicket
from escalation.ports import Policies, Unavailable
from escalation.terms import Facts

log = structlog.get_logger()
T = TypeVar("T")

_BODIES = 500
_ALERTS = 2_000  # in one transaction, which thus takes a few seconds even on a busy machine
_AT_ONCE = 8
_OPENED = 16  # in one round: what comes in meanwhile may be an emergency, and goes first in the next
_TOLD = 40


class Drain(Facts):
    """The moment at which it is looked."""

    now: AwareDatetime


class Drained(Facts):
    """What was done: bodies dealt with or put aside, alerts heard, tickets opened and told, those that failed for now.

    `more`: there is more to do at once. `next_at`: when there is something again, if nobody says anything.
    """

    bodies: int = 0
    aside: int = 0
    alerts: int = 0
    opened: int = 0
    told: int = 0
    failed: int = 0
    more: bool = False
    next_at: AwareDatetime | None = None


@dataclass
class _Counts:
    opened: int = 0
    told: int = 0
    failed: int = 0
    left: bool = field(default=False)


class IntakeActivities:
    """One round: a batch of bodies, then emergencies, then a few other tickets, then what tickets have to hear."""

    def __init__(
        self,
        inbox: Inbox,
        book: AlertBook,
        policies: Policies,
        desk: AlertDesk,
        hints: Hints,
        kept: timedelta = timedelta(days=30),
    ) -> None:
        self._kept = kept
        self._inbox, self._book, self._policies, self._desk, self._hints = inbox, book, policies, desk, hints
        self._intakes: Intakes | None = None

    @activity.defn
    async def drain(self, look: Drain) -> Drained:
        """Safe to repeat, wherever it stopped: alerts are judged once, and a ticket is opened under one id."""
        intakes = await asyncio.to_thread(self._under)
        read = await asyncio.to_thread(self._take_in, intakes)
        if not read.bodies:
            await asyncio.to_thread(self._inbox.forget, look.now - self._kept)
        await asyncio.to_thread(self._book.pass_time, look.now, intakes)
        done = _Counts()
        await self._open(intakes, look.now, done)
        await self._tell(intakes, look.now, done)
        next_at = await asyncio.to_thread(self._book.next_at)
        return Drained(
            bodies=read.bodies,
            aside=len(read.aside),
            alerts=len(read.heard),
            opened=done.opened,
            told=done.told,
            failed=done.failed,
            more=read.more or done.left,
            next_at=next_at,
        )

    def _under(self) -> Intakes:
        """The policy of today; what was worked out under it is kept as long as it is that."""
        policy = self._policies.current()
        if self._intakes is None or self._intakes.policy.version != policy.version:
            self._intakes = Intakes(policy)
        return self._intakes

    def _take_in(self, intakes: Intakes) -> Read:
        """Read a batch, have it judged, and only then call it dealt with."""
        read = Reader(self._inbox, intakes).read(_BODIES, _ALERTS)
        self._judge(read, intakes)
        if read.hints:
            self._hints.take(read.hints)
        for number, (code, reason) in read.aside.items():
            self._inbox.put_aside(number, code, reason)
        if taken := read.taken:
            self._inbox.take(taken)
        return read

    def _judge(self, read: Read, intakes: Intakes) -> None:
        """All at once; where the rules fail on one, each body alone, and the one that they fail on is put aside."""
        try:
            self._book.hear(read.heard, intakes)
        except Unavailable:
            raise
        except Exception:
            log.exception("a batch of alerts cannot be judged at once")
            for number in sorted({heard.number for heard in read.heard}):
                self._judge_alone(read, number, [h for h in read.heard if h.number == number], intakes)

    def _judge_alone(self, read: Read, number: int, said: Sequence[Heard], intakes: Intakes) -> None:
        try:
            self._book.hear(said, intakes)
        except Unavailable:
            raise
        except Exception as fault:
            log.exception("alerts cannot be judged", body=number)
            read.aside[number] = ("rules_failed", f"The rules failed on it: {fault!r}"[:1000])

    async def _open(self, intakes: Intakes, now: datetime, done: _Counts) -> None:
        """Every emergency, and then as many others as a round takes."""
        wanted = await asyncio.to_thread(self._book.wanted, _BODIES)
        emergencies = [ticket for ticket in wanted if ticket.emergency]
        others = [ticket for ticket in wanted if not ticket.emergency]
        for some in (emergencies, others[:_OPENED]):
            outcomes = await _together(some, lambda ticket: self._open_one(ticket, intakes, now))
            done.opened += sum(outcomes)
            done.failed += len(some) - sum(outcomes)
        done.left = len(others) > _OPENED

    async def _open_one(self, ticket: AlertTicket, intakes: Intakes, now: datetime) -> bool:
        """Whether it is settled, opened or not."""
        try:
            pinned = intakes.slice_for(ticket.client, ticket.command.intake.site)
            await self._desk.open(ticket.id, ticket.command, pinned)
        except (TicketRefusedError, KeyError) as refused:
            log.error("a ticket of alerts is refused", ticket_id=ticket.id, why=str(refused))
            await asyncio.to_thread(self._book.refused, ticket.id)
            return True
        await asyncio.to_thread(self._book.opened, ticket.id, now)
        return True

    async def _tell(self, intakes: Intakes, now: datetime, done: _Counts) -> None:
        """Each at most once in a while, of all that came meanwhile."""
        waiting = await asyncio.to_thread(self._book.to_tell, now, _TOLD)
        outcomes = await _together(waiting, lambda ticket: self._tell_one(ticket, intakes, now))
        done.told += sum(outcomes)
        done.failed += len(waiting) - sum(outcomes)
        done.left = done.left or (len(waiting) == _TOLD and any(outcomes))

    async def _attach(self, ticket: AlertTicket) -> None:
        """Under the parent that shares its cause, once."""
        if ticket.under is None or ticket.attached:
            return
        try:
            await self._desk.attach(ticket.id, ticket.under, f"attach/{request_of(ticket)}")
        except TicketRefusedError as refused:
            log.info("a ticket of alerts stays by itself", ticket_id=ticket.id, why=str(refused))

    async def _tell_one(self, ticket: AlertTicket, intakes: Intakes, now: datetime) -> bool:
        rules = intakes.rules
        try:
            if ticket.into:
                over = await self._desk.fold(ticket.id, ticket.into, request_of(ticket))
            else:
                await self._attach(ticket)
                over = (await self._desk.tell(ticket.id, told_of(ticket, rules))).over
        except TicketClosedError:
            await asyncio.to_thread(self._book.gone, ticket.id, now, intakes)
            return True
        except TicketRefusedError as refused:
            log.error("a ticket does not hear of its alerts", ticket_id=ticket.id, why=str(refused))
            over = False
        await asyncio.to_thread(lambda: self._book.told(ticket, now, rules, over=over))
        return True


async def _together(some: Sequence[AlertTicket], do: Callable[[AlertTicket], Awaitable[bool]]) -> list[bool]:
    """Do it for each, some at once; one that cannot be reached now is tried again later, and holds up no other."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(ticket: AlertTicket) -> bool:
        async with turns:
            try:
                return await do(ticket)
            except Unavailable as away:
                log.warning("a ticket of alerts cannot be reached now", ticket_id=ticket.id, why=str(away))
            except Exception:
                log.exception("a ticket of alerts cannot be dealt with", ticket_id=ticket.id)
            return False

    return list(await asyncio.gather(*(one(ticket) for ticket in some)))
