"""One running product for the tests that do not break it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.desk import Desk, desk_of
from tests.e2e.stack import Stack, home, running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack() -> AsyncIterator[Stack]:
    with home() as place:
        async with running(place / "state") as up:
            yield up


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(stack: Stack) -> AsyncIterator[Desk]:
    async with desk_of(stack) as desk:
        yield desk


@pytest.fixture
def place() -> Iterator[Path]:
    """Where a test's own stack lives."""
    with home() as made:
        yield made
