"""B8, B9: tickets that share one fault, and major incidents with one voice to the clients."""

from datetime import timedelta

import pytest

from escalation import commands as ask
from escalation import family
from escalation.deadlines import deadlines
from escalation.effects import messages
from escalation.errors import (
    IncompleteCommand,
    NoParent,
    NotAllowedInStage,
    NothingChanges,
    NotMajor,
    NotPermitted,
    ParentImpossible,
)
from escalation.events import Attached, Contacted, Detached, Event, Followed, Held, MajorUpdateMissed, Resolved
from escalation.hearers import hearers_of
from escalation.lifecycle import Stage
from escalation.promises import ACCEPT, FIRST_RESPONSE, RESOLUTION
from escalation.terms import Role
from escalation.view import allowed
from tests.unit.rules import asked
from tests.unit.rules.story import MONDAY, Story, of_kind

DISPATCHER = {"by": "dana", "role": Role.DISPATCHER}
CASCADE = {"resolved", "reopened", "held", "resumed", "told"}


def child(**fields: object) -> Story:
    story = Story().open(**fields)
    story.do(asked.ATTACH)
    return story


def words(story: Story, *commands: ask.AnyCommand) -> list[ask.Follow]:
    """What a parent with one child tells it while these commands are played."""
    story.do(ask.Adopt(ticket_id="T-5"))
    told = []
    for command in commands:
        ticket = story.ticket
        mine = command.model_copy(update={"by": story.owner}) if command.by == asked.OWNER else command
        for event in story.do(mine):
            told += [said] if (said := family.word(ticket, event, story.policy)) else []
            ticket = ticket.after(event)
    return told


# ------------------------------------------------------------------------------------------------ children
def test_b8_a_child_keeps_its_owner_and_its_promises_to_the_client_and_nobody_has_to_take_it_up() -> None:
    story = Story().open()
    before = story.ticket
    story.do(asked.ATTACH)
    after = story.ticket
    assert (after.parent, after.owner, after.stage) == ("T-77", before.owner, before.stage)
    assert after.clocks == before.clocks
    assert {deadline.what for deadline in deadlines(before)} >= {FIRST_RESPONSE, RESOLUTION, ACCEPT}
    assert {deadline.what for deadline in deadlines(after)} == {FIRST_RESPONSE, RESOLUTION}
    assert not any(deadline.detail == "auto" for deadline in deadlines(after))


def test_b8_a_child_stands_still_without_being_nudged_and_goes_up_nowhere_by_itself() -> None:
    story = Story().open()
    story.do(ask.Accept())
    story.do(asked.ATTACH)
    kinds = {event.kind for event in story.wait(days=3)}
    assert kinds == {"mark_passed", "coordinated"}


def test_b8_a_child_that_is_detached_is_to_be_taken_up_anew_from_that_moment() -> None:
    story = child()
    story.sleep(days=2)
    (detached,) = story.do(asked.DETACH)
    assert isinstance(detached, Detached)
    assert story.ticket.parent is None
    assert story.clock(ACCEPT).started_at == story.now
    assert story.clock(ACCEPT).generation == 2


def test_b8_whoever_was_to_be_paged_is_paged_again_once_a_child_is_on_its_own() -> None:
    story = Story().open(category="security.ransomware")
    assert story.ticket.climb is not None
    story.do(asked.ATTACH)
    assert "paged" not in {event.kind for event in story.wait(hours=3)}
    story.do(asked.DETACH)
    assert "paged" in {event.kind for event in story.wait(minutes=5)}


@pytest.mark.parametrize("wrong", ["T-1", "", "  "])
def test_b8_no_ticket_is_a_child_of_itself_or_of_nothing(wrong: str) -> None:
    refusal = ParentImpossible if wrong == "T-1" else IncompleteCommand
    Story().open().refuses(refusal, asked.ATTACH.model_copy(update={"parent": wrong}))


def test_b8_a_ticket_with_children_becomes_no_child() -> None:
    story = Story().open()
    story.do(ask.Adopt(ticket_id="T-5"))
    story.refuses(ParentImpossible, asked.ATTACH)
    assert "attach" not in allowed(story.ticket)


def test_b8_a_resolved_ticket_becomes_no_child_and_one_without_parent_leaves_none() -> None:
    story = Story().open()
    story.refuses(NoParent, asked.DETACH.model_copy(update={"by": story.owner}))
    story.do(ask.Accept())
    story.do(asked.RESOLVE.model_copy(update={"by": story.owner}))
    story.refuses(NotAllowedInStage, asked.ATTACH)


def test_b8_attaching_twice_changes_nothing_and_to_another_parent_leaves_the_first() -> None:
    story = child()
    assert story.do(asked.ATTACH) == []
    (moved,) = story.do(asked.ATTACH.model_copy(update={"parent": "T-78"}))
    assert isinstance(moved, Attached)
    assert (moved.previous, story.ticket.parent) == ("T-77", "T-78")


# ------------------------------------------------------------------------------------------------ what cascades
def test_b8_a_parents_resolution_resolves_its_child_from_any_stage_and_tells_its_client() -> None:
    for fields in ({}, {"urgency": None}, {"category": "network.firewall"}):
        story = child(**fields)
        followed, resolved = story.do(asked.LINE_BACK)
        assert isinstance(followed, Followed)
        assert isinstance(resolved, Resolved)
        assert (story.ticket.stage, resolved.resolution) == (Stage.RESOLVED, "The line is back")
        assert {hearer.template for hearer in hearers_of(story.ticket, resolved, story.policy)} == {"resolved", "csat"}


def test_b8_a_child_on_a_hold_of_its_own_is_resolved_with_its_parent_and_not_held_twice() -> None:
    story = child()
    story.do(asked.HOLD.model_copy(update={"by": story.owner}))
    assert story.do(asked.PARENT_HELD) == []
    assert story.do(asked.PARENT_GOES_ON) == []  # the hold is its own
    story.do(asked.LINE_BACK)
    assert (story.ticket.stage, story.ticket.hold) == (Stage.RESOLVED, None)


def test_b8_a_parents_hold_and_its_end_are_the_childs_too() -> None:
    story = child()
    story.do(ask.Accept())
    assert [type(event) for event in story.do(asked.PARENT_HELD)] == [Followed, Held]
    story.sleep(hours=2)
    story.do(asked.PARENT_GOES_ON)
    assert story.ticket.hold is None


def test_b8_a_parent_that_is_reopened_takes_along_the_children_that_it_resolved_and_no_other() -> None:
    along, alone = child(), child()
    along.do(asked.LINE_BACK)
    along.do(asked.NOT_BACK)
    assert along.ticket.stage is Stage.TIER_1
    alone.do(ask.Accept())
    alone.do(asked.RESOLVE.model_copy(update={"by": alone.owner}))
    assert alone.do(asked.NOT_BACK) == []


def test_b8_a_word_of_a_ticket_that_is_not_its_parent_is_none_to_it() -> None:
    story = child()
    assert story.do(asked.LINE_BACK.model_copy(update={"parent": "T-99"})) == []
    lonely = Story().open()
    assert lonely.do(asked.LINE_BACK) == []


def test_b8_resolve_reopen_and_holds_of_a_parent_cascade_and_closing_and_waiting_for_the_customer_do_not() -> None:
    story = Story().open()
    story.do(ask.Accept())
    told = words(
        story, asked.VENDOR, ask.Resume(), asked.HOLD, ask.Resume(), asked.RESOLVE, asked.REOPEN, ask.Accept(),
        asked.RESOLVE, ask.Close(by="tomas"),
    )  # fmt: skip
    # The customer's hold says nothing when it begins; when it ends the children hear it, and have no hold to end.
    assert [said.what for said in told] == ["held", "resumed", "resumed", "resolved", "reopened", "resolved"]


def test_b8_children_of_a_cancelled_parent_go_on_by_themselves_and_those_of_a_merged_one_move() -> None:
    assert [said.what for said in words(Story().open(), asked.CANCEL)] == ["left"]
    (moved,) = words(Story().open(), ask.Merge(**DISPATCHER, into="T-9"))
    assert (moved.what, moved.to) == ("moved", "T-9")
    story = child()
    story.do(asked.LEFT)
    assert story.ticket.parent is None
    story = child()
    story.do(asked.MOVED)
    assert story.ticket.parent == "T-78"


def test_b8_a_ticket_that_can_be_no_parent_says_where_to_go() -> None:
    story = child()
    said = family.answer(story.ticket, ask.Adopt(ticket_id="T-5"))
    assert said is not None
    assert (said.what, said.to) == ("moved", "T-77")
    assert story.do(ask.Adopt(ticket_id="T-5")) == []
    story.do(asked.LINE_BACK)
    resolved = Story().open()
    resolved.do(ask.Accept())
    resolved.do(asked.RESOLVE.model_copy(update={"by": resolved.owner}))
    said = family.answer(resolved.ticket, ask.Adopt(ticket_id="T-5"))
    assert said is not None
    assert said.what == "left"


def test_b8_a_ticket_that_two_made_each_others_parent_at_once_ends_up_on_its_own() -> None:
    story = child()
    story.do(asked.MOVED.model_copy(update={"to": "T-1"}))
    assert story.ticket.parent is None


# ------------------------------------------------------------------------------------------------ major incidents
def major(**fields: object) -> Story:
    story = Story().open(category="network.firewall", **fields)
    story.do(asked.MAJOR)
    return story


def told(story: Story, events: list[Event]) -> set[tuple[str, str]]:
    return {(m.template, m.to) for m in messages(story.ticket, events, 1, story.policy)}


def test_b9_a_major_incident_has_a_commander_and_a_communicator_who_are_paged_and_the_desk_hears_of_it() -> None:
    story = Story().open()
    heard = told(story, story.do(asked.MAJOR))
    assert heard == {("major_declared", who) for who in ("sofia", "grace", "service_manager", "team_lead")}
    assert story.ticket.is_major


def test_b9_a_missed_update_raises_the_alarm_at_each_moment_at_which_the_clients_should_have_heard() -> None:
    story = major()
    missed = of_kind(story.wait(minutes=61), MajorUpdateMissed)
    assert [(event.n, event.at - MONDAY) for event in missed] == [
        (1, timedelta(minutes=30)), (2, timedelta(minutes=60))
    ]  # fmt: skip
    heard = told(story, [missed[-1]])
    assert heard == {("major_silent", who) for who in ("sofia", "grace", "service_manager")}


def test_b9_an_update_tells_the_client_keeps_the_promise_of_a_first_word_and_moves_the_next_one() -> None:
    story = major()
    story.wait(minutes=20)
    events = story.do(asked.TOLD)
    assert ("major_update", "bob@acme-dental.example") in told(story, events)
    assert story.clock(FIRST_RESPONSE).stopped_at == story.now
    assert story.ticket.major is not None
    assert story.ticket.major.update_due_at == story.now + timedelta(minutes=30)
    assert of_kind(story.wait(minutes=29), MajorUpdateMissed) == []


def test_b9_the_clients_of_all_children_read_the_same_words() -> None:
    (said,) = words(major(), asked.TOLD)
    story = child()
    events = story.do(said.model_copy(update={"parent": "T-77"}))
    assert [type(event) for event in events] == [Followed, Contacted]
    (message,) = messages(story.ticket, events, 1, story.policy)
    assert (message.template, message.params["text"]) == ("major_update", asked.TOLD.text)
    assert story.clock(FIRST_RESPONSE).stopped_at == story.now


def test_b9_a_fault_that_is_gone_or_an_incident_stood_down_waits_for_no_update() -> None:
    over, down = major(), major()
    over.do(ask.Accept())
    over.do(asked.RESOLVE.model_copy(update={"by": over.owner}))
    down.do(asked.OVER)
    for story in (over, down):
        assert not story.ticket.is_major
        assert of_kind(story.wait(hours=3), MajorUpdateMissed) == []
        story.refuses(NotMajor, asked.TOLD)


def test_b9_declared_again_it_changes_who_leads_and_nothing_else() -> None:
    story = major()
    story.refuses(NothingChanges, asked.MAJOR)
    story.do(ask.DeclareMajor(by="grace", role=Role.SERVICE_MANAGER, commander="ivan"))
    assert story.ticket.major is not None
    assert (story.ticket.major.commander, story.ticket.major.communicator) == ("ivan", "grace")
    assert story.ticket.major.since == MONDAY


@pytest.mark.parametrize(
    ("lacks", "command"),
    [
        (["commander", "communicator", "reason"], ask.DeclareMajor()),
        (["reason"], asked.MAJOR.model_copy(update={"reason": "n/a"})),
        (["update_every"], asked.MAJOR.model_copy(update={"update_every": timedelta(minutes=1)})),
    ],
)
def test_b9_a_declaration_names_who_leads_why_and_a_bearable_cadence(
    lacks: list[str], command: ask.DeclareMajor
) -> None:
    refused = Story().open().refuses(IncompleteCommand, command.model_copy(update=_BY_A_LEAD))
    assert refused.details["missing"] == lacks


_BY_A_LEAD = {"by": "ruth", "role": Role.TEAM_LEAD}


def test_b9_a_child_is_no_major_incident_and_a_technician_declares_none() -> None:
    child().refuses(ParentImpossible, asked.MAJOR)
    Story().open().refuses(NotPermitted, asked.MAJOR.model_copy(update={"by": "tomas", "role": Role.TECHNICIAN}))
