"""What a workflow left in Temporal: events, bytes, tasks, activities, timers."""

from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client


@dataclass(frozen=True)
class Tally:
    """The cost of one workflow, or of several together."""

    events: int = 0
    size: int = 0
    """Of all events, in bytes."""
    start_input: int = 0
    """Bytes."""
    tasks: int = 0
    activities: int = 0
    timers: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.events + other.events,
            self.size + other.size,
            self.start_input + other.start_input,
            self.tasks + other.tasks,
            self.activities + other.activities,
            self.timers + other.timers,
        )


async def tally(client: Client, workflow_id: str) -> Tally:
    """The cost of a workflow, once it has ended."""
    handle = client.get_workflow_handle(workflow_id)
    await handle.result()
    events = (await handle.fetch_history()).events
    kinds = [event.event_type for event in events]
    started = events[0].workflow_execution_started_event_attributes
    return Tally(
        events=len(events),
        size=sum(event.ByteSize() for event in events),
        start_input=sum(len(payload.data) for payload in started.input.payloads),
        tasks=kinds.count(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED),
        activities=kinds.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED),
        timers=kinds.count(EventType.EVENT_TYPE_TIMER_STARTED),
    )
