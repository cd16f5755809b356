"""What is done anew for each ticket, and for each of its payloads: no more than must be."""

import pkgutil
from importlib import import_module

from temporalio.converter import WithSerializationContext

import workflows
from workflows.converter import LeanPayloads, data_converter
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


def test_the_converter_asks_for_no_context_as_workflows_are_told_none() -> None:
    assert data_converter.payload_converter_class is LeanPayloads
    parts: list[object] = [
        *LeanPayloads().converters.values(),
        data_converter.failure_converter,
        data_converter.payload_codec,
    ]
    assert [part for part in parts if isinstance(part, WithSerializationContext)] == []
    assert data_converter.external_storage is None
