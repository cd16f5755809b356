"""A later release of the time zone files moves no running ticket, and breaks no replay.

The deadlines of a ticket are judged again when its workflow is replayed. Zone files of another release would judge
them otherwise, so that the policy, and every ticket's slice of it, carry the offsets of their calendars.
"""

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from escalation.events import Escalated
from escalation.policy import Policy
from tests.replay.recordings import write
from tests.workflow.desk import Desk, intake
from tests.workflow.parts import Parts
from tests.workflow.servers import skipping_server
from tierline import PARTS_ROOT

REPLAY = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from temporalio.worker import Replayer
from escalation.zones import zone_named
from tests.replay.recordings import read
from workflows.converter import data_converter
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow

chicago = datetime(2026, 6, 1, tzinfo=UTC).astimezone(zone_named("America/Chicago"))
assert chicago.utcoffset() == timedelta(hours=9), "the zone files are those of this machine after all"
replayer = Replayer(workflows=[TicketWorkflow], data_converter=data_converter, workflow_runner=runner())
asyncio.run(replayer.replay_workflow(read(Path(sys.argv[1]))))
"""


@pytest.fixture
def another_release(tmp_path: Path) -> Path:
    """The `tzdata` package of a release in which Chicago lies in Tokyo."""
    with resources.as_file(resources.files("tzdata")) as package:
        shutil.copytree(package, tmp_path / "tzdata")
    zones = tmp_path / "tzdata" / "zoneinfo"
    shutil.copyfile(zones / "Asia" / "Tokyo", zones / "America" / "Chicago")
    return tmp_path


def without_offsets(policy: Policy) -> Policy:
    """As if the calendars asked the zone files each time."""
    bare = {name: calendar.model_copy(update={"offsets": ""}) for name, calendar in policy.calendars.items()}
    return policy.model_copy(update={"calendars": bare})


async def a_week_of(policy: Policy, path: Path) -> None:
    """The history of a ticket that nobody works on, whose clocks run in Chicago's office hours."""
    async with skipping_server() as env:
        parts = Parts.of(env.client, policy)
        async with parts.worker():
            desk = Desk(env, env.client, policy, parts.people, parts.journal, parts.post)
            ticket = await desk.open(intake(impact=2, urgency=2))
            await desk.skip(days=7)
            assert desk.of(ticket, Escalated), "no promise that is counted in office hours fell due"
            write(await desk.handle(ticket).fetch_history(), path)


def replayed(path: Path, release: Path) -> "subprocess.CompletedProcess[str]":
    """The same history, replayed by a process that has the other release of the zone files."""
    said = {**os.environ, "PYTHONPATH": str(release)}
    asked = [sys.executable, "-c", REPLAY, str(path)]
    return subprocess.run(asked, env=said, cwd=PARTS_ROOT, capture_output=True, text=True, check=False)


async def test_r68_a_history_replays_under_another_release_of_the_zone_files(
    policy: Policy, tmp_path: Path, another_release: Path
) -> None:
    path = tmp_path / "ticket.T-1.json"
    await a_week_of(policy, path)
    done = replayed(path, another_release)
    assert done.returncode == 0, done.stderr


async def test_it_would_not_if_the_slice_did_not_carry_its_offsets(
    policy: Policy, tmp_path: Path, another_release: Path
) -> None:
    """Or the test above would hold because the zone does not matter to this ticket."""
    path = tmp_path / "ticket.T-1.json"
    await a_week_of(without_offsets(policy), path)
    done = replayed(path, another_release)
    assert done.returncode != 0
    assert "Nondeterminism" in done.stderr, done.stderr
