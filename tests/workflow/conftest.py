"""A desk on the time-skipping server: one server for each test, real workflows and activities, ports in memory."""

import shutil
import sysconfig
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.desk import DeskActivities
from activities.effects import EffectActivities
from escalation.policy import Policy
from tests.workflow.desk import Desk
from tests.workflow.ports import MemoryDesk, MemoryJournal, MemoryPostman
from tierline.policy_file import load_policy
from workflows.attributes import ATTRIBUTES
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow

KINDS = {"Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD, "Bool": IndexedValueType.INDEXED_VALUE_TYPE_BOOL}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(ROOT / "policies" / "default.yaml")


@pytest.fixture(params=[1000], ids=["cached"])
def cached_workflows(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
async def desk(policy: Policy, cached_workflows: int) -> AsyncIterator[Desk]:
    binary = shutil.which("temporal-test-server", path=sysconfig.get_path("scripts"))
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=binary
    ) as env:
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=env.client.namespace,
                search_attributes={name: KINDS[kind] for name, kind in ATTRIBUTES.items()},
            )
        )
        people, journal, post = MemoryDesk(policy), MemoryJournal(), MemoryPostman()
        effects = EffectActivities(journal, post)
        with ThreadPoolExecutor(8) as threads:
            async with Worker(
                env.client,
                task_queue="tierline",
                workflows=[TicketWorkflow],
                activities=[DeskActivities(people).name_receivers, effects.carry_out],
                activity_executor=threads,
                workflow_runner=runner(),
                max_cached_workflows=cached_workflows,
            ):
                yield Desk(env, env.client, policy, people, journal, post)
