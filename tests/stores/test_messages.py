from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from escalation.messages import Message, Receipt, SendState, message_key
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


def _receipt(state: SendState = "sent") -> Receipt:
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
    outbox.settle(message.key, "mail:tomas", _receipt("failed_permanently"))
    assert outbox.settled(message.key) == {"mail:tomas"}
    (only,) = outbox.for_ticket("t1")
    assert (only.state, [each.receipt for each in only.receipts]) == ("sent", [_receipt()])


def test_one_way_out_is_enough_for_a_message_to_count_as_sent(outbox: Outbox) -> None:
    message = _message()
    outbox.queue([message], "queued")
    outbox.settle(message.key, "ntfy:tomas", _receipt("failed_permanently"))
    assert outbox.for_ticket("t1")[0].state == "failed"
    outbox.settle(message.key, "mail:tomas", _receipt())
    outbox.settle(message.key, "hook:tomas", _receipt("failed_permanently"))
    assert outbox.for_ticket("t1")[0].state == "sent"


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
