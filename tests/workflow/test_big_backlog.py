"""What the journal missed is offered to it in parts: Temporal takes two megabytes at once, and no more."""

from datetime import UTC, datetime

import pytest
from temporalio.client import WorkflowExecutionStatus

from escalation.commands import Comment
from escalation.events import Commented, Entry
from escalation.policy import Policy
from escalation.terms import TEXT
from tests.workflow.devserver import dev_desk
from tests.workflow.waiting import eventually
from workflows.case import AT_ONCE, MOST_CARRIED, Case

_LONG = "\N{FIRE}" * TEXT  # four bytes each
_NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def _entries(count: int, text: str) -> list[Entry]:
    said = Commented(at=_NOW, by="tomas", text=text)
    return [Entry(ticket_id="T", seq=n, policy_version="1", request_id="", event=said) for n in range(1, count + 1)]


def _case(policy: Policy, entries: list[Entry]) -> Case:
    return Case(ticket_id="T", policy=policy.slice_for("acme-dental"), unwritten=entries)


def test_an_ordinary_backlog_is_offered_at_once(policy: Policy) -> None:
    case = _case(policy, _entries(50, "called her"))
    assert (case.offered(), case.portable) == (case.unwritten, True)


def test_a_large_backlog_is_offered_from_its_beginning_and_never_not_at_all(policy: Policy) -> None:
    case = _case(policy, _entries(60, _LONG))
    assert 0 < len(case.offered()) <= AT_ONCE // TEXT
    assert case.offered() == case.unwritten[: len(case.offered())]
    assert not case.portable
    assert MOST_CARRIED < 2 * 1024 * 1024
    whole = _case(policy, _entries(2, "x" * 2 * AT_ONCE))
    assert len(whole.offered()) == 1


@pytest.mark.parametrize("continue_after", [4096, 40], ids=["one run", "many runs"])
async def test_a_ticket_outlives_a_backlog_larger_than_any_payload(policy: Policy, continue_after: int) -> None:
    async with dev_desk(policy, 1000, continue_after) as desk:
        ticket = await desk.open()
        desk.journal.away = True
        for _ in range(75):
            await desk.ask(ticket, Comment(by="tomas", text=_LONG))
        desk.journal.away = False
        seq = (await desk.ask(ticket, Comment(by="tomas", text="and it is back"))).seq

        async def written() -> bool:
            return len(desk.story(ticket)) >= seq

        await eventually(written, within=60)
        assert (await desk.handle(ticket).describe()).status is WorkflowExecutionStatus.RUNNING
