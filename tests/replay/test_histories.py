"""Every history that a release recorded replays on today's code, and says today what it said then."""

import re
from pathlib import Path

import pytest
from temporalio.worker import Replayer

from tests.replay.lives import LIVES
from tests.replay.outcomes import differences
from tests.replay.recordings import HISTORIES, read, recordings
from workflows.converter import data_converter
from workflows.intake import IntakeWorkflow
from workflows.review import ReviewWorkflow
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow

_MACHINE = re.compile(r'"identity":|"\d+@')

TICKETS, REVIEWS, DRAINS = recordings("ticket"), recordings("review"), recordings("intake")


def _named(path: Path) -> str:
    return str(path.relative_to(HISTORIES))


async def test_every_recorded_history_replays() -> None:
    replayer = Replayer(
        workflows=[TicketWorkflow, ReviewWorkflow, IntakeWorkflow],
        data_converter=data_converter,
        workflow_runner=runner(),
    )
    for path in [*TICKETS, *REVIEWS, *DRAINS]:
        await replayer.replay_workflow(read(path))


@pytest.mark.parametrize("path", TICKETS, ids=_named)
async def test_a_recorded_ticket_says_what_it_said(path: Path) -> None:
    assert await differences(read(path), TicketWorkflow) == []


@pytest.mark.parametrize("path", REVIEWS, ids=_named)
async def test_a_recorded_review_says_what_it_said(path: Path) -> None:
    assert await differences(read(path), ReviewWorkflow) == []


def test_every_standard_life_is_recorded() -> None:
    told = {path.name.split(".")[1] for path in [*TICKETS, *DRAINS]}
    assert {name.partition("/")[2] for life in LIVES.values() for name in life.workflows} <= told
    assert any(path.name == "ticket.continued.2.json" for path in TICKETS)
    assert any(path.name == "intake.drained.2.json" for path in DRAINS)


def test_recorded_histories_name_no_machine() -> None:
    assert [path.name for path in [*TICKETS, *REVIEWS, *DRAINS] if _MACHINE.search(path.read_text())] == []
