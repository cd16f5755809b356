"""The metrics of a running API and a running worker, as Prometheus finds them."""

from contextlib import suppress

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client

from tests.e2e.desk import Desk
from tests.e2e.stack import Stack, eventually
from tests.watching import named
from workflows import duty
from workflows.converter import data_converter
from workflows.duty import DutyWorkflow

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def scraped(port: int) -> dict[str, float]:
    """Every sample by its name, those of one name added up."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/metrics")
    assert answer.status_code == 200, answer.text
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


async def test_a_tickets_life_shows_in_the_metrics_of_the_api_and_of_the_worker(stack: Stack, desk: Desk) -> None:
    api, worker = stack.ports["api_port"], stack.ports["worker_metrics_port"]
    before = await scraped(api), await scraped(worker)
    ticket = await desk.open()
    assert (await desk.ask(ticket.id, "escalate", ticket.owner, {"reason": "knowledge"})).status_code == 422

    async def seen() -> bool | None:
        now = await scraped(api), await scraped(worker)
        return (
            now[0]["tierline_tickets_open"] == before[0]["tierline_tickets_open"] + 1
            and now[0]["tierline_refusals_total"] > before[0]["tierline_refusals_total"]
            and now[1].get("tierline_events_total", 0) >= before[1].get("tierline_events_total", 0) + 2
            and now[1]["tierline_journal_writes_total"] > before[1]["tierline_journal_writes_total"]
        ) or None

    await eventually(seen, "the ticket is counted", 30, every=0.5)
    said = await scraped(api)
    assert said["tierline_read_side_up"] == 1
    assert said["tierline_part_up"] == 2
    assert said["process_resident_memory_bytes"] > 0
    await desk.do(ticket.id, "cancel", "grace", {"reason": "only to be counted"})


# Told once a deadline has been met, which takes longer than a test; tests/workflow/test_measures.py sees it told.
_IN_TIME = "tierline_deadline_lateness_seconds"


async def test_every_metric_that_an_alert_or_a_panel_names_is_exported(stack: Stack, desk: Desk) -> None:
    client = await Client.connect(f"127.0.0.1:{stack.ports['temporal_port']}", data_converter=data_converter)
    stuck = await client.start_workflow("NoSuchWorkflow", id="stuck", task_queue="tierline")  # its task fails
    ticket = await desk.open()
    monitoring = {"id": "scraped", "kind": "alertmanager", "map": {"client": "acme-dental"}}
    assert (await desk.send("grace", "POST", "/sources", monitoring)).status_code == 201

    await client.get_workflow_handle(duty.ID).signal(DutyWorkflow.look)  # it may have slept since its worker began
    missing = {name for name in named() if not name.startswith(_IN_TIME)} - {"up"}

    async def exported() -> bool:
        missing.difference_update(await scraped(stack.ports["api_port"]))
        missing.difference_update(await scraped(stack.ports["worker_metrics_port"]))
        return not missing

    try:
        with suppress(AssertionError):
            await eventually(exported, "all of them", 60, every=0.5)
        assert missing == set()
    finally:
        await stuck.terminate()
    await desk.do(ticket.id, "cancel", "grace", {"reason": "only to be counted"})
