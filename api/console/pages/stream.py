"""One word to every open page: something changed, look again."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.broadcast import Broadcast
from api.console.who import signed_in, still_signed_in
from escalation.lines import News
from escalation.ports import Token

router = APIRouter()

_COME_BACK_AFTER = 2000  # milliseconds


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request,
    _: Annotated[Token, Depends(signed_in)],
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """`news` at each change, at most once a second; `away` while nobody can say; `over` when the visit has ended."""
    broadcast: Broadcast[News] = request.app.state.news
    async with aclosing(broadcast.listen(None, last_event_id)) as listened:
        async for seen in listened:
            if not await still_signed_in(request):
                yield ServerSentEvent(event="over", data={})
                return
            yield ServerSentEvent(
                event="news" if seen.said else "away", id=seen.id, retry=_COME_BACK_AFTER, data=seen.said or {}
            )
