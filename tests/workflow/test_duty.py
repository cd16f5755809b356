"""B21, B22: the one workflow that relieves whoever is away or goes home, at the moment at which they are.

B23: it tells the service manager of coming gaps of cover as well.
"""

import asyncio
from datetime import datetime, timedelta

import pytest
from temporalio.client import WorkflowHandle

from activities.relief import Outcome
from escalation.commands import Accept, Resolve
from escalation.events import Transferred
from escalation.library.readings import Owed
from escalation.messages import render
from escalation.oncall import Absence, Board, Rota, RotaOverride
from escalation.ports import Relieved
from tests.workflow.desk import Desk, intake
from tests.workflow.waiting import eventually
from tierline.settings import Settings
from tierline.telling_watch import watch_told
from workflows.duty import ID, DutyState, DutyWorkflow


async def on_duty(desk: Desk) -> WorkflowHandle[DutyWorkflow, None]:
    return await desk.client.start_workflow(DutyWorkflow.run, DutyState(), id=ID, task_queue="tierline")


async def outcomes(duty: WorkflowHandle[DutyWorkflow, None], number: int = 1) -> list[Outcome]:
    """What came of the tickets, once there are so many."""

    async def there() -> bool:
        return len(await duty.query(DutyWorkflow.outcomes)) >= number

    await eventually(there)
    return await duty.query(DutyWorkflow.outcomes)


async def test_b21_told_of_an_absence_it_moves_every_ticket_of_that_person_and_says_what_came_of_each(
    desk: Desk,
) -> None:
    tickets = [await desk.open() for _ in range(3)]
    duty = await on_duty(desk)
    desk.relief.due = [Relieved(ticket_id=ticket, person="tomas", why="absence") for ticket in tickets]
    await duty.signal(DutyWorkflow.look)
    found = await outcomes(duty, 3)
    assert {(each.ticket_id, each.owner) for each in found} == {(ticket, "priya") for ticket in tickets}
    for ticket in tickets:
        (moved,) = desk.of(ticket, Transferred)
        assert (moved.why, moved.previous_owner, moved.owner) == ("absence", "tomas", "priya")


async def test_b21_looking_again_moves_nothing_twice(desk: Desk) -> None:
    ticket = await desk.open()
    desk.relief.due = [Relieved(ticket_id=ticket, person="tomas", why="absence")]
    duty = await on_duty(desk)
    await outcomes(duty)
    await duty.signal(DutyWorkflow.look)
    await outcomes(duty, 2)
    assert len(desk.of(ticket, Transferred)) == 1


async def test_b22_at_the_end_of_a_shift_a_pressing_ticket_goes_to_somebody_else_with_a_note_that_is_owed(
    desk: Desk,
) -> None:
    ticket = await desk.open(intake(impact=1, urgency=2))
    view = await desk.view(ticket)
    await desk.ask(ticket, Accept(by=view.owner))
    now = await desk.env.get_current_time()
    desk.relief.next_at = now + timedelta(minutes=10)
    desk.relief.due = [Relieved(ticket_id=ticket, person=view.owner, why="shift_end")]
    duty = await on_duty(desk)
    await desk.skip(minutes=9)
    assert desk.of(ticket, Transferred) == []
    await desk.skip(minutes=2)
    (moved,) = desk.of(ticket, Transferred)
    assert (moved.why, moved.owed_by) == ("shift_end", view.owner)
    assert moved.at - desk.relief.next_at < timedelta(seconds=5)
    (since, until) = desk.relief.looks[-1]
    assert since < desk.relief.next_at <= until  # no end of a shift falls between two looks
    assert (await duty.query(DutyWorkflow.outcomes))[0].owner == moved.owner


async def test_a_ticket_that_is_over_or_unknown_holds_nobody_up(desk: Desk) -> None:
    over, ticket = await desk.open(), await desk.open()
    owner = (await desk.view(over)).owner
    await desk.ask(over, Accept(by=owner))
    await desk.ask(over, Resolve(by=owner, code="fixed", cause="identity", resolution="Unlocked and re-registered"))
    desk.relief.due = [Relieved(ticket_id=each, person="tomas", why="left") for each in (over, "T-nowhere", ticket)]
    duty = await on_duty(desk)
    found = {each.ticket_id: each for each in await outcomes(duty, 3)}
    assert [found[each].failed for each in (over, "T-nowhere", ticket)] == [None, None, None]
    assert found[ticket].owner == "priya"
    assert found["T-nowhere"].owner is None


async def test_with_nothing_to_see_it_looks_four_times_an_hour(desk: Desk) -> None:
    await on_duty(desk)
    await desk.skip(hours=2, minutes=1)
    assert len(desk.relief.looks) == 9
    assert [until for _, until in desk.relief.looks[:-1]] == [since for since, _ in desk.relief.looks[1:]]


async def test_a_terminal_that_published_a_policy_has_the_watch_look_at_once_and_says_where_none_answers(
    desk: Desk,
) -> None:
    running = Settings(temporal_address=desk.client.service_client.config.target_host)
    await on_duty(desk)
    await desk.skip(minutes=1)
    looks = len(desk.relief.looks)
    assert await asyncio.to_thread(watch_told, running)

    async def looked() -> bool:
        return len(desk.relief.looks) > looks

    await eventually(looked)
    assert not await asyncio.to_thread(watch_told, Settings(temporal_address="127.0.0.1:9"))


# --------------------------------------------------------------------------------------------- gaps of cover
def only_sofia(*absences: Absence) -> Board:
    rota = Rota(zone="America/Chicago", members=("sofia",))
    return Board(rotas={"t3_primary": rota}, by_tier={3: "t3_primary"}, managers="managers", absences=absences)


def warnings(desk: Desk) -> list[tuple[datetime, bool]]:
    """When the service manager was told of a gap, and whether urgently."""
    told = sorted((m for m in desk.post.messages.values() if m.template == "gap_ahead"), key=lambda m: m.at)
    assert {(message.to, message.recipient_kind) for message in told} <= {("service_manager", "role")}
    return [(message.at, message.urgent) for message in told]


@pytest.mark.parametrize(("ahead", "urgent"), [(timedelta(days=30), [False]), (timedelta(days=1), [False, True])])
async def test_b23_a_gap_is_told_of_thirty_days_ahead_and_a_day_ahead_at_that_moment(
    desk: Desk, ahead: timedelta, urgent: list[bool]
) -> None:
    moment = await desk.env.get_current_time() + timedelta(minutes=20)
    away = Absence(person="sofia", start=moment + ahead, end=moment + ahead + timedelta(days=2))
    desk.cover.rotas = only_sofia(away)
    await on_duty(desk)
    await desk.skip(minutes=19)
    assert [each for _, each in warnings(desk)] == urgent[:-1]
    await desk.skip(hours=3)
    told = warnings(desk)
    assert [each for _, each in told] == urgent
    assert timedelta(0) <= told[-1][0] - moment < timedelta(seconds=5)


async def eventually_told(desk: Desk, number: int) -> None:
    async def told() -> bool:
        return len(warnings(desk)) >= number

    await eventually(told)


async def test_b23_an_absence_that_leaves_nobody_is_told_of_at_once_and_one_that_is_covered_is_not(desk: Desk) -> None:
    now = await desk.env.get_current_time()
    away = Absence(person="sofia", start=now + timedelta(days=3), end=now + timedelta(days=4))
    duty = await on_duty(desk)
    await desk.skip(minutes=1)
    assert warnings(desk) == []
    desk.cover.rotas = only_sofia(away)
    await duty.signal(DutyWorkflow.look)
    await eventually_told(desk, 1)
    taken = RotaOverride(rota="t3_primary", who="ivan", start=away.start, end=away.end)
    desk.cover.rotas = desk.cover.rotas.model_copy(update={"overrides": (taken,)})
    await duty.signal(DutyWorkflow.look)
    await desk.skip(days=2, hours=1)
    assert len(warnings(desk)) == 1


async def test_rotas_that_cannot_be_read_keep_nobody_from_relief_and_are_looked_at_again(desk: Desk) -> None:
    ticket = await desk.open()
    desk.relief.due = [Relieved(ticket_id=ticket, person="tomas", why="absence")]
    now = await desk.env.get_current_time()
    desk.cover.rotas = only_sofia(Absence(person="sofia", start=now, end=now + timedelta(days=1)))
    desk.cover.away = True
    duty = await on_duty(desk)
    assert (await outcomes(duty))[0].owner == "priya"
    desk.cover.away = False
    await desk.skip(minutes=20)
    assert len(warnings(desk)) == 1


# -------------------------------------------------------------------------------------------- documents published
def owed(person: str) -> Owed:
    return Owed(document="SOP-04", revision=2, person=person, title="Mail", note="the queue was full")


async def test_r79_whoever_is_to_be_told_of_a_document_is_told_once_when_the_watch_looks(desk: Desk) -> None:
    duty = await on_duty(desk)
    desk.readings.waiting = [owed("tomas"), owed("marek")]
    await duty.signal(DutyWorkflow.look)
    await desk.skip(minutes=1)
    assert desk.sent("document_published") == ["tomas", "marek"]
    assert desk.readings.waiting == []
    (first, _) = (each for each in desk.post.messages.values() if each.template == "document_published")
    text = render(desk.policy.messages["document_published"], first.params)
    assert text.strip() == (
        "SOP-04, Mail: revision 2 is published. Read it, and say that you have. Why: the queue was full."
    )


async def test_r79_a_library_that_is_away_keeps_nobody_from_relief_and_is_asked_again(desk: Desk) -> None:
    ticket = await desk.open()
    desk.relief.due = [Relieved(ticket_id=ticket, person="tomas", why="absence")]
    desk.readings.away, desk.readings.waiting = True, [owed("jun")]
    duty = await on_duty(desk)
    assert (await outcomes(duty))[0].owner == "priya"
    desk.readings.away = False
    await desk.skip(minutes=20)
    assert desk.sent("document_published") == ["jun"]
