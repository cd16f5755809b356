"""What workers count: each thing once, however often a ticket is read again from its history."""

from collections import Counter

from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig

from escalation.commands import Accept
from escalation.events import MarkPassed
from escalation.policy import Policy
from tests.workflow.desk import Desk
from tests.workflow.parts import Parts
from tests.workflow.policies import hasty
from tests.workflow.servers import dev_server


def _counted(buffer: MetricBuffer) -> Counter[tuple[str, str]]:
    """How often each of our metrics was told, by its name and what it tells apart."""
    told: Counter[tuple[str, str]] = Counter()
    for update in buffer.retrieve_updates():
        said = update.attributes
        which = said.get("promise") or said.get("kind") or said.get("code") or ""
        told[update.metric.name, str(which)] += int(update.value) if update.metric.kind == 0 else 1
    return told


async def test_a_ticket_that_is_replayed_for_every_task_counts_each_event_and_each_deadline_once(
    policy: Policy,
) -> None:
    buffer = MetricBuffer(100_000)
    async with dev_server(runtime=Runtime(telemetry=TelemetryConfig(metrics=buffer))) as env:
        parts = Parts.of(env.client, hasty(policy))
        desk = Desk(env, env.client, hasty(policy), parts.people, parts.journal, parts.post)
        async with parts.worker(cached=0):
            ticket = await desk.open()
            await desk.handle(ticket).signal("claim", Accept(by="nobody"))
            await desk.until_journalled(ticket, "command_refused")
            await desk.until_journalled(ticket, "mark_passed")
        happened, passed = Counter(desk.kinds(ticket)), Counter(mark.clock for mark in desk.of(ticket, MarkPassed))
    counted = _counted(buffer)
    events = {kind: n for (name, kind), n in counted.items() if name.startswith("tierline_events")}
    late = {promise: n for (name, promise), n in counted.items() if name == "tierline_deadline_lateness_seconds"}
    assert events == happened
    assert {promise: n for promise, n in late.items() if promise in passed} == passed
    assert counted["tierline_signals_refused", "not_owner"] == 1
