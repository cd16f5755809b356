"""Carries out what a mail asks for, through the same door as everybody's commands."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol, assert_never

import structlog

from escalation.commands import Command, Comment, ContactMade, Intake, RateService, Reopen
from escalation.errors import ReopenWindowClosed, TicketClosed
from escalation.lifecycle import Stage
from escalation.mail import Aside, Bounced, Deed, Ignored, Judge, Letter, Noted, Opens, Said
from escalation.mail.books import LetterBook, Outcome
from escalation.messages import Receipt
from escalation.ports import Policies
from escalation.view import TicketView

log = structlog.get_logger()


_TOO_LARGE = Aside("too_large", "It is above 25 MiB; the whole of it lies in the mailbox.")


class MailDesk(Protocol):
    """The desk, as somebody sees it who may speak for one client only.

    Unavailable while it cannot be asked; a Refusal for what it refuses.
    """

    async def open(self, sender: str, intake: Intake) -> str:
        """The id of the ticket, taken in once however often it is asked."""
        ...

    async def ask(self, sender: str, client: str, ticket_id: str, command: Command, key: str) -> TicketView: ...


class Sending(Protocol):
    """Where it is on record how far our messages came."""

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None: ...


class Clerk:
    """Deals with one mail at a time; `own` are the addresses from which we write."""

    def __init__(
        self,
        book: LetterBook,
        desk: MailDesk,
        outbox: Sending,
        policies: Policies,
        own: frozenset[str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._book, self._desk, self._outbox = book, desk, outbox
        self._policies, self._own, self._now = policies, own, now

    async def deal(self, number: int, letter: Letter, *, too_large: bool = False) -> None:
        """Do what the mail asks for, once however often; note what that was, or put it aside."""
        judge = Judge(await asyncio.to_thread(self._policies.current), self._own)
        threads = await asyncio.to_thread(self._book.threads, letter)
        since = self._now() - judge.policy.mail.within
        lately = await asyncio.to_thread(self._book.lately, letter.sender, since, number)
        deed: Deed = _TOO_LARGE if too_large else judge.judge(letter, threads, lately)
        match deed:
            case Opens(intake=intake):
                await self._done(number, letter, "opened", await self._desk.open(letter.sender, intake))
            case Said():
                await self._said(number, letter, deed, judge)
            case Noted():
                await self._noted(number, letter, deed)
            case Bounced():
                await self._bounced(number, letter, deed)
            case Ignored(why=why):
                log.info("mail ignored", number=number, why=why)
                await self._done(number, letter, "ignored", None)
            case Aside(code=code, reason=reason):
                await asyncio.to_thread(self._book.put_aside, number, code, reason)
            case _:
                assert_never(deed)

    async def _said(self, number: int, letter: Letter, said: Said, judge: Judge) -> None:
        """His word on a ticket. One that is over, or resolved for too long, goes on in a new ticket."""
        if said.score is not None:
            rated = RateService(score=said.score, comment=said.text, channel="mail")
            await self._ask(letter, said.client, said.ticket_id, rated)
            await self._done(number, letter, "said", said.ticket_id)
            return
        try:
            if said.over:
                raise TicketClosed(f"{said.ticket_id} is over.")
            view = await self._contact(letter, said)
            if said.objects and view.stage is Stage.RESOLVED:
                reopen = Reopen(reason=said.text or "the customer says that it is not resolved")
                await self._ask(letter, said.client, said.ticket_id, reopen)
        except (TicketClosed, ReopenWindowClosed):
            if not said.objects:
                log.info("mail about a ticket that is over", number=number, ticket_id=said.ticket_id)
                await self._done(number, letter, "ignored", said.ticket_id)
                return
            again = judge.intake(letter, said.client, reopens=said.ticket_id)
            await self._done(number, letter, "opened", await self._desk.open(letter.sender, again))
            return
        await self._done(number, letter, "said", said.ticket_id)

    async def _contact(self, letter: Letter, said: Said) -> TicketView:
        spoke = ContactMade(direction="inbound", channel="mail", text=said.text, at=letter.said_at)
        return await self._ask(letter, said.client, said.ticket_id, spoke)

    async def _noted(self, number: int, letter: Letter, noted: Noted) -> None:
        """An automatic reply, which moves nothing, or a work note of the desk's own."""
        word: Command = Comment(text=noted.text) if noted.person else _automatic(letter, noted)
        try:
            await self._ask(letter, noted.client, noted.ticket_id, word)
        except TicketClosed:
            log.info("mail about a ticket that is over", number=number, ticket_id=noted.ticket_id)
        await self._done(number, letter, "noted", noted.ticket_id)

    async def _bounced(self, number: int, letter: Letter, bounced: Bounced) -> None:
        """The message did not arrive; that it is only late is no reason to call it lost."""
        sent = await asyncio.to_thread(self._book.sent, bounced.message_ids)
        for mail in sent if bounced.final else ():
            failed = Receipt(
                channel="mail",
                state="failed_perm",
                provider_id=None,
                detail=f"it came back: {bounced.detail}",
                at=min(letter.said_at, self._now()),
            )
            await asyncio.to_thread(self._outbox.settle, mail.key, mail.outlet, failed)
        await self._done(number, letter, "bounced" if sent else "ignored", None)

    async def _ask(self, letter: Letter, client: str, ticket_id: str, command: Command) -> TicketView:
        return await self._desk.ask(letter.sender, client, ticket_id, command, f"mail/{_mark(letter)}")

    async def _done(self, number: int, letter: Letter, outcome: Outcome, ticket_id: str | None) -> None:
        await asyncio.to_thread(self._book.done, number, letter, outcome, ticket_id, self._now())


def _automatic(letter: Letter, noted: Noted) -> ContactMade:
    return ContactMade(direction="inbound", channel="mail", text=noted.text, at=letter.said_at, automatic=True)


def _mark(letter: Letter) -> str:
    """The same for the same mail, however often it comes."""
    said = letter.message_id or letter.model_dump_json()
    return sha256(f"{letter.sender}\n{said}".encode()).hexdigest()[:32]
