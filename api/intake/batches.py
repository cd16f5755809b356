"""Bodies on their way into the store: those that come while one statement runs go together with the next."""

import asyncio
from collections.abc import Sequence

from api.patience import patiently
from escalation.alerts.books import Arrival, BodyBook
from escalation.ports import Unavailable

_MOST_TOGETHER = 100
_MOST_BYTES_TOGETHER = 4 * 1024 * 1024


class Batches:
    """Stores what it is given; each is answered for when it lies there for good."""

    def __init__(self, book: BodyBook) -> None:
        self._book = book
        self._pending: list[tuple[Arrival, asyncio.Future[bool]]] = []
        self._at_work: asyncio.Task[None] | None = None

    async def store(self, arrival: Arrival) -> bool:
        """Whether it is new; Unavailable if nobody can say that it is kept."""
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._pending.append((arrival, stored))
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._work())
        return await stored

    async def _work(self) -> None:
        while self._pending:
            batch = self._next()
            arrivals = [arrival for arrival, _ in batch]
            try:
                answers: Sequence[bool | BaseException] = await patiently(self._book.store, arrivals)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait have to hear of it
                answers = [error] * len(batch)
            for (_, stored), answer in zip(batch, answers, strict=True):
                _tell(stored, answer)

    def _next(self) -> list[tuple[Arrival, asyncio.Future[bool]]]:
        many, size = 0, 0
        for arrival, _ in self._pending[:_MOST_TOGETHER]:
            size += len(arrival.body)
            if many and size > _MOST_BYTES_TOGETHER:
                break
            many += 1
        batch, self._pending = self._pending[:many], self._pending[many:]
        return batch


def _tell(stored: "asyncio.Future[bool]", answer: bool | BaseException) -> None:
    if stored.done():  # its sender hung up
        return
    if isinstance(answer, Unavailable):
        stored.set_exception(Unavailable(str(answer)))
    elif isinstance(answer, BaseException):
        stored.set_exception(answer)
    else:
        stored.set_result(answer)
