"""Mail that comes in: kept as it is, dealt with one by one, and put away in the mailbox once that is done."""

import asyncio
import traceback
from datetime import UTC, datetime

import structlog
from temporalio import activity

from activities.clerk import Clerk
from escalation.alerts.arrived import Arrived
from escalation.errors import Refusal
from escalation.mail import NotAMail, read
from escalation.mail.books import LetterBook, Mailbox
from escalation.ports import Unavailable
from escalation.terms import Facts, Line

log = structlog.get_logger()

_AT_ONCE = 50
_FRAMES = 20


class Round(Facts):
    """What one look brought: mails that came, those dealt with, and why the mailbox could not be read."""

    came: int = 0
    dealt: int = 0
    more: bool = False
    failed: Line = ""


class MailActivities:
    """The desk's mailbox; None where it has none, so that only what was kept before is dealt with."""

    def __init__(self, mailbox: Mailbox | None, book: LetterBook, clerk: Clerk) -> None:
        self._mailbox, self._book, self._clerk = mailbox, book, clerk

    @activity.defn
    async def look_for_mail(self) -> Round:
        """Safe to repeat, and to do twice at once: each mail has its effects once, by its own id.

        A mail is put away in the mailbox only after it was dealt with, or lies in quarantine.
        """
        now, failed = datetime.now(UTC), ""
        try:
            mails = await asyncio.to_thread(self._mailbox.new, _AT_ONCE) if self._mailbox else []
        except Unavailable as away:
            log.warning("mailbox away", error=str(away))
            mails, failed = [], str(away)
        await asyncio.to_thread(self._book.keep, mails, now)
        dealt = await self._deal()
        undone = await asyncio.to_thread(self._book.undone, mails) if mails else frozenset()
        over = [mail.uid for mail in mails if mail.uid not in undone]
        if self._mailbox and over:
            await asyncio.to_thread(self._mailbox.put_away, over)
        return Round(came=len(mails), dealt=dealt, more=len(mails) == _AT_ONCE, failed=failed[:500])

    async def _deal(self) -> int:
        """Deal with what waits, the oldest first, until the desk or the database is away; how many that were."""
        dealt = 0
        for arrived in await asyncio.to_thread(self._book.waiting, _AT_ONCE):
            try:
                await self._one(arrived)
            except Unavailable as away:
                log.warning("mail waits", number=arrived.number, error=str(away))
                return dealt
            dealt += 1
        return dealt

    async def _one(self, arrived: Arrived) -> None:
        try:
            letter = read(arrived.body, _arrived_at(arrived))
            await self._clerk.deal(arrived.number, letter, too_large="too-large" in arrived.headers)
        except Unavailable:
            raise
        except NotAMail as unfit:
            await self._aside(arrived, "unreadable", str(unfit))
        except Refusal as refused:
            await self._aside(arrived, refused.code, refused.message)
        except Exception:  # noqa: BLE001 - one mail that breaks something must not keep the others from the desk
            log.error("mail not dealt with", number=arrived.number, trace=traceback.format_exc(limit=-_FRAMES))
            await self._aside(arrived, "failed", "It could not be dealt with; the log says why.")

    async def _aside(self, arrived: Arrived, code: str, why: str) -> None:
        log.warning("mail in quarantine", number=arrived.number, code=code)
        await asyncio.to_thread(self._book.put_aside, arrived.number, code, why)


def _arrived_at(arrived: Arrived) -> datetime:
    said = arrived.headers.get("arrived-at")
    return datetime.fromisoformat(said) if said else arrived.received_at
