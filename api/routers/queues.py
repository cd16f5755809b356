"""The state of the desk: once, or as a stream."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.broadcast import Broadcast, Clients
from api.callers import Caller, Handed, still_good
from api.problems import responses
from api.services import Services
from escalation.queues import Queues

router = APIRouter(tags=["queues"])

_COME_BACK_AFTER = 3000  # milliseconds


@router.get("/queues", responses=responses())
def queues(services: Handed, token: Caller) -> Queues:
    """For each tier what is open, waiting, unaccepted, at risk, breached, and since when; and who holds how much."""
    return seen(services, token.clients)


@router.get("/stream", response_class=EventSourceResponse, responses=responses())
async def stream(
    request: Request, token: Caller, last_event_id: Annotated[str | None, Header(max_length=200)] = None
) -> AsyncIterator[ServerSentEvent]:
    """The queues as server-sent events: an event `queues` now and at each change, at most one a second.

    `Last-Event-ID` spares what was seen already. An event `unavailable` says that they cannot be read just now. The
    stream ends when its token does.
    """
    broadcast: Broadcast[Queues] = request.app.state.broadcast
    async with aclosing(broadcast.listen(token.clients, last_event_id)) as listened:
        async for news in listened:
            if not await still_good(request):
                return
            yield ServerSentEvent(
                event="queues" if news.said else "unavailable",
                id=news.id,
                retry=_COME_BACK_AFTER,
                data=news.said or {},
            )


def seen(services: Services, clients: Clients) -> Queues:
    """The queues of these clients, without the people who hold nothing of them."""
    whole = services.read.queues(services.now(), clients)
    if clients is None:
        return whole
    return whole.model_copy(update={"load": tuple(person for person in whole.load if person.open)})
