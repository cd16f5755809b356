"""The real dev server, for tests of what a skipping clock cannot show: cold workers, races, continue-as-new."""

import shutil
import sysconfig
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.desk import DeskActivities
from activities.effects import EffectActivities
from escalation.policy import Policy
from tests.workflow.desk import Desk
from tests.workflow.ports import MemoryDesk, MemoryJournal, MemoryPostman
from workflows.attributes import ATTRIBUTES
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow


@asynccontextmanager
async def dev_desk(policy: Policy, cached: int, continue_after: int = 4096) -> AsyncIterator[Desk]:
    """A desk on a dev server of its own, whose worker keeps `cached` tickets in memory."""
    extra = [word for name, kind in ATTRIBUTES.items() for word in ("--search-attribute", f"{name}={kind}")]
    extra += ["--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={continue_after}"]
    async with await WorkflowEnvironment.start_local(
        data_converter=pydantic_data_converter,
        dev_server_existing_path=shutil.which("temporal", path=sysconfig.get_path("scripts")),
        dev_server_extra_args=extra,
        dev_server_log_level="error",
    ) as env:
        people, journal, post = MemoryDesk(policy), MemoryJournal(), MemoryPostman()
        with ThreadPoolExecutor(8) as threads:
            async with Worker(
                env.client,
                task_queue="tierline",
                workflows=[TicketWorkflow],
                activities=[DeskActivities(people).name_receivers, EffectActivities(journal, post).carry_out],
                activity_executor=threads,
                workflow_runner=runner(),
                max_cached_workflows=cached,
            ):
                yield Desk(env, env.client, policy, people, journal, post)
