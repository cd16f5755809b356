"""R11, R58, R63: what holds in every life of a ticket, over about a thousand random ones."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation.commands import ASKED, AnyCommand
from escalation.deadlines import next_deadline
from escalation.events import EVENT, Handoff, MarkPassed, Opened
from escalation.lifecycle import OVER
from escalation.ticket import Ticket, fold, opened
from escalation.view import allowed
from tests.unit.rules.asked import COMMANDS
from tests.unit.rules.histories import History, histories, still_the_same

LIVES = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LIVES
@given(histories())
def test_a_ticket_always_has_exactly_one_named_owner(history: History) -> None:
    assert all(ticket.owner.strip() for ticket in history.tickets)
    assert all(event.owner.strip() for event in history.story.events if isinstance(event, Handoff))


@LIVES
@given(histories())
def test_the_events_tell_the_whole_ticket(history: History) -> None:
    assert fold(history.story.events) == history.story.ticket


@LIVES
@given(histories())
def test_every_event_and_ticket_lives_through_json_unchanged(history: History) -> None:
    for event in history.story.events:
        assert EVENT.validate_json(EVENT.dump_json(event)) == event
    ticket = history.story.ticket
    assert Ticket.model_validate_json(ticket.model_dump_json()) == ticket


@LIVES
@given(histories())
def test_each_event_moves_the_version_by_one_and_a_refusal_by_none(history: History) -> None:
    first, *rest = history.story.events
    assert isinstance(first, Opened)
    ticket = opened(first)
    for place, event in enumerate(rest, start=2):
        ticket = ticket.after(event)
        assert ticket.seq == place
    assert ticket.seq == history.story.ticket.seq


@LIVES
@given(histories())
def test_a_mark_passes_once_for_each_clock_and_generation_and_nothing_due_is_left(history: History) -> None:
    marks = Counter((e.clock, e.generation, e.mark) for e in history.story.events if isinstance(e, MarkPassed))
    assert not [mark for mark, times in marks.items() if times > 1]
    coming = next_deadline(history.story.ticket)
    assert coming is None or coming.at > history.story.now
    assert all(made for _, made in history.fired), "a deadline that is due does something"


@LIVES
@given(histories(length=8), COMMANDS)
def test_a_decision_is_pure(history: History, command: AnyCommand) -> None:
    assert still_the_same(history.story.ticket, command, history.story)


@LIVES
@given(histories(), st.lists(COMMANDS, min_size=1, max_size=4))
def test_what_is_over_stays_over(history: History, more: list[AnyCommand]) -> None:
    before = history.story.ticket
    if before.stage in OVER:
        for command in more:
            history.play(command)
        assert history.story.ticket == before
        assert next_deadline(before) is None


@LIVES
@given(histories(), st.lists(COMMANDS, min_size=1, max_size=6))
def test_what_the_view_does_not_offer_is_refused(history: History, more: list[AnyCommand]) -> None:
    for command in more:
        offered = allowed(history.story.ticket)
        refused, events = len(history.refused), len(history.story.events)
        history.play(command)
        if command.name in ASKED and command.name not in offered:
            assert (len(history.refused), len(history.story.events)) == (refused + 1, events), command.name
