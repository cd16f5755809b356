"""When an event is tried again, and what it says."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from escalation.webhooks import JITTER, KINDS, SCHEDULE, Answer, Delivery, after, never_sent

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
NEW = Delivery(id="msg_1", sequence=1, kind="ticket.opened", ticket_id="T-1", at=NOW, next_at=NOW)
answers = st.builds(
    Answer,
    status=st.one_of(st.none(), st.integers(100, 599)),
    said=st.just(""),
    wait=st.one_of(st.none(), st.integers(0, 86_400).map(lambda n: timedelta(seconds=n))),
)
chances = st.floats(0, 1, exclude_max=True)


def test_r105_an_event_is_tried_ten_times_over_seventy_five_hours() -> None:
    now, delivery, tried = NOW, NEW, []
    while delivery.next_at:
        now = delivery.next_at
        tried.append(now)
        delivery = after(delivery, Answer(status=500, said=""), now, 0.5)
    assert (delivery.state, len(tried)) == ("failed", 10)
    assert [late - early for early, late in pairwise(tried)] == list(SCHEDULE)
    assert timedelta(hours=75) < tried[-1] - tried[0] < timedelta(hours=76)


@given(st.lists(st.tuples(answers, chances), min_size=1, max_size=14))
def test_every_event_ends_arrived_or_failed_and_is_never_tried_after_that(said: list[tuple[Answer, float]]) -> None:
    delivery = NEW
    for answer, chance in said:
        if delivery.next_at is None:
            break
        before, delivery = delivery, after(delivery, answer, delivery.next_at, chance)
        assert (delivery.state == "delivered") == answer.taken
        assert (delivery.next_at is None) == (delivery.state in ("delivered", "failed"))
        if delivery.next_at and before.next_at:
            least = SCHEDULE[len(delivery.tries) - 1] * (1 - JITTER)
            assert delivery.next_at - before.next_at >= max(least, answer.wait or least)
    assert len(delivery.tries) <= 10


def test_a_receiver_that_wants_no_more_is_not_asked_again() -> None:
    assert after(NEW, Answer(status=410, said=""), NOW, 0.5).state == "failed"


def test_the_kinds_are_those_of_the_journal() -> None:
    assert {"ticket.opened", "ticket.escalated", "ticket.resolved", "ticket.paged"} <= set(KINDS)
    assert never_sent(["ticket.*", "ticket.opened", "*"]) == []
    assert never_sent(["tickets.*", "ticket.opend"]) == ["tickets.*", "ticket.opend"]
