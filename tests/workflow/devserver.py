"""A desk on the real dev server, for what a skipping clock cannot show: cold workers, races, continue-as-new."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from escalation.policy import Policy
from tests.workflow.desk import Desk
from tests.workflow.parts import Parts
from tests.workflow.servers import dev_server


@asynccontextmanager
async def dev_desk(policy: Policy, cached: int, continue_after: int = 4096) -> AsyncIterator[Desk]:
    """A desk on a dev server of its own, whose worker keeps `cached` tickets in memory."""
    async with dev_server(continue_after) as env:
        parts = Parts.of(env.client, policy)
        async with parts.worker(cached):
            yield Desk(env, env.client, policy, parts.people, parts.journal, parts.post)
