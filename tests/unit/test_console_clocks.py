"""Clocks as bars: everything lies inside the bar, adds up, and is said in words."""

from datetime import timedelta

from hypothesis import given

from api.console.ticket.clocks import Bar, bars
from escalation.commands import Accept, Hold, Resolve
from escalation.view import sla_view
from tests.unit.rules.histories import History, histories
from tests.unit.rules.story import Story


def _bars(story: Story) -> dict[str, Bar]:
    return {bar.name: bar for bar in bars(sla_view(story.ticket, story.policy, story.now))}


@given(histories())
def test_no_piece_and_no_mark_of_any_bar_lies_outside_of_it(history: History) -> None:
    for bar in _bars(history.story).values():
        ends = [piece.x + piece.width for piece in bar.pieces]
        assert all(0 <= piece.x <= 100 and piece.width >= 0 for piece in bar.pieces)
        assert all(end <= 100.02 for end in ends)
        assert all(mark.x is None or 0 <= mark.x <= 100 for mark in bar.marks)
        assert bar.words[0].isupper() or bar.words[0].isdigit()


def test_a_bar_says_what_is_used_and_left_and_a_mark_that_passed_stands_where_it_passed() -> None:
    story = Story().open()
    story.do(Accept())
    story.wait(hours=13)
    bar = _bars(story)["resolution"]
    half = next(mark for mark in bar.marks if mark.words == "50 %")
    assert half.passed
    assert half.at == story.ticket.opened_at + timedelta(hours=12)
    assert bar.words == "13 h used, 11 h left of 24 h"


def test_a_hold_is_a_piece_of_its_own_and_the_clock_says_that_it_is_paused() -> None:
    story = Story().open()
    story.do(Accept())
    story.do(Hold(reason="waiting_customer", evidence={"question_sent": "Which phone?"}))
    story.wait(hours=1)
    bar = _bars(story)["resolution"]
    assert bar.state == "paused"
    assert "hold" in {piece.kind for piece in bar.pieces}
    assert "Paused (waiting customer)" in bar.words
    assert all(mark.x is None for mark in bar.marks if not mark.passed)


def test_a_broken_promise_says_by_how_much() -> None:
    story = Story().open()
    story.wait(hours=25)
    bar = _bars(story)["resolution"]
    assert (bar.state, bar.level) == ("breached", "bad")
    assert "1 h over" in bar.words


def test_what_was_kept_comes_last() -> None:
    story = Story().open()
    story.do(Accept(contacted=True))
    story.do(Resolve(code="fixed", cause="identity", resolution="Unlocked the account"))
    assert all(bar.kept for bar in _bars(story).values())
