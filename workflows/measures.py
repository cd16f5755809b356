"""What a workflow counts: each thing once, since a replay counts nothing. It adds nothing to the history."""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import MetricMeter

from escalation.commands import DeadlinePassed
from escalation.errors import RulesFailed
from escalation.events import CommandRefused, Event
from escalation.lateness import met

_EVENTS = ("tierline_events", "What happened to tickets.")
_REFUSED = ("tierline_signals_refused", "Signals and deadlines that the rules refused, or failed on.")
_LATENESS = (
    "tierline_deadline_lateness_seconds",
    "From the moment of a deadline to the moment at which it was met.",
    "s",
)


def begin(meter: MetricMeter, namespace: str, task_queue: str) -> None:
    """Have what is watched for stand at 0 in this process, with the labels that a ticket's workflow gives it."""
    its_own = {"namespace": namespace, "task_queue": task_queue, "workflow_type": "Ticket"}
    failed = {"command": DeadlinePassed().name, "code": RulesFailed.code}
    meter.create_counter(*_REFUSED).add(0, its_own | failed)


def count(events: Sequence[Event]) -> None:
    """Count events that have just become true; a fault in counting is logged, and freezes no ticket."""
    try:
        _count(workflow.metric_meter(), events)
    except Exception:  # noqa: BLE001 - whatever it is, the ticket matters more than its figures
        workflow.logger.exception("events cannot be counted")


def _count(meter: MetricMeter, events: Sequence[Event]) -> None:
    """By kind, deadlines by how late they were met, and refused signals."""
    happened = meter.create_counter(*_EVENTS)
    for event in events:
        happened.add(1, {"kind": event.kind})
        if isinstance(event, CommandRefused):
            meter.create_counter(*_REFUSED).add(1, {"command": event.command, "code": event.code})
    for promise, late in met(events):
        meter.create_histogram_float(*_LATENESS).record(max(late.total_seconds(), 0.0), {"promise": promise})
