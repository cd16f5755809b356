"""A signal that cannot be read is dropped: it stands in the history for good, and must not stop the ticket."""

from collections.abc import Sequence

import pytest

from escalation.commands import Accept
from tests.workflow.desk import Desk


@pytest.mark.parametrize("name", ["claim", "handoff", "absorb"])
@pytest.mark.parametrize(
    "said",
    [(), (None,), (5,), ({"by": 5},), ({"by": "x" * 9_000},), ({"by": "a"}, {"by": "b"})],
    ids=["nothing", "null", "a number", "a wrong field", "a long name", "two payloads"],
)
async def test_a_signal_that_cannot_be_read_leaves_the_ticket_at_work(
    desk: Desk, name: str, said: Sequence[object]
) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    await desk.handle(ticket).signal(name, args=said)
    view = await desk.ask(ticket, Accept(by=owner))
    assert view.accepted_at is not None
    assert not any(kind.startswith("absorbed") for kind in desk.kinds(ticket))
