from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from escalation.messages import Message, Receipt, message_key
from escalation.outbox import SendState
from escalation.quiet import Held
from stores.messages import Outbox

NOW = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    return Outbox(engine)


def _message(n: int = 1, ticket: str = "t1", **params: str) -> Message:
    return Message(
        key=message_key(ticket, n, "page_owner", "tomas"),
        ticket_id=ticket,
        template="page_owner",
        urgent=True,
        to="tomas",
        recipient_kind="person",
        params=params,
        at=NOW + timedelta(minutes=n),
    )


def _receipt(state: SendState = "accepted") -> Receipt:
    return Receipt(channel="mail", state=state, provider_id="<1@desk>", detail="250 OK", at=NOW)


def test_what_was_said_about_a_ticket_is_told_in_order(outbox: Outbox) -> None:
    first, second = _message(1), _message(2)
    outbox.queue([second, first, _message(1, "t2")], "queued")
    assert [(each.message, each.state) for each in outbox.for_ticket("t1")] == [(first, "queued"), (second, "queued")]


def test_a_message_queued_twice_is_there_once_and_as_it_was(outbox: Outbox) -> None:
    outbox.queue([_message()], "queued")
    outbox.queue([_message(reason="another")], "no_channel")
    (only,) = outbox.for_ticket("t1")
    assert (only.message.params, only.state) == ({}, "queued")


def test_a_receipt_settles_its_outlet_once(outbox: Outbox) -> None:
    message = _message()
    outbox.queue([message], "queued")
    assert outbox.settled(message.key) == frozenset()
    outbox.settle(message.key, "mail:tomas", _receipt())
    outbox.settle(message.key, "mail:tomas", _receipt().model_copy(update={"detail": "again"}))
    assert outbox.settled(message.key) == {"mail:tomas"}
    (only,) = outbox.for_ticket("t1")
    assert (only.state, [each.receipt for each in only.receipts]) == ("accepted", [_receipt()])


def test_one_way_out_is_enough_for_a_message_to_count_as_sent(outbox: Outbox) -> None:
    message = _message()
    outbox.queue([message], "queued")
    outbox.settle(message.key, "ntfy:tomas", _receipt("failed_perm"))
    assert outbox.for_ticket("t1")[0].state == "failed_perm"
    outbox.settle(message.key, "mail:tomas", _receipt())
    outbox.settle(message.key, "hook:tomas", _receipt("failed_perm"))
    assert outbox.for_ticket("t1")[0].state == "accepted"


def test_a_message_that_could_not_be_recorded_has_its_receipt_all_the_same(outbox: Outbox) -> None:
    outbox.settle(_message().key, "mail:tomas", _receipt())
    assert outbox.settled(_message().key) == {"mail:tomas"}
    outbox.queue([_message()], "queued")
    assert [each.outlet for each in outbox.for_ticket("t1")[0].receipts] == ["mail:tomas"]


def test_a_nul_character_does_not_keep_a_message_out(outbox: Outbox) -> None:
    outbox.queue([_message(summary="a\x00b")], "queued")
    assert outbox.for_ticket("t1")[0].message.params == {"summary": "a\N{REPLACEMENT CHARACTER}b"}


def test_many_at_once_do_not_wait_in_a_circle(outbox: Outbox) -> None:
    batch = [_message(n) for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: outbox.queue(batch[:: 1 if turn % 2 else -1], "queued"), range(16)))
    assert len(outbox.for_ticket("t1")) == 20
    outbox.queue([], "queued")


def test_every_try_is_on_record_and_one_that_never_ended_makes_the_next_a_repeat(outbox: Outbox) -> None:
    message = _message()
    outbox.queue([message], "queued")
    assert outbox.begin(message.key, "mail:tomas", NOW) == (1, False)
    assert outbox.for_ticket("t1")[0].state == "sending"
    assert outbox.settled(message.key) == frozenset()
    assert outbox.begin(message.key, "mail:tomas", NOW + timedelta(minutes=1)) == (2, True)
    outbox.end(message.key, "mail:tomas", 2, _receipt())
    (only,) = outbox.for_ticket("t1")
    assert only.state == "accepted"
    assert [(each.n, each.outcome, each.repeat) for each in only.attempts] == [
        (1, "unknown", False),
        (2, "accepted", True),
    ]
    assert outbox.settled(message.key) == {"mail:tomas"}


def test_a_failure_that_is_known_makes_no_repeat(outbox: Outbox) -> None:
    message = _message()
    outbox.queue([message], "queued")
    outbox.begin(message.key, "mail:tomas", NOW)
    outbox.end(message.key, "mail:tomas", 1, _receipt("failed_temp"))
    assert outbox.for_ticket("t1")[0].state == "failed_temp"
    assert outbox.begin(message.key, "mail:tomas", NOW) == (2, False)
    assert outbox.begin(message.key, "sms:tomas", NOW) == (1, False)


def test_what_a_provider_reports_moves_forward_only_even_before_our_own_word(outbox: Outbox) -> None:
    message = _message()
    outbox.queue([message], "queued")
    begun = outbox.begin(message.key, "sms:tomas", NOW)
    outbox.settle(message.key, "sms:tomas", _receipt("delivered"))
    outbox.end(message.key, "sms:tomas", begun.n, _receipt("accepted"))
    outbox.settle(message.key, "sms:tomas", _receipt("failed_perm"))
    assert outbox.for_ticket("t1")[0].state == "delivered"
    outbox.settle(message.key, "sms:tomas", _receipt("read"))
    assert outbox.for_ticket("t1")[0].receipts[0].receipt.state == "read"


def test_many_words_about_one_message_at_once_leave_the_furthest(outbox: Outbox) -> None:
    message = _message()
    outbox.queue([message], "queued")
    words: list[SendState] = ["accepted", "read", "failed_perm", "delivered"] * 4
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: outbox.settle(message.key, f"sms:{n % 2}", _receipt(words[n])), range(16)))
    (only,) = outbox.for_ticket("t1")
    assert only.state == "read"


def test_the_last_page_that_asked_somebody_is_found_by_who_and_which_ticket(outbox: Outbox) -> None:
    outbox.queue([_message(1, epoch="1"), _message(2, epoch="2"), _message(3, "t2", epoch="9")], "queued")
    found = outbox.paged("tomas", "t1")
    assert found is not None
    assert found.params["epoch"] == "2"
    assert outbox.paged("marek", "t1") is None


def _information(n: int, to: str = "tomas") -> Message:
    key = message_key("t1", n, "nudge", to)
    return _message(n).model_copy(update={"key": key, "template": "nudge", "urgent": False, "to": to})


def test_b25_a_held_message_says_until_when_and_why(outbox: Outbox) -> None:
    message = _information(1)
    outbox.queue([message], "queued")
    outbox.hold(message.key, Held(until=NOW, because="quiet hours"))
    (only,) = outbox.for_ticket("t1")
    assert (only.state, only.held) == ("held", Held(until=NOW, because="quiet hours"))


def test_what_waits_for_one_person_goes_with_the_first_that_goes_and_never_twice(outbox: Outbox) -> None:
    batch = [_information(n) for n in range(8)]
    other = _information(9, "marek")
    outbox.queue([*batch, other], "queued")
    for message in (*batch, other):
        outbox.hold(message.key, Held(until=NOW, because="quiet hours"))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda message: outbox.gather(message, NOW), batch))
    carried = [message.key for along in found if along for message in along]
    leaders = [message.key for message, along in zip(batch, found, strict=True) if along is not None]
    assert sorted([*carried, *leaders]) == sorted(message.key for message in batch)
    assert len(leaders) == 1
    assert (
        outbox.gather(next(m for m in batch if m.key == leaders[0]), NOW)
        == found[next(n for n, m in enumerate(batch) if m.key == leaders[0])]
    )


def test_what_is_held_for_longer_does_not_go_along(outbox: Outbox) -> None:
    now, later = _information(1), _information(2)
    outbox.queue([now, later], "queued")
    outbox.hold(now.key, Held(until=NOW, because="quiet hours"))
    outbox.hold(later.key, Held(until=NOW + timedelta(hours=8), because="quiet hours"))
    assert outbox.gather(now, NOW + timedelta(minutes=5)) == []
