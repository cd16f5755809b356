"""Mail as it rests in the real PostgreSQL, and the tickets that it is found to be about."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from escalation.events import Cancelled
from escalation.lifecycle import Stage
from escalation.mail import Thread
from escalation.mail.books import Raw, Sent
from escalation.mail.threading import ticket_mark
from escalation.messages import Message, Receipt, message_key
from stores.inbox import Bodies
from stores.journal import Journal
from stores.letters import Letters
from stores.messages import Outbox
from tests.stores.stories import MONDAY, intake, queued, story
from tests.unit.mail.letters import ARRIVED, letter, mail

NOW = ARRIVED + timedelta(minutes=1)
ACME = Thread(ticket_id="T-1", client="acme", stage=Stage.TIER_1)


@pytest.fixture
def letters(engine: Engine) -> Letters:
    """With two tickets on record."""
    books = Journal(engine)
    books.append(story("T-1", intake("T-1"), queued("tomas")))
    books.append(story("T-2", intake("T-2"), queued("tomas")))
    return Letters(engine)


def raw(uid: str, text: str = "It smokes.", message_id: str = "<one@acme>", **headers: str) -> Raw:
    return Raw(uid=uid, arrived_at=ARRIVED, body=mail(text, message_id=message_id, **headers).as_bytes())


def test_a_mail_is_kept_as_it_is_once_however_often_it_comes(letters: Letters) -> None:
    letters.keep([raw("1"), raw("2", message_id="<two@acme>"), raw("3")], NOW)
    letters.keep([raw("4")], NOW)
    letters.keep([], NOW)
    first, second = letters.waiting(10)
    assert (first.body, first.source) == (raw("1").body, "mail")
    assert b"<two@acme>" in second.body


def test_another_sender_cannot_keep_a_mail_out_by_using_its_id(letters: Letters) -> None:
    letters.keep([raw("1", sender="eve@evil.example"), raw("2")], NOW)
    assert len(letters.waiting(10)) == 2


def test_mail_without_an_id_or_that_is_none_is_told_by_its_bytes(letters: Letters) -> None:
    rubbish = [Raw(uid=str(n), arrived_at=ARRIVED, body=body) for n, body in enumerate((b"\x00\xff", b"", b"\x00\xff"))]
    letters.keep(rubbish, NOW)
    assert [each.body for each in letters.waiting(10)] == [b"\x00\xff", b""]


def test_b32_only_what_was_dealt_with_or_put_aside_may_be_put_away(letters: Letters) -> None:
    mails = [raw("1"), raw("2", message_id="<two@acme>"), raw("3", message_id="<three@acme>")]
    letters.keep(mails, NOW)
    assert letters.undone(mails) == {"1", "2", "3"}
    first, second, _ = letters.waiting(10)
    letters.done(first.number, letter(), "said", "T-1", NOW)
    letters.done(first.number, letter(), "said", "T-1", NOW)
    letters.put_aside(second.number, "unknown_sender", "nobody knows him")
    assert letters.undone(mails) == {"3"}
    assert len(letters.waiting(10)) == 1


def test_b32_mail_in_quarantine_is_seen_beside_what_machines_sent_and_can_be_read_again(
    letters: Letters, engine: Engine
) -> None:
    bodies = Bodies(engine)
    letters.keep([raw("1")], NOW)
    assert bodies.waiting(10) == []
    (waiting,) = letters.waiting(10)
    letters.put_aside(waiting.number, "unknown_sender", "nobody knows him")
    (aside,) = bodies.aside("mail", 10)
    assert (aside.code, aside.reason) == ("unknown_sender", "nobody knows him")
    assert bodies.replay(aside.number)
    assert [each.number for each in letters.waiting(10)] == [aside.number]


def test_b32_a_reply_is_about_the_ticket_whose_mails_it_answers_then_about_that_in_its_subject(
    letters: Letters,
) -> None:
    said = letter(subject="Re: [T-2] No mail", References=f"<{ticket_mark('T-1')}@desk.example>")
    assert [thread.ticket_id for thread in letters.threads(said)] == ["T-1", "T-2"]
    assert letters.threads(letter(References=f"<{ticket_mark('T-1')}@desk.example>")) == [ACME]
    assert letters.threads(letter(subject="[T-404]")) == []


def test_b32_a_reply_is_known_by_our_mail_even_where_a_server_changed_its_id(letters: Letters, engine: Engine) -> None:
    outbox, key = Outbox(engine), message_key("T-2", 1, "ack", "a@acme")
    message = Message(
        key=key, ticket_id="T-2", template="ack", urgent=False, to="a@acme", recipient_kind="contact", params={}, at=NOW
    )
    outbox.queue([message], "queued")
    receipt = Receipt(channel="mail", state="accepted", provider_id="<ours@desk>", detail="", at=NOW)
    outbox.settle(key, "mail:a@acme", receipt)
    assert [each.ticket_id for each in letters.threads(letter(In_Reply_To="<ours@desk>"))] == ["T-2"]
    assert letters.sent(["<ours@desk>", "<nobodys@x>"]) == [Sent(key=key, outlet="mail:a@acme")]


def test_b32_who_answers_a_customers_own_mail_is_about_the_same_ticket(letters: Letters) -> None:
    letters.keep([raw("1")], NOW)
    (waiting,) = letters.waiting(1)
    letters.done(waiting.number, letter(), "opened", "T-1", NOW)
    found = letters.threads(letter(message_id="<later@acme>", In_Reply_To="<one@acme-dental.example>"))
    assert [each.ticket_id for each in found] == ["T-1"]


def test_a_merged_ticket_leads_to_the_one_it_went_into(letters: Letters, engine: Engine) -> None:
    Journal(engine).append(story("T-2", Cancelled(at=MONDAY, by="tomas", reason="twice", merged_into="T-1"), first=3))
    assert [each.ticket_id for each in letters.threads(letter(subject="[T-2]"))] == ["T-1"]


def test_how_many_came_lately_counts_those_of_one_sender_before_this_one(letters: Letters) -> None:
    for number in (1, 2, 3):
        letters.done(number, letter(), "said", None, NOW)
    sender = letter().sender
    assert letters.lately(sender, ARRIVED, 3) == 2
    assert letters.lately(sender, NOW, 9) == 0
    assert letters.lately("another@x", ARRIVED, 9) == 0
