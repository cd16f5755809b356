"""Which tests stay together, and in which order they go, when `pytest -n` shares them out among processes."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Enough to find what breaks while one works; `poe thorough` asks for ten times as many where nothing else is said.
settings.register_profile("quick", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# One after another in one process: each has a product of its own under load, or shares the one that is running.
WHOLE_PRODUCT = ("tests/e2e/", "tests/browser/")
# Each test has all that it needs to itself, so that a long file need not be played by one process.
APART = ("tests/workflow/", "tests/api/test_fuzz.py")
# What takes longest goes first, or it would run alone at the end.
FIRST = (*WHOLE_PRODUCT, "tests/workflow/", "tests/stores/", "tests/unit/rules/test_lives.py", "tests/unit/rules/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: _turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Not `--dist loadgroup`: pytest-xdist 3.8 writes its groups where pytest 9.2 no longer reads them."""
    from xdist.scheduler import LoadScopeScheduling

    config.option.loadscopereorder = False  # it goes by the number of tests, and the long ones are few
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = together
    return scheduler


def together(nodeid: str) -> str:
    """What the test shares its process with: mostly the rest of its file, for the sake of fixtures and caches."""
    if nodeid.startswith(WHOLE_PRODUCT):
        return "the whole product"
    return nodeid if nodeid.startswith(APART) else nodeid.partition("::")[0]


def _turn(nodeid: str) -> int:
    return next((turn for turn, place in enumerate(FIRST) if nodeid.startswith(place)), len(FIRST))
