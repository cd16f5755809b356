"""What comes back from phones: receipts that move forward only, and answers that take a ticket up."""

from datetime import timedelta
from itertools import permutations
from urllib.parse import urlencode

import httpx
import pytest

from api.routers.twilio import signature
from escalation.events import Accepted
from escalation.links import AckLink, sealed
from escalation.messages import Message, message_key
from tests.api.conftest import Api
from tests.api.memory_desk import MemoryKeys

NUMBER = "+4930123456"
URL = "https://desk.example"


async def sent(api: Api, path: str, form: dict[str, str], *, signed: str = "a token") -> httpx.Response:
    """As Twilio sends it."""
    headers = {"X-Twilio-Signature": signature(URL + path, form, signed)}
    return await api.client.post(path, data=form, headers=headers)


async def paged(api: Api) -> tuple[str, str]:
    """A ticket whose owner was paged by text, and the owner."""
    ticket = await api.open()
    owner = ticket["owner"]
    people = {**api.policy.people, owner: api.policy.people[owner].model_copy(update={"sms": NUMBER})}
    api.policies.policy = api.policy.model_copy(update={"people": people})
    api.clock.at += timedelta(seconds=6)
    page = Message(
        key=message_key(ticket["id"], 3, "page_owner", owner),
        ticket_id=ticket["id"],
        template="page_owner",
        urgent=True,
        to=owner,
        recipient_kind="person",
        params={"epoch": str(ticket["epoch"])},
        at=api.clock.at,
    )
    api.receipts.pages.append(page)
    return ticket["id"], owner


def taken_up(api: Api, ticket: str) -> list[tuple[str, str | None]]:
    found = (entry.event for entry in api.tickets.stories[ticket])
    return [(event.by, event.channel) for event in found if isinstance(event, Accepted)]


def test_a_signature_is_the_one_that_twilio_makes() -> None:
    """The example of Twilio's own libraries."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature(url, form, "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


async def test_b24_a_text_with_1_and_the_ticket_takes_it_up(api: Api) -> None:
    ticket, owner = await paged(api)
    answer = await sent(api, "/v1/receipts/twilio/sms", {"From": NUMBER, "Body": f"1 {ticket.lower()} "})
    assert answer.headers["content-type"] == "application/xml"
    assert f"<Message>{ticket} is yours" in answer.text
    assert taken_up(api, ticket) == [(owner, "sms")]


@pytest.mark.parametrize(("number", "body"), [(NUMBER, "yes"), (NUMBER, "1"), ("+4940999999", "1 {ticket}")])
async def test_another_text_or_another_number_takes_nothing_up(api: Api, number: str, body: str) -> None:
    ticket, _ = await paged(api)
    answer = await sent(api, "/v1/receipts/twilio/sms", {"From": number, "Body": body.format(ticket=ticket)})
    assert answer.status_code == 200
    assert taken_up(api, ticket) == []


async def test_b24_pressing_1_during_the_call_takes_it_up_and_any_other_key_does_not(api: Api) -> None:
    ticket, owner = await paged(api)
    link = AckLink(
        ticket_id=ticket,
        epoch=api.tickets.tickets[ticket].epoch,
        person=owner,
        channel="voice",
        expires_at=api.clock.at + timedelta(hours=1),
    )
    path = f"/a/{sealed(link, MemoryKeys().keys[0])}/call"
    assert "Nothing was done" in (await sent(api, path, {"Digits": "2"})).text
    assert taken_up(api, ticket) == []
    assert "is yours" in (await sent(api, path, {"Digits": "1"})).text
    assert taken_up(api, ticket) == [(owner, "voice")]


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
async def test_receipts_move_forward_only_in_whatever_order_they_come(api: Api, order: tuple[str, ...]) -> None:
    await paged(api)
    key = api.receipts.pages[0].key
    path = f"/v1/receipts/twilio?{urlencode({'m': key, 'o': 'sms:tomas'})}"
    for status in order:
        answer = await sent(api, path, {"MessageSid": "SM1", "MessageStatus": status})
        assert answer.status_code == 204
    assert api.receipts.states[key, "sms:tomas"] == "read"


async def test_what_twilio_did_not_sign_does_nothing(api: Api) -> None:
    ticket, _ = await paged(api)
    form = {"From": NUMBER, "Body": f"1 {ticket}"}
    assert (await sent(api, "/v1/receipts/twilio/sms", form, signed="another")).status_code == 403
    assert (await api.client.post("/v1/receipts/twilio/sms", data=form)).status_code == 403
    assert (await api.client.post("/v1/receipts/twilio", content=b"\xff\x00")).status_code == 403
    assert taken_up(api, ticket) == []


async def test_a_receipt_for_a_message_that_nobody_sent_is_passed_over(api: Api) -> None:
    path = "/v1/receipts/twilio?m=nothing&o=sms:x"
    assert (await sent(api, path, {"MessageSid": "SM1", "MessageStatus": "delivered"})).status_code == 204
    assert api.receipts.states == {}
