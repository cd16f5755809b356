"""Word of changed records, from the door for machines to the connections that follow them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from pydantic import AwareDatetime

from escalation.alerts import Hint
from escalation.ports import Unavailable
from escalation.psa.ports import Book, Wakes

log = structlog.get_logger()

_WITHIN = 5.0  # seconds


@dataclass(frozen=True)
class PsaHints:
    """Implements `escalation.alerts.ports.Hints`: a source wakes the connection that has its name."""

    book: Book
    wakes: Wakes
    loop: asyncio.AbstractEventLoop

    def take(self, hints: Sequence[tuple[Hint, AwareDatetime]]) -> None:
        """Called in a thread. Hints to no connection are said; what is not heard is found by the next look."""
        named: dict[str, dict[str, None]] = {}
        for hint, _ in hints:
            named.setdefault(hint.source, {})[hint.record_id] = None
        for source, record_ids in named.items():
            if self.book.connection(source) is None:
                log.warning("hints of changed records are not followed up", source=source, hints=len(record_ids))
                continue
            self._wake(source, list(record_ids))

    def _wake(self, connection: str, record_ids: Sequence[str]) -> None:
        """Nothing here may hold up the alerts that came along."""
        try:
            asyncio.run_coroutine_threadsafe(self.wakes.changed(connection, record_ids), self.loop).result(_WITHIN)
        except (Unavailable, TimeoutError) as away:
            log.warning("hints not passed on", connection=connection, error=str(away) or "no answer")
