"""B33, R34: from what machines say to tickets, through the real workflow."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from escalation.alerts import Hint, Reading
from escalation.alerts.windows import Window
from escalation.commands import Accept, Cancel
from escalation.events import AlertsHeard, Cancelled, ChildJoined, Escalated, FieldsUpdated, Opened, Paged
from escalation.lifecycle import Stage
from escalation.terms import Role
from tests.workflow.alert_ports import unreadable
from tests.workflow.desk import Desk
from tests.workflow.monitored import Monitored, monitored_desk
from workflows.intake import IntakeWorkflow


@pytest.fixture
async def watched(desk: Desk) -> AsyncIterator[Monitored]:
    async with monitored_desk(desk) as watched:
        yield watched


async def test_b33_500_alerts_from_one_site_make_one_ticket_with_499_links(watched: Monitored) -> None:
    for start in range(0, 500, 50):
        await watched.hands_in(*(f"f{n}" for n in range(start, start + 50)), site="ward")
    await watched.wake()
    (ticket,) = watched.tickets()
    assert watched.opened() == [ticket.id]
    linked = [noted for noted in watched.board.noted if noted.ticket_id == ticket.id]
    assert (len(linked), sum(noted.paged for noted in linked)) == (500, 1)
    (heard,) = watched.desk.of(ticket.id, AlertsHeard)
    assert (heard.total, heard.more, heard.live, heard.storm) == (500, 499, 500, True)
    view = await watched.desk.view(ticket.id)
    assert view.alerts is not None
    assert (view.owner != "", view.alerts.total, view.subject) == (
        True, 500, "Storm of alerts at ward, first: f0 is ill",
    )  # fmt: skip
    assert len(watched.inbox.taken) == 10
    assert watched.desk.sent("page_owner") == [view.owner]


async def test_b33_alerts_that_trickle_in_come_to_one_open_ticket_too(watched: Monitored) -> None:
    for n in range(7):
        await watched.says(f"f{n}", site="ward")
        await watched.skip(seconds=10)
    await watched.skip(seconds=10)
    stages = [(await watched.desk.view(ticket)).stage for ticket in watched.opened()]
    assert sorted(stage is Stage.CANCELLED for stage in stages) == [False, True, True, True]
    (storm,) = [ticket for ticket in watched.opened() if not watched.desk.of(ticket, Cancelled)]
    assert {watched.desk.of(t, Cancelled)[0].merged_into for t in watched.opened() if t != storm} == {storm}
    assert (await watched.desk.view(storm)).alerts is not None


async def test_r34_a_security_alert_goes_straight_to_tier_3_on_call_and_does_not_wait_behind_a_storm(
    watched: Monitored,
) -> None:
    await watched.hands_in(*(f"f{n}" for n in range(300)), site="ward")
    await watched.hands_in("intruder", category="security.alert", site="ward")
    await watched.wake()
    (emergency,) = [ticket.id for ticket in watched.tickets() if ticket.emergency]
    view = await watched.desk.view(emergency)
    assert (view.stage, view.emergency) == (Stage.TIER_3, True)
    assert watched.desk.of(emergency, Escalated)[0].from_tier is None
    (other,) = [ticket for ticket in watched.opened() if ticket != emergency]
    first = {ticket: watched.desk.of(ticket, Opened)[0].at for ticket in (emergency, other)}
    assert first[emergency] <= first[other]


async def test_b33_a_clear_waits_five_minutes_and_then_ends_an_unclaimed_ticket(watched: Monitored) -> None:
    await watched.says("disk")
    (ticket,) = watched.opened()
    await watched.skip(minutes=1)
    await watched.says("disk", action="clear")
    await watched.skip(minutes=4, seconds=30)
    assert watched.desk.of(ticket, Cancelled) == []
    await watched.skip(minutes=1)
    (ended,) = watched.desk.of(ticket, Cancelled)
    assert ended.reason.startswith("cleared by itself")
    await watched.says("disk")
    assert len(watched.opened()) == 2


async def test_b33_firing_again_within_the_wait_cancels_it(watched: Monitored) -> None:
    await watched.says("disk")
    await watched.skip(minutes=1)
    await watched.says("disk", action="clear")
    await watched.skip(minutes=4)
    await watched.says("disk")
    await watched.skip(minutes=30)
    (ticket,) = watched.opened()
    assert watched.desk.of(ticket, Cancelled) == []


async def test_b33_a_claimed_ticket_hears_that_all_is_clear_and_stays(watched: Monitored) -> None:
    await watched.says("disk")
    (ticket,) = watched.opened()
    await watched.desk.ask(ticket, Accept(by=(await watched.desk.view(ticket)).owner))
    await watched.skip(minutes=1)
    await watched.says("disk", action="clear")
    await watched.skip(minutes=10)
    assert watched.desk.of(ticket, AlertsHeard)[-1].clear
    assert watched.desk.of(ticket, Cancelled) == []


async def test_a_claim_that_the_read_side_does_not_know_of_yet_is_respected_all_the_same(watched: Monitored) -> None:
    await watched.says("disk")
    (ticket,) = watched.opened()
    await watched.skip(minutes=1)
    await watched.says("disk", action="clear")
    watched.desk.journal.away = True
    await watched.desk.ask(ticket, Accept(by=(await watched.desk.view(ticket)).owner))
    await watched.skip(minutes=8)
    watched.desk.journal.away = False
    await watched.skip(minutes=5)
    assert (await watched.desk.view(ticket)).stage is not Stage.CANCELLED


async def test_b33_what_flaps_is_held_told_of_once_and_comes_to_rest(watched: Monitored) -> None:
    await watched.says("disk")
    (ticket,) = watched.opened()
    for _ in range(5):
        await watched.skip(minutes=2)
        await watched.says("disk", action="clear")
        await watched.skip(minutes=2)
        await watched.says("disk")
    assert [heard.flapping for heard in watched.desk.of(ticket, AlertsHeard)].count(1) == 1
    assert watched.opened() == [ticket]
    await watched.says("disk", action="clear")
    await watched.skip(minutes=29)
    assert watched.desk.of(ticket, Cancelled) == []
    await watched.skip(minutes=3)
    assert len(watched.desk.of(ticket, Cancelled)) == 1


async def test_a_worse_severity_raises_the_priority_of_the_running_ticket(watched: Monitored) -> None:
    await watched.says("disk", severity=4)
    (ticket,) = watched.opened()
    before = (await watched.desk.view(ticket)).priority
    await watched.skip(seconds=10)
    await watched.says("disk", severity=1)
    (changed,) = watched.desk.of(ticket, FieldsUpdated)
    assert (before.value, changed.priority) == ("P4", "P2")


async def test_b33_one_cause_at_three_clients_makes_the_first_ticket_the_parent_of_the_others(
    watched: Monitored,
) -> None:
    for client in ("northside-clinic", "harbor-law", "volta-mfg"):
        await watched.says(f"line-{client}", client=client, kind="isp_down")
    await watched.skip(seconds=10)
    first, *others = watched.opened()
    assert [(await watched.desk.view(ticket)).parent for ticket in others] == [first, first]

    async def joined() -> bool:
        return {joined.ticket_id for joined in watched.desk.of(first, ChildJoined)} == set(others)

    await watched.until(joined)
    await watched.says("line-northside-clinic", action="clear", client="northside-clinic", kind="isp_down")
    await watched.skip(minutes=6)
    assert watched.desk.of(first, Cancelled) == []  # others stand behind it


# ---------------------------------------------------------------------------------------------- maintenance windows
async def test_b33_in_a_window_nothing_is_opened_and_what_fires_at_its_end_is(watched: Monitored) -> None:
    now = await watched.now()
    watched.board.windows = (
        Window(id=1, client="northside-clinic", starts_at=now, ends_at=now + timedelta(hours=1), reason="patches",
               made_by="grace", made_at=now),
    )  # fmt: skip
    await watched.says("disk", "cpu")
    await watched.says("intruder", category="security.alert")
    assert len(watched.opened()) == 1
    await watched.skip(minutes=30)
    await watched.says("cpu", action="clear")
    await watched.skip(minutes=29)
    assert len(watched.opened()) == 1
    await watched.skip(minutes=2)
    assert len(watched.opened()) == 2


async def test_b33_a_window_that_begins_stops_the_pages_that_run(watched: Monitored) -> None:
    now = await watched.now()
    ends_at = now + timedelta(hours=2)
    await watched.says("disk", category="server.failure", severity=1, impact=1)
    (ticket,) = watched.opened()
    watched.board.windows = (
        Window(id=1, client="northside-clinic", starts_at=now + timedelta(minutes=1), ends_at=ends_at, reason="patches",
               made_by="grace", made_at=now),
    )  # fmt: skip
    await watched.wake()
    await watched.skip(minutes=2)
    paged = len(watched.desk.of(ticket, Paged)) + watched.desk.sent("page_again").count("elena")
    await watched.skip(minutes=110)
    assert len(watched.desk.of(ticket, Paged)) + watched.desk.sent("page_again").count("elena") == paged
    heard = watched.desk.of(ticket, AlertsHeard)[0]
    assert heard.quiet_until == ends_at
    await watched.skip(minutes=15)
    assert watched.desk.of(ticket, AlertsHeard)[-1].window_over


# ------------------------------------------------------------------------------------------------ faults of all kinds
async def test_every_body_is_dealt_with_or_put_aside_with_a_reason(watched: Monitored) -> None:
    now = await watched.now()
    good = await watched.hands_in("disk")
    bad = watched.inbox.put(unreadable(), now)
    broken = watched.inbox.put(ValueError("the reader has a fault"), now)
    stranger = await watched.hands_in("cpu", client="nobody-inc")
    half = await watched.hands_in("ram")
    said = watched.inbox.bodies[half][1]
    assert isinstance(said, Reading)
    other = said.alerts[0].model_copy(update={"client": "nobody-inc", "event_id": "x"})
    watched.inbox.bodies[half] = (watched.inbox.bodies[half][0], Reading(alerts=(*said.alerts, other)))
    await watched.wake()
    assert watched.inbox.taken == [good]
    assert watched.inbox.aside == {
        bad: "not_json", broken: "reader_failed", stranger: "unknown_client", half: "unknown_client",
    }  # fmt: skip
    assert len(watched.opened()) == 2  # what could be read of the last counts


async def test_bodies_with_many_alerts_are_dealt_with_in_rounds_and_none_is_left(watched: Monitored) -> None:
    for start in range(0, 5000, 1000):
        await watched.hands_in(*(f"f{n}" for n in range(start, start + 1000)))
    await watched.wake()
    assert len(watched.inbox.taken) == 5
    (ticket,) = watched.tickets()
    assert ticket.total == 5000


async def test_an_alert_on_which_the_rules_fail_is_put_aside_and_holds_up_no_other(watched: Monitored) -> None:
    watched.book.spoilt = frozenset({"cursed"})
    first, cursed, last = [await watched.hands_in(name) for name in ("disk", "cursed", "cpu")]
    await watched.wake()
    assert watched.inbox.taken == [first, last]
    assert watched.inbox.aside == {cursed: "rules_failed"}
    assert len(watched.opened()) == 2


async def test_a_worker_that_dies_in_the_midst_of_a_batch_repeats_it_harmlessly(watched: Monitored) -> None:
    watched.inbox.fail_taking = 3
    await watched.says(*(f"f{n}" for n in range(7)))
    (ticket,) = watched.tickets()
    assert (ticket.total, watched.opened()) == (7, [ticket.id])


async def test_an_inbox_that_was_away_is_looked_at_again_and_nobody_has_to_say_so(watched: Monitored) -> None:
    watched.inbox.away = True
    await watched.hands_in("disk")
    await watched.signal()
    await watched.skip(minutes=2)
    watched.inbox.away = False
    await watched.skip(minutes=2)
    assert len(watched.opened()) == 1


async def test_what_came_in_while_nobody_could_be_woken_is_found_within_a_minute(watched: Monitored) -> None:
    await watched.says("disk")
    await watched.hands_in("cpu")
    await watched.skip(minutes=1, seconds=5)
    assert len(watched.opened()) == 2


async def test_a_ticket_that_somebody_ended_meanwhile_makes_room_for_a_new_one(watched: Monitored) -> None:
    await watched.says("disk")
    (ticket,) = watched.opened()
    watched.desk.journal.away = True  # so that nobody knows yet that it is over
    await watched.desk.ask(ticket, Cancel(by="dana", role=Role.DISPATCHER, reason="it is only noise"))
    await watched.skip(seconds=10)
    await watched.says("disk")
    watched.desk.journal.away = False
    await watched.skip(minutes=2)
    assert len({t.id for t in watched.tickets()}) == 2


async def test_hints_of_changed_records_are_handed_on(watched: Monitored) -> None:
    now = await watched.now()
    hint = Hint(source="psa", event_id="1", record_kind="ticket", record_id="7", action="updated", occurred_at=now)
    watched.inbox.put(Reading(hints=(hint,)), now)
    await watched.wake()
    assert watched.hints.taken == [hint]


async def test_it_says_how_much_it_has_dealt_with_and_a_signal_with_anything_does_no_harm(watched: Monitored) -> None:
    await watched.says("disk")
    await watched.drain.signal("look", args=["now", 3])
    await watched.says("cpu", action="clear")

    async def counted() -> bool:
        said = await watched.drain.query(IntakeWorkflow.dealt_with)
        return (said.bodies, said.alerts, said.opened) == (2, 2, 1)

    await watched.until(counted)
