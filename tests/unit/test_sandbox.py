"""What is loaded anew for each ticket: no more than it must be."""

import pkgutil
from importlib import import_module

import workflows
from workflows.sandbox import PASSED_THROUGH

OUTSIDE = {"workflows.sandbox", "workflows.wary"}  # the worker's own, which no workflow imports


def test_only_the_modules_that_define_a_workflow_are_loaded_anew_for_each_run() -> None:
    found = {f"workflows.{module.name}" for module in pkgutil.iter_modules(workflows.__path__)} - OUTSIDE
    defining = {name for name in found if defines_a_workflow(name)}
    assert "workflows.ticket" in defining
    assert {name for name in PASSED_THROUGH if name.startswith("workflows.")} == found - defining


def defines_a_workflow(module: str) -> bool:
    return any(
        hasattr(each, "__temporal_workflow_definition") and each.__module__ == module
        for each in vars(import_module(module)).values()
        if isinstance(each, type)
    )
