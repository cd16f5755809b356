"""Random commands, signals, repeats, deadlines and outages on tickets whose worker forgets them again and again."""

import asyncio
import random
from collections import Counter

import pytest
from temporalio.client import WorkflowQueryFailedError
from temporalio.service import RPCError
from temporalio.worker import Replayer

from escalation.events import Entry, Handoff, MarkPassed
from escalation.policy import Policy
from escalation.ticket import fold
from escalation.view import TicketView, view
from tests.workflow.desk import Desk, intake
from tests.workflow.devserver import dev_desk
from tests.workflow.fuzzing import applied_twice, failed_tasks, harass, histories, marks_passed_twice, outages
from tests.workflow.policies import hasty
from tests.workflow.waiting import eventually
from workflows.converter import data_converter
from workflows.review import ReviewWorkflow
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow

_TICKETS, _PEOPLE_AT_ONCE, _ROUNDS, _SECONDS = 5, 3, 12, 25
_NOT_COMMANDS = {"refused", "over", "not confirmed", "not seen"}


@pytest.mark.parametrize(("cached", "seed"), [(0, 1), (2, 2)])
async def test_whatever_is_asked_of_tickets_their_histories_and_stories_hold(
    policy: Policy, cached: int, seed: int
) -> None:
    tally = Counter[str]()
    async with dev_desk(hasty(policy), cached, continue_after=50) as desk:
        tickets = [await desk.open(intake(), key=str(n)) for n in range(_TICKETS - 1)]
        desk.people.away = True
        tickets.append(await desk.open(intake(), key="without the desk"))
        await annoy(desk, tickets, seed, tally)
        assert failed_tasks(await histories(desk)) == []
        seen = await eventually(lambda: written(desk, tickets), within=60, every=0.5)
        stories = {ticket: desk.journal.entries(ticket)[: seen[ticket].seq] for ticket in tickets}
        recorded = await histories(desk)

    assert failed_tasks(recorded) == []
    for ticket, story in stories.items():
        assert view(fold([entry.event for entry in story])) == seen[ticket]
        assert seen[ticket].owner
        assert marks_passed_twice(story) == []
        assert applied_twice(story) == []
    replayer = Replayer(
        workflows=[TicketWorkflow, ReviewWorkflow], data_converter=data_converter, workflow_runner=runner()
    )
    for history in recorded:
        await replayer.replay_workflow(history)
    assert_much_happened(tally, [entry for story in stories.values() for entry in story], len(recorded))


async def annoy(desk: Desk, tickets: list[str], seed: int, tally: Counter[str]) -> None:
    """Several people at each ticket, while desk and journal come and go; on a slow machine they do not get far."""
    weather = asyncio.create_task(outages(desk, random.Random(seed)))
    people = [
        asyncio.create_task(
            harass(desk, ticket, tickets[(n + 1) % _TICKETS], random.Random(f"{seed}/{n}/{person}"), tally, _ROUNDS)
        )
        for n, ticket in enumerate(tickets)
        for person in range(_PEOPLE_AT_ONCE)
    ]
    _, late = await asyncio.wait(people, timeout=_SECONDS)
    for task in (weather, *late):
        task.cancel()
    ended = await asyncio.gather(weather, *people, return_exceptions=True)
    assert [e for e in ended if isinstance(e, Exception)] == []


async def written(desk: Desk, tickets: list[str]) -> dict[str, TicketView]:
    """Every ticket as it sees itself, once the journal holds all its events."""
    try:
        seen = {ticket: await desk.view(ticket) for ticket in tickets}
    except (RPCError, WorkflowQueryFailedError):  # between a task and the next, no query is answered
        return {}
    return seen if all(len(desk.journal.entries(ticket)) >= seen[ticket].seq for ticket in tickets) else {}


def assert_much_happened(tally: Counter[str], entries: list[Entry], runs: int) -> None:
    """Else all the rest might hold because nothing was tried."""
    events = [entry.event for entry in entries]
    assert len(set(tally) - _NOT_COMMANDS) >= 6, tally
    assert sum(tally[name] for name in set(tally) - _NOT_COMMANDS) >= 20, tally
    assert sum(isinstance(event, MarkPassed) for event in events) >= 5
    assert any(isinstance(event, Handoff) and event.via == "fallback" for event in events)
    assert runs > _TICKETS, "no ticket continued as new"
