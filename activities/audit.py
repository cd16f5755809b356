"""Making an audit, as an activity: it may run again, and is tried until its database answers."""

import asyncio
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime
from temporalio import activity

from activities.effects import Postman
from escalation.audit.record import AuditRecord
from escalation.audit.record_text import headline
from escalation.audit.telling import ready
from escalation.audit.window import AuditKind, Window
from escalation.terms import SYSTEM, Facts


class AuditBook(Protocol):
    """Where audits are made and rest: once for each kind and window."""

    def make(self, kind: AuditKind, window: Window | None, *, by: str, at: datetime) -> AuditRecord: ...


class AuditDue(Facts):
    """An audit of the last whole window before a moment."""

    kind: AuditKind
    at: AwareDatetime


class AuditMade(Facts):
    """What came of it."""

    id: str
    headline: str


class AuditActivities:
    """Audits, as activities."""

    def __init__(self, book: AuditBook, postman: Postman) -> None:
        self._book, self._postman = book, postman

    @activity.defn
    async def make_audit(self, due: AuditDue) -> AuditMade:
        """The audit, made and told of once for its kind and window however often this runs."""
        record = await asyncio.to_thread(self._book.make, due.kind, None, by=SYSTEM, at=due.at)
        await self._postman.take([ready(record)])
        return AuditMade(id=record.id, headline=headline(record))
