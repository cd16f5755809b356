"""The outcome check: what a recorded workflow answered and told its journal, against what today's code makes of it.

The Replayer compares the shape of commands and no values: a target doubled, a refusal turned into a yes, another name
on an event all replay clean, and rewrite the tickets that run. Here the recorded updates, signals, deadlines and
answers of the desk go through today's workflow and today's rules, and everything they say is compared.
"""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    HandleUpdateInput,
    Interceptor,
    Replayer,
    StartActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from activities.effects import Errand
from escalation.ports import Ask
from escalation.view import TicketView
from workflows.converter import data_converter

_ARGUMENT: dict[str, Any] = {"carry_out": Errand, "name_receivers": list[Ask]}


@dataclass
class Said:
    """What a run said: its answer to each update, and each errand and question that it sent out, in order."""

    answers: dict[str, object] = field(default_factory=dict)
    sent: list[object] = field(default_factory=list)


async def differences(history: WorkflowHistory, workflow: type) -> list[str]:
    """Everything that today's code would say otherwise; the Replayer's own errors are raised."""
    today = await replayed(history, workflow)
    recorded = recorded_in(history, today)
    found = [
        f"update {update}: answered {recorded.answers[update]}, would answer {today.answers.get(update)}"
        for update in recorded.answers
        if not _same(recorded.answers[update], today.answers.get(update))
    ]
    found += [
        f"activity {n}: told {was}, would tell {now}"
        for n, (was, now) in enumerate(zip(recorded.sent, today.sent, strict=False), 1)
        if was != now
    ]
    if len(recorded.sent) != len(today.sent):
        found.append(f"{len(recorded.sent)} activities, would be {len(today.sent)}")
    return found


def _same(recorded: object, today: object) -> bool:
    """Whether both say the same; a ticket may be asked more things today than it could be then."""
    if (
        isinstance(recorded, TicketView)
        and isinstance(today, TicketView)
        and set(recorded.allowed) < set(today.allowed)
    ):
        today = today.model_copy(update={"allowed": recorded.allowed})
    return recorded == today


async def replayed(history: WorkflowHistory, workflow: type) -> Said:
    """What today's code says, given everything that came to the recorded run."""
    said = Said()
    replayer = Replayer(
        workflows=[workflow],
        data_converter=data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[_listening(said)],
    )
    await replayer.replay_workflow(history)
    return said


def recorded_in(history: WorkflowHistory, today: Said) -> Said:
    """What the recorded run said, read with the types that today's code answers with."""
    said = Said()
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
            update = event.workflow_execution_update_completed_event_attributes.meta.update_id
            said.answers[update] = _answered(event, today.answers.get(update))
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            asked = event.activity_task_scheduled_event_attributes
            kind = _ARGUMENT.get(asked.activity_type.name, object)
            argument = data_converter.payload_converter.from_payloads(asked.input.payloads, [kind])[0]
            said.sent.append(_told(asked.activity_type.name, argument))
    return said


def _answered(event: HistoryEvent, today: object) -> object:
    outcome = event.workflow_execution_update_completed_event_attributes.outcome
    if outcome.HasField("failure"):
        return outcome.failure.application_failure_info.type, outcome.failure.message
    kind = type(today) if isinstance(today, BaseModel) else object
    return data_converter.payload_converter.from_payloads(outcome.success.payloads, [kind])[0]


def _told(activity: str, argument: object) -> object:
    """What matters of an activity: the story for the journal, the questions to the desk. Messages may be reworded."""
    if isinstance(argument, Errand):
        return activity, list(argument.entries)
    return (activity, list(argument)) if isinstance(argument, list) else activity


def _listening(said: Said) -> Interceptor:
    """An interceptor that writes down what the workflow says."""

    class Out(WorkflowOutboundInterceptor):
        def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:  # noqa: A002 - the SDK's name
            said.sent.append(_told(input.activity, input.args[0]))
            return super().start_activity(input)

    class In(WorkflowInboundInterceptor):
        def init(self, outbound: WorkflowOutboundInterceptor) -> None:
            super().init(Out(outbound))

        async def handle_update_handler(self, input: HandleUpdateInput) -> Any:  # noqa: A002 - the SDK's name
            try:
                answer = await super().handle_update_handler(input)
            except ApplicationError as refused:
                said.answers[input.id] = (refused.type, refused.message)
                raise
            said.answers[input.id] = answer
            return answer

    class Listening(Interceptor):
        def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[In]:  # noqa: A002
            return In

    return Listening()
