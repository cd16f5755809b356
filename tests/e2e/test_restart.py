"""Ctrl-C and another start on the same state; and two starts at once."""

import asyncio
import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bench.ports import free_ports
from escalation.lifecycle import Stage
from escalation.view import TicketView
from tests.e2e import oracle
from tests.e2e.desk import MANAGER, Desk, desk_of
from tests.e2e.hasty import RESOLUTION, RESPONSE, SHARES, hasty_policy
from tests.e2e.stack import Stack, eventually, launched, running

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def test_r24_a_stopped_desk_is_found_again_and_what_fell_due_meanwhile_is_met_once(place: Path) -> None:
    ports, policy = free_ports(), hasty_policy(place / "hasty.yaml")
    async with running(place / "state", ports, policy) as stack, desk_of(stack) as desk:
        closed = await lived_and_closed(desk)
        waiting = [await desk.open(MANAGER) for _ in range(5)]
        before = [await desk.as_told(ticket) for ticket in (closed, *(each.id for each in waiting))]
        parts = stack.pids()
        assert await stack.stop() == 0
    stopped_at = datetime.now(UTC)
    assert len(parts) == 4
    assert alive(parts) == []
    await passed(min(due for ticket in waiting for due in promised(ticket) if due > stopped_at))

    async with running(place / "state", ports, policy) as stack, desk_of(stack) as desk:
        until = datetime.now(UTC)
        for view, story in before:
            await eventually(partial(nothing_owed, desk, view.id, until), f"the deadlines of {view.id}")
            after, told = await desk.as_told(view.id)
            assert told[: len(story)] == story
            assert oracle.broken(after, told) + oracle.doubled(told) + oracle.unfounded(told) == []
        assert await desk.view(closed) == before[0][0]
        met = [due for ticket in waiting for _, due, _ in oracle.fired(await desk.timeline(ticket.id))]
        assert any(stopped_at < due < until for due in met)
        assert (await desk.open(MANAGER)).stage is Stage.TIER_1


async def test_a_second_start_on_the_same_state_is_refused_and_harms_nothing(stack: Stack, desk: Desk) -> None:
    running_file = stack.state / "running.json"
    before = running_file.read_text()
    second = launched(stack.state, free_ports())
    assert await asyncio.to_thread(second.process.wait, 60) == 1
    said = second.output.read_text()
    assert f"{stack.state} is in use" in said
    assert str(stack.process.pid) in said
    assert "Traceback" not in said
    assert json.loads(running_file.read_text()) == json.loads(before)
    assert len(stack.pids()) == 4
    assert (await desk.open()).owner


def alive(parts: dict[str, int]) -> list[str]:
    return [part for part, pid in parts.items() if Path(f"/proc/{pid}").exists()]


async def lived_and_closed(desk: Desk) -> str:
    ticket = await desk.open(MANAGER)
    await desk.do(ticket.id, "accept", ticket.owner)
    await desk.do(ticket.id, "resolve", ticket.owner, {"code": "fixed", "cause": "user", "resolution": "Signed in."})
    return (await desk.do(ticket.id, "close", ticket.owner)).id


async def nothing_owed(desk: Desk, ticket: str, until: datetime) -> bool:
    return oracle.lost(await desk.timeline(ticket), until) == []


def promised(ticket: TicketView) -> list[datetime]:
    """When the thresholds come of a ticket that nobody touches."""
    return [ticket.opened_at + time * share / 100 for time in (RESPONSE, RESOLUTION) for share in SHARES]


async def passed(moment: datetime) -> None:
    async def has_passed() -> bool:
        return datetime.now(UTC) > moment

    await eventually(has_passed, f"{moment:%H:%M:%S}", 60)
