"""The outcome check finds what the Replayer passes over; else it might find nothing at all."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory

from escalation.commands import AnyCommand
from escalation.events import Accepted, Event
from escalation.policy import Promises, Slice, Target
from escalation.ticket import Ticket
from tests.replay.outcomes import differences, replayed
from tests.replay.recordings import HISTORIES, read
from workflows.case import Case
from workflows.converter import data_converter
from workflows.ticket import TicketWorkflow

FIRST = min(path.name for path in HISTORIES.iterdir())


def recorded(name: str) -> WorkflowHistory:
    return read(HISTORIES / FIRST / f"ticket.{name}.json")


def under(history: WorkflowHistory, changed: Callable[[Slice], Slice]) -> WorkflowHistory:
    """The same history, had its ticket started with another policy slice."""
    copy = WorkflowHistory.from_json(history.workflow_id, json.loads(json.dumps(history.to_json_dict())))
    payloads = copy.events[0].workflow_execution_started_event_attributes.input.payloads
    (case,) = data_converter.payload_converter.from_payloads(payloads, [Case])
    other = case.model_copy(update={"policy": changed(case.policy)})
    payloads[0].CopyFrom(data_converter.payload_converter.to_payloads([other])[0])
    return copy


def _slower(promise: Promises) -> Promises:
    twice = Target(time=promise.resolution.time * 2, calendar=promise.resolution.calendar)
    return promise.model_copy(update={"resolution": twice})


def doubled_targets(policy: Slice) -> Slice:
    return policy.model_copy(update={"promises": {p: _slower(promise) for p, promise in policy.promises.items()}})


def longer_window(policy: Slice) -> Slice:
    after = policy.after_resolution.model_copy(update={"reopen_window": timedelta(hours=90)})
    return policy.model_copy(update={"after_resolution": after})


def another_version(policy: Slice) -> Slice:
    return policy.model_copy(update={"version": "2099.1"})


async def test_an_untouched_copy_says_the_same() -> None:
    assert await differences(under(recorded("tier_2"), lambda policy: policy), TicketWorkflow) == []


@pytest.mark.parametrize("changed", [doubled_targets, longer_window, another_version])
async def test_a_changed_policy_replays_clean_and_is_found_out(changed: Callable[[Slice], Slice]) -> None:
    history = under(recorded("tier_2"), changed)
    await replayed(history, TicketWorkflow)
    assert await differences(history, TicketWorkflow)


@workflow.defn(name="Ticket")
class Forgetful(TicketWorkflow):
    """A ticket under a changed rule: whoever accepts, it is the dispatcher who has accepted."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: Case) -> str:
        return await super().run(case)

    def _decide(self, command: AnyCommand, ticket: Ticket | None = None) -> list[Event]:
        return [
            event.model_copy(update={"by": "dana"}) if isinstance(event, Accepted) else event
            for event in super()._decide(command, ticket)
        ]


@pytest.mark.parametrize("life", ["tier_1", "signalled"])
async def test_a_changed_rule_replays_clean_and_is_found_out(life: str) -> None:
    await replayed(recorded(life), Forgetful)
    assert await differences(recorded(life), Forgetful)
