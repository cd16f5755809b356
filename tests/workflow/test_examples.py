"""Every door's example, sent as the Temporal UI sends it: taken, or refused in a sentence.

So is what is no command. The UI sends one JSON payload without a type, so the tests send plain objects, not our models.
"""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHandle, WorkflowQueryFailedError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from escalation.commands import (
    ASKED,
    Accept,
    AskExclusion,
    Attach,
    Command,
    DeclareMajor,
    Emergency,
    Escalate,
    Hold,
    LogAttempt,
    RateService,
    Resolve,
    StateBreach,
)
from escalation.guide import Guide
from escalation.lifecycle import Stage
from escalation.terms import Role
from tests.workflow.desk import HANDED_UP, Desk, intake
from tests.workflow.review_env import review_desk
from workflows.audit import AuditWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.duty import DutyWorkflow
from workflows.examples import EXAMPLES, payload
from workflows.review import ReviewWorkflow
from workflows.ticket import TicketWorkflow

Prepared = Callable[[Desk], Awaitable[str]]
UPDATES = [name for name in EXAMPLES if name in ASKED or name == "relieve"]
WORKFLOWS = (TicketWorkflow, ReviewWorkflow, DutyWorkflow, DeliveryWorkflow, AuditWorkflow)
# What a ticket cannot do by itself, and says so: the API sends along what it would have to look up.
NEEDS_THE_API = {
    "walk_tree": "over HTTP",
    "adopt_policy": "through the API",
    "change_agreement": "through the API",
}
GUIDE = Guide(sop="SOP-01", revision=2, steps=("identity", "second_device"), mandatory={"identity": 1})
RESOLVED = Resolve(code="fixed", cause="identity", resolution="unlocked")
TRIED = LogAttempt(step="reset the password", result="still locked", outcome="failed")
LOOKED = LogAttempt(step="read the sign-in log", result="error 53003", outcome="partly")
ENCRYPTED = Emergency.model_validate(EXAMPLES["emergency"])
RATED_BADLY = RateService(by="portal", role=Role.INTEGRATION, score=1)
MAJOR = DeclareMajor.model_validate(EXAMPLES["declare_major"])
BREACHED = StateBreach(clock="resolution", code="vendor", text="late")


async def new(desk: Desk) -> str:
    desk.library.guides["SOP-01"] = GUIDE
    return await desk.open()


async def untriaged(desk: Desk) -> str:
    return await desk.open(intake(category=None))


def after(*commands: Command, first: Prepared = new) -> Prepared:
    """A ticket to which this has happened, each thing in the name of whoever has it then."""

    async def prepared(desk: Desk) -> str:
        ticket = await first(desk)
        for command in commands:
            owner = (await desk.view(ticket)).owner
            said = command.model_copy(update={"by": owner})
            await desk.handle(ticket).execute_update(said.name, said)
        return ticket

    return prepared


async def breached(desk: Desk) -> str:
    ticket = await accepted(desk)
    await desk.skip(days=9)
    return ticket


async def with_another(desk: Desk) -> str:
    await desk.open(ticket_id="T-other", key="other")
    return await new(desk)


accepted = after(Accept())
tried = after(Accept(), TRIED)
handed_up = after(Escalate(reason="knowledge", note=HANDED_UP, ticked=("identity",)), Accept(), LOOKED, first=tried)
resolved = after(Accept(), RESOLVED)
STATES: dict[str, Prepared] = {
    "triage": untriaged,
    "accept": new,
    "escalate": tried,
    "return": handed_up,
    "transfer": handed_up,
    "hand_over": handed_up,
    "rate_note": handed_up,
    "resume": after(Accept(), Hold(reason="waiting_customer", evidence={"question_sent": "Which printer?"})),
    "complete_note": after(ENCRYPTED, first=tried),
    "reopen": resolved,
    "close": resolved,
    "rate_service": resolved,
    "answer_rating": after(Accept(), RESOLVED, RATED_BADLY),
    "state_breach": breached,
    "ask_exclusion": after(BREACHED, first=breached),
    "decide_exclusion": after(BREACHED, AskExclusion(clock="resolution", reason="the vendor"), first=breached),
    "merge": with_another,
    "attach": with_another,
    "detach": after(Attach(parent="T-other"), first=with_another),
    "post_update": after(MAJOR),
    "stand_down": after(MAJOR),
}


async def send(desk: Desk, ticket: str, name: str, *said: object) -> str:
    return await sent(desk.handle(ticket), name, *said)


async def sent(handle: WorkflowHandle[Any, str], name: str, *said: object) -> str:
    """What the UI shows: `taken`, or the refusal; one with a stack trace is none."""
    try:
        await handle.execute_update(name, args=said)
    except WorkflowUpdateFailedError as failed:
        cause = failed.cause
        assert isinstance(cause, ApplicationError), cause
        assert cause.type not in (None, "rules_failed"), cause
        assert not (cause.failure and cause.failure.stack_trace)
        return cause.message
    return "taken"


async def said_by(desk: Desk, ticket: str, name: str) -> dict[str, object]:
    """The example, in the name of whom it has to be: the ticket's owner, unless it names a role."""
    example = dict(EXAMPLES[name])
    if "by" in example and "role" not in example:
        view = await desk.view(ticket)
        example["by"] = view.note_debt.owed_by if name == "complete_note" and view.note_debt else view.owner
    other = {"merge": "into", "attach": "parent"}.get(name)
    return example | ({other: "T-other"} if other else {})


@pytest.mark.parametrize("name", UPDATES)
async def test_an_example_is_taken_or_says_where_to_ask_instead(desk: Desk, name: str) -> None:
    ticket = await STATES.get(name, accepted)(desk)
    seq = (await desk.view(ticket)).seq
    said = await send(desk, ticket, name, await said_by(desk, ticket, name))
    if expected := NEEDS_THE_API.get(name):
        assert expected in said
    else:
        assert said == "taken"
        assert (await desk.view(ticket)).seq > seq or (await desk.view(ticket)).stage is Stage.CANCELLED


@pytest.mark.parametrize("name", UPDATES)
async def test_an_example_whose_ticket_is_elsewhere_is_refused_in_a_sentence(desk: Desk, name: str) -> None:
    ticket = await untriaged(desk)
    said = await send(desk, ticket, name, EXAMPLES[name])
    assert said == "taken" or _is_sentence(said), said


async def test_an_empty_object_is_told_what_is_missing_by_every_update(desk: Desk) -> None:
    ticket = await accepted(desk)
    for name in UPDATES:
        said = await send(desk, ticket, name, {})
        assert _is_sentence(said), said
        assert ("person" if name == "relieve" else "by is missing") in said


async def test_whoever_names_only_themselves_is_told_the_fields_that_a_command_lacks(desk: Desk) -> None:
    ticket = await tried(desk)
    owner = (await desk.view(ticket)).owner
    lacking = {
        "log_attempt": ("step", "result"),
        "escalate": ("reason",),
        "hold": ("reason",),
        "consult": ("person", "question"),
        "comment": ("text",),
        "resolve": ("code", "cause", "resolution"),
        "state_breach": ("clock",),
        "tick": ("steps",),
        "near_miss": ("considered_trigger", "why_considered"),
    }
    for name, fields in lacking.items():
        said = await send(desk, ticket, name, {"by": owner})
        assert all(field in said for field in fields), said


@pytest.mark.parametrize(
    "said", [(), (None,), ([1],), ("x",), (5,), ({}, {})], ids=["nothing", "null", "list", "text", "number", "two"]
)
async def test_what_is_no_object_is_answered_with_the_example(desk: Desk, said: tuple[object, ...]) -> None:
    ticket = await new(desk)
    for name in (*UPDATES, "open"):
        answer = await send(desk, ticket, name, *said)
        assert answer == f"{name} takes one JSON object, such as {payload(name)}"


async def test_values_of_the_wrong_kind_are_named_by_their_fields_and_not_repeated(desk: Desk) -> None:
    ticket = await new(desk)
    said = await send(desk, ticket, "escalate", {"by": 5, "role": "boss", "to_tier": "two", "note": "see above"})
    assert said.startswith("escalate cannot be read: by: ")
    assert all(field in said for field in ("by: ", "role: ", "to_tier: ", "note: "))
    assert not any(secret in said for secret in ("boss", "two", "see above"))
    assert (await send(desk, ticket, "accept", {"by": "tomas", "unheard_of": 1})) == "taken"


async def test_a_query_answers_whatever_was_sent_along(desk: Desk) -> None:
    handle = desk.handle(await new(desk))
    for name in ("view", "handoff_note", "explain", "next_deadlines", "sla"):
        plain = await handle.query(name, result_type=object)
        assert await handle.query(name, {}, result_type=object) == plain


async def test_a_moment_that_is_none_is_refused_by_the_query_for_clocks(desk: Desk) -> None:
    ticket = await new(desk)
    with pytest.raises(WorkflowQueryFailedError, match="no moment with its zone"):
        await desk.handle(ticket).query("sla", "tomorrow")


async def test_a_review_takes_its_examples_and_says_what_it_lacks() -> None:
    async with review_desk(1000) as reviewing:
        handle = await reviewing.drafted()
        for name in ("approve", "waive"):
            assert "by is missing" in await sent(handle, name, {})
            assert await sent(handle, name, "x") == f"{name} takes one JSON object, such as {payload(name)}"
        assert "reason" in await sent(handle, "waive", {"by": "grace", "role": "service_manager"})
        assert "root_cause" in await sent(handle, "approve", {"by": "ruth", "role": "team_lead"})
        odd = {**EXAMPLES["approve"], "changes": [{"kind": "document", "x": 1}]}
        assert "changes.0" in await sent(handle, "approve", odd)
        assert await sent(handle, "approve", EXAMPLES["approve"]) == "taken"


DEFINED = [workflow._Definition.must_from_class(defined) for defined in WORKFLOWS]
UPDATED = [(update.name, update.description) for one in DEFINED for update in one.updates.values()]
SIGNALLED = [(signal.name, signal.description) for one in DEFINED for signal in one.signals.values()]
TAKING = [*UPDATED, *SIGNALLED]
TELLING = [(query.name, query.description) for one in DEFINED for query in one.queries.values()]


@pytest.mark.parametrize(("name", "description"), [*TAKING, *TELLING])
def test_every_door_says_in_a_sentence_what_it_does(name: str, description: str | None) -> None:
    assert _is_sentence(description or ""), description


@pytest.mark.parametrize(("name", "description"), TAKING)
def test_every_door_that_takes_something_shows_a_payload_that_is_json(name: str, description: str | None) -> None:
    shown = description or ""
    assert isinstance(json.loads(shown[shown.index("{") :]), dict)


def _is_sentence(said: str) -> bool:
    """Words for people: it begins like one, ends like one or with an example, and holds no Python."""
    return bool(re.match(r"[A-Z\w].*[.}\"]$", said, re.DOTALL)) and not re.search(
        r"Error|Traceback|<class|object at", said
    )
