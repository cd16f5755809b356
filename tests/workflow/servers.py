"""The two servers of the workflow tests: one that skips time, and the real dev server."""

import shutil
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.runtime import Runtime
from temporalio.testing import WorkflowEnvironment

from workflows.attributes import ATTRIBUTES
from workflows.converter import data_converter


@asynccontextmanager
async def skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own whose clock jumps."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter, test_server_existing_path=_program("temporal-test-server")
    ) as env:
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=env.client.namespace,
                search_attributes={name: kind_of(kind) for name, kind in ATTRIBUTES.items()},
            )
        )
        yield env


@asynccontextmanager
async def dev_server(continue_after: int = 4096, runtime: Runtime | None = None) -> AsyncIterator[WorkflowEnvironment]:
    """A real server of its own, which suggests continue-as-new after so many events."""
    extra = [word for name, kind in ATTRIBUTES.items() for word in ("--search-attribute", f"{name}={kind}")]
    extra += ["--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={continue_after}"]
    async with await WorkflowEnvironment.start_local(
        data_converter=data_converter,
        dev_server_existing_path=_program("temporal"),
        dev_server_extra_args=extra,
        dev_server_log_level="error",
        runtime=runtime,
    ) as env:
        yield env


def kind_of(name: str) -> IndexedValueType.ValueType:
    """The server's word for a kind of search attribute."""
    return IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{name.upper()}")


def _program(name: str) -> str | None:
    return shutil.which(name, path=sysconfig.get_path("scripts"))
