"""R57, R108: one thread of what was said, and one way to say how a ticket stands."""

from typing import NamedTuple

from escalation.commands import Accept, ContactMade, Hold, Resolve
from escalation.conversation import client_view, conversation, status
from escalation.events import Entry
from escalation.messages import Message, message_key
from tests.unit.rules.story import POLICY, Story, at_tier


class Posted(NamedTuple):
    message: Message
    state: str = "accepted"


def message(story: Story, template: str, kind: str = "contact", **params: str) -> Posted:
    key = message_key(story.ticket.id, 1, template, "x")
    said = {"ticket_id": story.ticket.id, "summary": "No mail", **params}
    return Posted(
        Message.model_validate(
            {"key": key, "ticket_id": story.ticket.id, "template": template, "urgent": False, "to": "x",
             "recipient_kind": kind, "params": said, "at": story.now}
        )
    )  # fmt: skip


def entries(story: Story, *events: object) -> list[Entry]:
    return [
        Entry.model_validate({"ticket_id": story.ticket.id, "seq": n, "policy_version": "1", "event": event})
        for n, event in enumerate(events, 1)
    ]


def test_r57_both_directions_and_all_channels_are_one_thread_in_order() -> None:
    story = at_tier(1)
    letter = message(story, "ack", owner_name="tomas", due_local="Mon 12:00")
    story.wait(minutes=5)
    told = story.do(ContactMade(text="We are on it", channel="phone"))
    story.wait(minutes=5)
    heard = story.do(ContactMade(direction="inbound", text="Thanks", channel="mail"))
    said = conversation(entries(story, *told, *heard), [letter], POLICY.messages, POLICY.called)
    assert [(each.direction, each.channel) for each in said] == [("out", "mail"), ("out", "phone"), ("in", "mail")]
    assert "Tomas Novak looks after it" in said[0].text
    assert (said[0].template, said[0].state) == ("ack", "accepted")


def test_r57_what_the_desk_says_to_itself_is_no_part_of_it() -> None:
    story = at_tier(1)
    assert conversation([], [message(story, "page_owner", "person")], POLICY.messages, POLICY.called) == ()


def test_r57_a_message_that_cannot_be_put_into_words_has_none() -> None:
    story = at_tier(1)
    (said,) = conversation([], [message(story, "ack")], POLICY.messages, POLICY.called)
    assert said.text == ""


def test_r108_the_client_reads_who_has_it_how_it_stands_and_when_they_hear_next() -> None:
    story = at_tier(1)
    seen = client_view(story.ticket, POLICY.called)
    assert (seen.owner, seen.status) == (POLICY.called(story.ticket.owner), f"{seen.owner} is working on it.")
    assert seen.next_update_by is not None
    assert seen.promised_by == story.clock("resolution").due_at
    story.do(Hold(reason="waiting_customer", evidence={"question_sent": "Which PC?"}))
    assert status(story.ticket, POLICY.called) == 'We wait for your answer: "Which PC?"'


def test_r108_what_is_resolved_says_how_and_promises_nothing_more() -> None:
    story = at_tier(1)
    story.do(Resolve(code="fixed", cause="hardware", resolution="Replaced the cable"))
    seen = client_view(story.ticket, POLICY.called)
    assert seen.status == 'It is resolved: "Replaced the cable" If it is not, reply and we go on with it.'
    assert (seen.next_update_by, seen.promised_by) == (None, None)
    assert Accept.name not in seen.status
