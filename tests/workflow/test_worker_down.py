"""A worker that is down over a deadline and over a change of daylight saving: nothing is lost, nothing fires twice."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.events import MarkPassed
from escalation.policy import Policy
from escalation.zones import zone_named
from tests.workflow.desk import Desk, intake
from tests.workflow.parts import Parts
from tests.workflow.servers import skipping_server
from tests.workflow.waiting import eventually
from tierline import PARTS_ROOT
from tierline.policy_file import load_policy

CHICAGO = zone_named("America/Chicago")
HOUR = timedelta(hours=1)
ACCEPT = timedelta(minutes=5)  # of a P1, around the clock
SHORTLY = timedelta(seconds=3)


@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["spring", "autumn"])
async def test_b3_a_deadline_and_a_change_of_the_clocks_pass_without_a_worker_and_are_met_once(by: timedelta) -> None:
    async with skipping_server() as env:
        now = await env.get_current_time()
        policy = round_the_clock_in_chicago(now.year)
        parts = Parts.of(env.client, policy)
        desk = Desk(env, env.client, policy, parts.people, parts.journal, parts.post)
        change = next_change(now, by)
        async with parts.worker(cached=0):  # this server holds back for ever what a worker that has gone remembered
            await desk.skip_to(change - ACCEPT + SHORTLY)
            ticket = await desk.open(intake(impact=1, urgency=1))
            await desk.skip_to(change - SHORTLY)
        due_at = opened_at(desk, ticket) + ACCEPT

        async def passed() -> bool:
            return await env.get_current_time() > due_at + timedelta(seconds=1)

        await eventually(passed, within=20)
        assert missed(desk, ticket) == []
        async with parts.worker():
            await desk.until_journalled(ticket, "mark_passed")
            await desk.skip(minutes=2)
        (only,) = missed(desk, ticket)
        assert change < only.due_at == due_at < only.at


def round_the_clock_in_chicago(year: int) -> Policy:
    """The default policy whose day has 24 hours on a wall in Chicago: twice a year 23 or 25."""
    policy = load_policy(PARTS_ROOT / "policies" / "default.yaml", range(year, year + 3))
    offsets = policy.calendars["core"].offsets
    always = policy.calendars["x24"].model_copy(update={"zone": "America/Chicago", "offsets": offsets})
    return policy.model_copy(update={"calendars": dict.fromkeys(policy.calendars, always)})


def next_change(after: datetime, by: timedelta) -> datetime:
    """The next moment at which the clocks of Chicago are moved so far."""
    at = after.replace(minute=0, second=0, microsecond=0) + HOUR
    while _offset(at) - _offset(at - HOUR) != by:
        at += HOUR
    return at.astimezone(UTC)


def _offset(at: datetime) -> timedelta:
    return at.astimezone(CHICAGO).utcoffset() or timedelta()


def opened_at(desk: Desk, ticket: str) -> datetime:
    """When the ticket was taken in, as the journal has it: no worker can be asked."""
    return desk.journal.entries(ticket)[0].event.at


def missed(desk: Desk, ticket: str) -> list[MarkPassed]:
    return [mark for mark in desk.of(ticket, MarkPassed) if (mark.clock, mark.mark) == ("accept", "100")]
