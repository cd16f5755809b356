"""A desk on the time-skipping server: one server for each test, real workflows and activities, ports in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from escalation.policy import Policy
from tests.workflow.desk import Desk
from tests.workflow.parts import Parts
from tests.workflow.policies import around_the_clock
from tests.workflow.servers import skipping_server
from tierline.policy_file import load_policy

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(ROOT / "policies" / "default.yaml")


@pytest.fixture(params=[1000], ids=["cached"])
def cached_workflows(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
async def desk(policy: Policy, cached_workflows: int) -> AsyncIterator[Desk]:
    """A desk whose clients never close, so that the hour of the test run does not matter."""
    async with skipping_server() as env:
        parts = Parts.of(env.client, policy)
        always = around_the_clock(policy)
        async with parts.worker(cached_workflows):
            yield Desk(
                env,
                env.client,
                always,
                parts.people,
                parts.journal,
                parts.post,
                parts.relief,
                parts.cover,
                parts.library,
                parts.readings,
            )
