"""B8, B9 between workflows: what a parent does its children do, whoever comes or goes meanwhile."""

import asyncio
from datetime import timedelta

from escalation.commands import Accept, Attach, Cancel, Close, DeclareMajor, Detach, PostUpdate, Reopen, Resolve
from escalation.events import Attached, Contacted, MajorUpdateMissed, Resolved
from escalation.lifecycle import Stage
from escalation.terms import Role
from tests.workflow.desk import Desk, intake
from tests.workflow.waiting import eventually

BY = {"by": "dana", "role": Role.DISPATCHER}
MANAGER = {"by": "grace", "role": Role.SERVICE_MANAGER}
GONE = {"code": "fixed", "cause": "provider", "resolution": "the line is back"}
CHILDREN = 20


async def family(desk: Desk, size: int) -> tuple[str, list[str]]:
    """A parent that its owner has taken up, and children that it knows."""
    parent = await desk.open(key="parent")
    children = [await desk.open(key=f"child-{n}") for n in range(size)]
    await asyncio.gather(*(desk.ask(child, Attach(**BY, parent=parent)) for child in children))
    await desk.ask(parent, Accept(by=(await desk.view(parent)).owner))
    assert (await desk.view(parent)).child_count == size
    return parent, children


async def stages(desk: Desk, tickets: list[str]) -> set[Stage]:
    return {(await desk.view(ticket)).stage for ticket in tickets}


async def resolve(desk: Desk, ticket: str) -> None:
    await desk.ask(ticket, Resolve(by=(await desk.view(ticket)).owner, **GONE))


async def test_b8_twenty_children_are_resolved_with_their_parent_and_not_closed_with_it(desk: Desk) -> None:
    parent, children = await family(desk, CHILDREN)
    await resolve(desk, parent)
    for child in children:
        await desk.until_journalled(child, "resolved")
    assert await stages(desk, children) == {Stage.RESOLVED}
    assert {desk.of(child, Resolved)[0].resolution for child in children} == {GONE["resolution"]}
    await desk.ask(parent, Close(by="tomas"))
    await desk.handle(parent).result()
    assert await stages(desk, children) == {Stage.RESOLVED}


async def test_b8_a_parent_that_is_reopened_takes_its_children_along(desk: Desk) -> None:
    parent, children = await family(desk, 2)
    await resolve(desk, parent)
    for child in children:
        await desk.until_journalled(child, "resolved")
    await desk.ask(parent, Reopen(by="tomas", reason="it fell out again"))
    for child in children:
        await desk.until_journalled(child, "reopened")
    assert await stages(desk, [parent, *children]) == {Stage.TIER_1}


async def test_b8_children_of_a_cancelled_parent_have_to_be_taken_up_again(desk: Desk) -> None:
    parent, (child,) = await family(desk, 1)
    await desk.ask(parent, Cancel(**BY, reason="a false alarm"))
    await desk.until_journalled(child, "detached")
    view = await desk.view(child)
    assert (view.parent, view.stage, view.accepted_at) == (None, Stage.TIER_1, None)
    assert view.clocks["accept"].state == "running"


async def test_b8_a_child_of_another_client_is_one_too_and_leaves_when_it_is_told(desk: Desk) -> None:
    parent = await desk.open(key="parent")
    child = await desk.open(intake(client="harbor-law"), key="child")
    await desk.ask(child, Attach(**BY, parent=parent))
    await desk.until_journalled(parent, "child_joined")
    await desk.ask(child, Detach(**BY, reason="their own firewall"))
    await desk.until_journalled(parent, "child_left")
    await desk.ask(parent, Accept(by=(await desk.view(parent)).owner))
    await resolve(desk, parent)
    assert (await desk.view(child)).stage is Stage.TIER_1


async def test_b8_a_ticket_that_is_over_or_was_never_there_is_nobodys_parent(desk: Desk) -> None:
    over, child = await desk.open(key="a"), await desk.open(key="b")
    await desk.ask(over, Cancel(**BY, reason="a false alarm"))
    await desk.handle(over).result()
    before = await desk.view(child)
    for wrong in (over, "T-404"):
        assert (await desk.refused(child, Attach(**BY, parent=wrong))).type == "parent_impossible"
    assert await desk.view(child) == before


async def test_b8_who_is_attached_to_a_child_ends_up_with_its_parent(desk: Desk) -> None:
    parent, (child,) = await family(desk, 1)
    late = await desk.open(key="late")
    await desk.ask(late, Attach(**BY, parent=child))

    async def moved() -> bool:
        return len(desk.of(late, Attached)) == 2

    await eventually(moved)
    assert (await desk.view(late)).parent == parent
    assert (await desk.view(parent)).child_count == 2


async def test_b8_two_tickets_made_each_others_parent_at_once_are_not_both_children(desk: Desk) -> None:
    one, two = await desk.open(key="a"), await desk.open(key="b")
    await asyncio.gather(
        desk.ask(one, Attach(**BY, parent=two)), desk.ask(two, Attach(**BY, parent=one)), return_exceptions=True
    )
    await desk.until_waiting(one)
    await desk.until_waiting(two)
    views = [await desk.view(ticket) for ticket in (one, two)]
    assert None in {view.parent for view in views}


async def test_b9_the_clients_of_every_child_hear_the_same_words_and_silence_is_an_alarm(desk: Desk) -> None:
    parent, children = await family(desk, 3)
    await desk.ask(
        parent, DeclareMajor(**MANAGER, commander="sofia", communicator="grace", reason="three clients are down")
    )
    await desk.ask(parent, PostUpdate(**MANAGER, text="The cut is found; repair by three"))
    for child in children:
        await desk.until_journalled(child, "contacted")
    assert {desk.of(child, Contacted)[0].text for child in children} == {"The cut is found; repair by three"}
    assert {(await desk.view(child)).clocks["first_response"].state for child in children} == {"kept"}
    await desk.skip(minutes=31)
    await desk.until_journalled(parent, "major_update_missed")
    (missed,) = desk.of(parent, MajorUpdateMissed)
    assert missed.at - missed.due_at < timedelta(seconds=5)
    assert "grace" in desk.sent("major_silent")


async def test_b9_a_major_incident_is_reviewed_whatever_tier_it_was_solved_at(desk: Desk) -> None:
    parent, _ = await family(desk, 0)
    await desk.ask(
        parent, DeclareMajor(**MANAGER, commander="sofia", communicator="grace", reason="three clients are down")
    )
    await resolve(desk, parent)
    described = await desk.client.get_workflow_handle(f"review/{parent}").describe()
    assert described.workflow_type == "Review"
