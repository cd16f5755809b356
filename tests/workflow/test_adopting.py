"""A policy published while tickets run: they stay on theirs, and go over on request with their timers moved."""

from collections import Counter
from datetime import timedelta

from escalation.commands import Accept, AdoptPolicy, Comment, LogAttempt
from escalation.events import AcceptMissed, Escalated, MarkPassed, Opened, PolicyAdopted
from escalation.policy import Policy, Promises, Slice
from escalation.promises import RESOLUTION
from escalation.terms import Role
from tests.workflow.desk import Desk, intake
from tests.workflow.devserver import dev_desk
from tests.workflow.policies import around_the_clock
from tests.workflow.waiting import eventually

P3 = intake(impact=2, urgency=2)
TICKETS = 30


def longer(policy: Policy) -> Policy:
    """The next version: twice the time for every resolution."""
    return policy.model_copy(
        update={
            "version": "next",
            "agreements": {
                name: agreement.model_copy(
                    update={"promises": {p: _twice(promise) for p, promise in agreement.promises.items()}}
                )
                for name, agreement in policy.agreements.items()
            },
        }
    )


def _twice(promise: Promises) -> Promises:
    target = promise.resolution.model_copy(update={"time": 2 * promise.resolution.time})
    return promise.model_copy(update={"resolution": target})


def adopt(policy: Slice) -> AdoptPolicy:
    return AdoptPolicy(by="grace", role=Role.SERVICE_MANAGER, version=policy.version, policy=policy)


async def test_b36_the_timer_of_a_ticket_that_went_over_guards_the_new_promise_and_no_longer_the_old(
    desk: Desk,
) -> None:
    ticket = await desk.open(P3)
    await desk.ask(ticket, Accept(by=(await desk.view(ticket)).owner, contacted=True))
    await desk.skip(hours=3)
    view = await desk.ask(ticket, adopt(longer(desk.policy).slice_for("acme-dental")))
    assert view.policy_version == "next"
    await desk.skip(hours=30)
    assert not desk.of(ticket, Escalated), "after 19.2 hours the old promise would have sent it up"
    await desk.skip(hours=6)
    (escalated,) = desk.of(ticket, Escalated)
    opened_at = desk.of(ticket, Opened)[0].at
    assert timedelta(hours=38.4) <= escalated.at - opened_at < timedelta(hours=38.5)
    (adopted,) = desk.of(ticket, PolicyAdopted)
    assert {line.what for line in adopted.moved} >= {"resolution 50", "resolution 100", "resolution auto"}


def without(policy: Policy, trigger: str) -> Policy:
    """The policy before it had this trigger."""
    return policy.model_copy(update={"triggers": tuple(each for each in policy.triggers if each.id != trigger)})


async def test_r35_a_trigger_of_the_new_version_fires_as_the_ticket_goes_over_and_once(desk: Desk) -> None:
    new = desk.policy.model_copy(update={"version": "next"})
    desk.policy = without(desk.policy, "C2")
    ticket = await desk.open(P3)
    owner = (await desk.view(ticket)).owner
    await desk.ask(ticket, Accept(by=owner, contacted=True))
    for n in range(2):
        failed = LogAttempt(by=owner, step=f"Reset {n}", result="Still locked", outcome="failed", sop_step="1")
        await desk.ask(ticket, failed)
    assert not desk.of(ticket, Escalated)
    view = await desk.ask(ticket, adopt(new.slice_for("acme-dental")))
    assert (view.tier, view.policy_version) == (2, "next")
    assert view.owner != owner
    again = new.model_copy(update={"version": "after next"})
    await desk.ask(ticket, adopt(again.slice_for("acme-dental")))
    await desk.until_journalled(ticket, "policy_adopted")
    (escalated,) = desk.of(ticket, Escalated)
    assert (escalated.trigger, escalated.from_tier, escalated.to_tier) == ("C2", 1, 2)
    entries = [each for each in desk.journal.entries(ticket) if each.event.kind in ("policy_adopted", "escalated")]
    assert [(each.event.kind, each.policy_version) for each in entries[:2]] == [
        ("policy_adopted", "next"),
        ("escalated", "next"),
    ]


async def test_the_same_request_twice_adopts_once(desk: Desk) -> None:
    ticket = await desk.open(P3)
    wanted = adopt(longer(desk.policy).slice_for("acme-dental"))
    for _ in range(2):
        await desk.ask(ticket, wanted, key="once")
    await desk.ask(ticket, wanted, key="again, by another")
    await desk.until_journalled(ticket, "policy_adopted")
    assert len(desk.of(ticket, PolicyAdopted)) == 1


async def test_an_adopted_policy_outlives_continue_as_new(policy: Policy) -> None:
    async with dev_desk(around_the_clock(policy), cached=10, continue_after=40) as desk:
        ticket = await desk.open(P3)
        first = (await desk.handle(ticket).describe()).run_id
        await desk.ask(ticket, adopt(longer(desk.policy).slice_for("acme-dental")))
        for n in range(12):
            await desk.ask(ticket, Comment(by="tomas", text=f"still on it {n}"))

        async def in_another_run() -> bool:
            return (await desk.handle(ticket).describe()).run_id != first

        await eventually(in_another_run)
        await desk.ask(ticket, Comment(by="tomas", text="in the new run"))
        last = desk.journal.entries(ticket)[-1]
        assert last.policy_version == "next"
        clocks = {clock.name: clock for clock in (await desk.sla(ticket)).clocks}
        assert clocks[RESOLUTION].target == timedelta(hours=48)


async def test_b36_a_policy_published_amid_running_tickets_loses_nothing_and_fires_nothing_twice(desk: Desk) -> None:
    """A third of them go over, a third stay, a third are taken in with the new version; then all promises break."""
    old, new = desk.policy, longer(desk.policy)
    before = [await desk.open(P3, ticket_id=f"T-old-{n}") for n in range(2 * TICKETS // 3)]
    await desk.skip(hours=5)
    desk.policy = new
    after = [await desk.open(P3, ticket_id=f"T-new-{n}") for n in range(TICKETS // 3)]
    moved = before[: TICKETS // 3]
    for ticket in moved:
        await desk.ask(ticket, adopt(new.slice_for("acme-dental")))
    await desk.skip(hours=100)

    versions = {ticket: desk.journal.entries(ticket)[-1].policy_version for ticket in (*before, *after)}
    assert {versions[ticket] for ticket in (*moved, *after)} == {"next"}
    assert {versions[ticket] for ticket in before[TICKETS // 3 :]} == {old.version}
    for ticket in (*before, *after):
        entries = desk.journal.entries(ticket)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1)), "nothing lost, nothing twice"
        passed = Counter((each.clock, each.generation, each.mark) for each in desk.of(ticket, MarkPassed))
        assert passed, ticket
        assert max(passed.values()) == 1, f"{ticket} fired twice: {passed}"
        by_mark = Counter(each.mark for each in desk.of(ticket, MarkPassed) if each.clock == RESOLUTION)
        assert {"50", "75", "90", "100"} <= set(by_mark), ticket
        assert max(by_mark.values()) == 1, f"{ticket} told an old threshold again: {by_mark}"
        levels = Counter(each.level for each in desk.of(ticket, AcceptMissed))
        assert levels, ticket
