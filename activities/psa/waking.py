"""Waking a connection's workflow: by hints of changes there, and by the journal of our own."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError

from escalation.events import Entry
from escalation.ports import Unavailable
from escalation.psa.ports import Book, Wakes
from escalation.terms import Facts

log = structlog.get_logger()

_WAIT = timedelta(seconds=2)
_ASK_AGAIN = 10.0  # seconds for which a desk without connections is not asked whether it has some


class Changed(Facts):
    """Records that changed there."""

    record_ids: tuple[str, ...] = ()


class Moved(Facts):
    """Tickets that changed here."""

    ticket_ids: tuple[str, ...] = ()


class PsaState(Facts):
    """What goes from run to run of a connection's workflow."""

    connection: str
    record_ids: tuple[str, ...] = ()
    ticket_ids: tuple[str, ...] = ()
    cursor: str = ""
    looks: int = 0


def workflow_id(connection: str) -> str:
    """The id of the workflow that keeps a connection in step."""
    return f"psa/{connection}"


class TemporalWakes:
    """Implements `escalation.psa.ports.Wakes`: a signal, with which the workflow begins where it does not run."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client, self._task_queue = client, task_queue

    async def changed(self, connection: str, record_ids: Sequence[str]) -> None:
        """Look at these records, or at everything if none is named; Unavailable while Temporal does not answer."""
        await self._signal(connection, "changed", Changed(record_ids=tuple(record_ids)))

    async def moved(self, connection: str, ticket_ids: Sequence[str]) -> None:
        """Look at the records of these tickets; Unavailable while Temporal does not answer."""
        await self._signal(connection, "moved", Moved(ticket_ids=tuple(ticket_ids)))

    async def _signal(self, connection: str, name: str, said: Facts) -> None:
        try:
            await self._client.start_workflow(
                "Psa",
                PsaState(connection=connection),
                id=workflow_id(connection),
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                task_queue=self._task_queue,
                start_signal=name,
                start_signal_args=[said],
                rpc_timeout=_WAIT,
                static_summary=f"Keeps tickets in step with {connection}",
            )
        except RPCError as error:
            raise Unavailable(f"Temporal does not answer: {error.status.name.lower()}") from None


class PsaHerald:
    """Tells connections of tickets whose journal went on. What is not heard is found by the next look at all."""

    def __init__(self, book: Book, wakes: Wakes) -> None:
        self._book, self._wakes = book, wakes
        self._quiet_until = 0.0

    async def told(self, entries: Sequence[Entry]) -> None:
        """Wake the connections of these tickets; a desk without any is asked once in a while."""
        if time.monotonic() < self._quiet_until:
            return
        if not await asyncio.to_thread(self._book.connected):
            self._quiet_until = time.monotonic() + _ASK_AGAIN
            return
        ticket_ids = list({entry.ticket_id for entry in entries})
        for link in await asyncio.to_thread(self._book.links_of, ticket_ids):
            await self._wakes.moved(link.connection, [link.ticket_id or ""])
