"""Who is on call over the next days, where nobody is, and what people change about it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from api.console.drawings.duties import Drawn, drawn, midnight, why
from api.console.here import DeskLooking, Here
from api.console.wrong import NO, moment_of, status_of, wrong_of
from api.patience import patiently
from api.routers import overrides, people, swaps
from api.routers.overrides import Override
from api.routers.people import Away
from api.routers.swaps import Proposal
from api.words import Number
from escalation.oncall import WARNED_AHEAD, Board, Duty, LiveAbsence, LiveOverride, Stretch, SwapLine
from escalation.terms import Role

router = APIRouter()

PAGE = "/console/on-call"
_LEADS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER})
_DONE = {
    "override": "The override counts from now on.",
    "absence": "The absence is on record. What they hold goes to others as soon as it begins.",
    "back": "They are back.",
    "dropped": "It is taken back.",
    "swap": "The swap is proposed. It counts as soon as the other has agreed.",
    "agree": "Agreed: the swap counts from now on.",
    "decline": "Declined: nothing changes.",
    "withdraw": "The proposal is taken back.",
}


class _Seen(NamedTuple):
    board: Board
    schedule: Mapping[str, list[Duty]]
    drawing: Drawn
    gaps: list[tuple[str, Duty]]
    overrides: list[LiveOverride]
    absences: list[LiveAbsence]
    swaps: list[SwapLine]


@router.get("/on-call")
async def on_call(
    here: DeskLooking, days: Annotated[int, Query(ge=1, le=60)] = 14, done: Annotated[str, Query()] = ""
) -> Response:
    """The schedule as a drawing and in words, gaps of cover, covers, absences, swaps."""
    return await _page(here, days, done=_DONE.get(done, ""))


@router.post("/on-call/override")
async def put(
    here: DeskLooking,
    rota: Annotated[str, Form()] = "",
    who: Annotated[str, Form()] = "",
    start: Annotated[str, Form()] = "",
    end: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Put somebody in another's place for a while."""
    said = {"override.rota": rota, "override.who": who, "override.start": start, "override.end": end,
            "override.reason": reason}  # fmt: skip

    async def ask() -> None:
        since, until = (moment_of(text, here.viewer.zone, f) for text, f in ((start, "start"), (end, "end")))
        wanted = Override(rota=rota, who=who, start=since, end=until, reason=reason)
        await overrides.override(wanted, here.services, here.token)

    return await _done(here, "override", "override", said, ask)


@router.post("/on-call/absence")
async def away(
    here: DeskLooking,
    person: Annotated[str, Form()] = "",
    start: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Say that somebody is away."""
    said = {"absence.person": person, "absence.start": start, "absence.until": until, "absence.reason": reason}

    async def ask() -> None:
        since = moment_of(start, here.viewer.zone, "start") if start else None
        wanted = Away(start=since, until=moment_of(until, here.viewer.zone, "until"), reason=reason)
        await people.absence(person or here.viewer.person, wanted, here.services, here.token)

    return await _done(here, "absence", "absence", said, ask)


@router.post("/on-call/swap")
async def swap(
    here: DeskLooking,
    rota: Annotated[str, Form()] = "",
    giver: Annotated[str, Form()] = "",
    taker: Annotated[str, Form()] = "",
    start: Annotated[str, Form()] = "",
    end: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Propose to give a stretch of duty to somebody else."""
    said = {"swap.rota": rota, "swap.giver": giver, "swap.taker": taker, "swap.start": start, "swap.end": end,
            "swap.reason": reason}  # fmt: skip

    async def ask() -> None:
        since, until = (moment_of(text, here.viewer.zone, f) for text, f in ((start, "start"), (end, "end")))
        given = Stretch(start=since, end=until)
        wanted = Proposal(rota=rota, giver=giver or here.viewer.person, taker=taker, given=given, reason=reason)
        await patiently(swaps.propose, wanted, here.services, here.token)

    return await _done(here, "swap", "swap", said, ask)


@router.post("/on-call/swaps/{number}/{answer}")
async def decide(here: DeskLooking, number: Number, answer: str) -> Response:
    """Agree to a swap, decline it, or take it back."""

    async def ask() -> None:
        if answer == "agree":
            await swaps.agree(number, here.services, here.token)
        else:
            said = swaps.decline if answer == "decline" else swaps.withdraw
            await patiently(said, number, here.services, here.token)

    return await _done(here, answer if answer in _DONE else "withdraw", "swap", {}, ask)


@router.post("/on-call/overrides/{number}/drop")
async def drop(here: DeskLooking, number: Number) -> Response:
    """Take an override back."""
    return await _done(here, "dropped", "override", {}, lambda: overrides.take_back(number, here.services, here.token))


@router.post("/on-call/absences/{person}/{number}/drop")
async def come_back(here: DeskLooking, person: str, number: Number) -> Response:
    """Forget an absence."""
    return await _done(
        here, "back", "absence", {}, lambda: people.drop_absence(person, number, here.services, here.token)
    )


async def _done(
    here: Here, what: str, form: str, said: Mapping[str, str], ask: Callable[[], Awaitable[None]]
) -> Response:
    """Carry it out and show the page anew, or show it with what is wrong at the form's own fields."""
    try:
        await ask()
    except NO as no:
        wrong = {f"{form}.{field}": words for field, words in wrong_of(no).items()}
        return await _page(here, said=said, wrong=wrong, status=status_of(no))
    return RedirectResponse(f"{PAGE}?done={what}", 303)


async def _page(
    here: Here,
    days: int = 14,
    *,
    done: str = "",
    said: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    seen = await _look(here, days)
    return here.page(
        "on_call.html", seen=seen, days=days, done=done, said=said or {}, wrong=wrong or {}, status=status,
        opened={name.partition(".")[0] for name in wrong or {}},
        why=why, leads=here.viewer.role in _LEADS, steers=here.viewer.role in {*_LEADS, Role.DISPATCHER},
    )  # fmt: skip


async def _look(here: Here, days: int) -> _Seen:
    services, now = here.services, here.now
    board, found = await asyncio.gather(patiently(services.rotas.board), patiently(services.rotas.swaps))
    start = midnight(now, here.viewer.zone)
    ends = start.astimezone(UTC), (start + timedelta(days=days)).astimezone(UTC)
    schedule = {rota: board.schedule(rota, *ends) for rota in dict.fromkeys(rota for rota, _ in board.lines())}
    gaps = board.gaps(now, now + WARNED_AHEAD)
    names = _names(here, board)
    return _Seen(
        board=board,
        schedule=schedule,
        drawing=drawn(schedule, names, start, days, now),
        gaps=sorted(((rota, gap) for rota, all_of in gaps.items() for gap in all_of), key=lambda each: each[1].start),
        overrides=[LiveOverride.model_validate(dict(each)) for each in board.overrides if each.end > now],
        absences=[LiveAbsence.model_validate(dict(each)) for each in board.absences if each.end > now],
        swaps=[swap for swap in found if swap.state == "proposed" or swap.given.end > now],
    )


def _names(here: Here, board: Board) -> dict[str, str]:
    """Everybody who answers a rota, or did before somebody took over."""
    members = {person for rota in board.rotas.values() for person in rota.everybody}
    everybody = members | {each.who for each in board.overrides}
    return {person: here.names.person(person) for person in everybody}
