"""One running product for the tests that do not break it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.desk import Desk, desk_of
from tests.e2e.stack import Stack, running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with running(tmp_path_factory.mktemp("up") / "state") as up:
        yield up


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(stack: Stack) -> AsyncIterator[Desk]:
    async with desk_of(stack) as desk:
        yield desk
