"""What a mail asks for, through the API's own ways: nothing but its sender's client is in reach."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from activities.clerk import Clerk
from escalation.alerts.arrived import Arrived
from escalation.lifecycle import Stage
from escalation.mail import Letter, Thread, read
from escalation.mail.books import Outcome, Raw, Sent
from escalation.mail.judging import named_in
from escalation.messages import Receipt
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api
from tests.unit.mail.letters import ARRIVED, bounce, letter
from tierline.mail_desk import MailDesk

DESK = "desk@msp.example"


@dataclass
class MemoryLetters:
    """Finds tickets by the subject alone, and remembers what became of each mail."""

    api: Api
    outcomes: dict[int, tuple[Outcome, str | None]] = field(default_factory=dict)
    aside: dict[int, str] = field(default_factory=dict)
    settled: list[tuple[str, str, Receipt]] = field(default_factory=list)

    def keep(self, mails: Sequence[Raw], now: datetime) -> None: ...

    def waiting(self, limit: int) -> list[Arrived]:
        return []

    def undone(self, mails: Sequence[Raw]) -> frozenset[str]:
        return frozenset()

    def threads(self, letter: Letter) -> list[Thread]:
        found = (self.api.tickets.tickets.get(name) for name in named_in(letter.subject))
        return [
            Thread(ticket_id=each.id, client=each.client, contact=each.contact.email or "", stage=each.stage)
            for each in found
            if each
        ]

    def lately(self, sender: str, since: datetime, before: int) -> int:
        return 0

    def sent(self, message_ids: Sequence[str]) -> list[Sent]:
        return [Sent(key="k", outlet="mail:a@acme") for each in message_ids if each == "<ours@desk>"]

    def done(self, number: int, letter: Letter, outcome: Outcome, ticket_id: str | None, now: datetime) -> None:
        self.outcomes[number] = (outcome, ticket_id)

    def put_aside(self, number: int, code: str, reason: str) -> None:
        self.aside[number] = code

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None:
        self.settled.append((key, outlet, receipt))


@dataclass
class Post:
    """The clerk at work; each mail has a number of its own unless it is given one again."""

    api: Api
    book: MemoryLetters
    clerk: Clerk
    count: int = 0

    async def comes(self, said: Letter) -> tuple[Outcome, str | None] | str:
        """What became of it."""
        self.count += 1
        await self.clerk.deal(self.count, said)
        return self.book.outcomes.get(self.count) or self.book.aside[self.count]


@pytest.fixture
def post(api: Api) -> Post:
    book = MemoryLetters(api)
    desk = MailDesk(lambda: api.app.state.services)
    return Post(api, book, Clerk(book, desk, book, api.policies, frozenset({DESK}), api.clock))


async def resolved(api: Api) -> dict[str, Any]:
    ticket = await api.open()
    await api.ask(ticket, "accept")
    await api.ask(ticket, "resolve", {"code": "fixed", "cause": "identity", "resolution": "Unlocked the account"})
    return ticket


def about(ticket: dict[str, Any], text: str, **headers: str) -> Letter:
    return letter(text, f"Re: [{ticket['id']}] x", message_id=f"<{abs(hash(text))}@acme>", **headers)


async def test_b32_the_same_mail_opens_one_ticket(post: Post) -> None:
    first, again = await post.comes(letter()), await post.comes(letter())
    assert first == again
    assert first[0] == "opened"
    assert len(post.api.tickets.tickets) == 1


async def test_b32_a_reply_ends_a_wait_and_an_out_of_office_does_not(post: Post) -> None:
    ticket = await post.api.open()
    await post.api.ask(ticket, "accept")
    await post.api.ask(ticket, "hold", {"reason": "waiting_customer", "evidence": {"question_sent": "Which PC?"}})
    away = about(ticket, "I am away", Auto_Submitted="auto-replied")
    assert await post.comes(away) == ("noted", ticket["id"])
    assert post.api.tickets.tickets[ticket["id"]].hold is not None
    assert await post.comes(about(ticket, "PC 12")) == ("said", ticket["id"])
    assert post.api.tickets.tickets[ticket["id"]].hold is None


async def test_b32_who_may_not_speak_for_the_client_changes_nothing(post: Post) -> None:
    ticket = await post.api.open()
    before = post.api.tickets.tickets[ticket["id"]].seq
    assert await post.comes(about(ticket, "x", sender="eve@evil.example")) == "unknown_sender"
    other = f"x@{OTHER_CLIENT}.example"
    opened = await post.comes(about(ticket, "y", sender=other))
    assert opened[0] == "opened"
    assert post.api.tickets.tickets[str(opened[1])].client == OTHER_CLIENT
    assert post.api.tickets.tickets[ticket["id"]].seq == before


async def test_it_is_not_reopens_and_thanks_do_not(post: Post) -> None:
    ticket = await resolved(post.api)
    assert await post.comes(about(ticket, "Thank you!")) == ("said", ticket["id"])
    assert post.api.tickets.tickets[ticket["id"]].stage is Stage.RESOLVED
    assert await post.comes(about(ticket, "It is not.")) == ("said", ticket["id"])
    assert post.api.tickets.tickets[ticket["id"]].stage is Stage.TIER_1


async def test_a_reply_to_what_is_closed_goes_on_in_a_new_ticket(post: Post) -> None:
    ticket = await resolved(post.api)
    await post.api.ask(ticket, "close")
    outcome = await post.comes(about(ticket, "It smokes again."))
    assert outcome[0] == "opened"
    assert post.api.tickets.tickets[str(outcome[1])].reopens == ticket["id"]


@pytest.mark.parametrize("closed", [False, True])
async def test_b20_a_number_is_a_score_even_after_the_close_and_a_low_one_a_task(post: Post, *, closed: bool) -> None:
    ticket = await resolved(post.api)
    if closed:
        await post.api.ask(ticket, "close")
    assert await post.comes(about(ticket, "1\nNobody called me.")) == ("said", ticket["id"])
    path = f"/v1/tickets/{ticket['id']}"
    seen = (await post.api.get(path)).json()
    assert (seen["rating"]["score"], seen["rating"]["comment"]) == (1, "Nobody called me.")
    assert "answer_rating" in seen["allowed"]
    answered = await post.api.post(f"{path}/answer_rating", {"text": "Called her"})
    assert answered.json()["rating"]["answered_by"] == "grace"


async def test_b32_a_bounce_marks_the_message_as_failed_and_a_delay_does_not(post: Post) -> None:
    assert (await post.comes(read(bounce("<ours@desk>", "delayed"), ARRIVED)))[0] == "bounced"
    assert post.book.settled == []
    await post.comes(read(bounce("<ours@desk>"), ARRIVED))
    ((key, outlet, receipt),) = post.book.settled
    assert (key, outlet, receipt.state) == ("k", "mail:a@acme", "failed_perm")
    assert "550 no such user" in receipt.detail


async def test_r57_r108_what_was_said_with_the_client_is_one_thread_and_the_client_sees_how_it_stands(
    post: Post,
) -> None:
    ticket = await post.api.open()
    path = f"/v1/tickets/{ticket['id']}"
    view = (await post.api.get(f"{path}/client-view")).json()
    assert view["status"] == f"{view['owner']} has it, and takes it up shortly."
    assert view["owner"] == post.api.policy.people[ticket["owner"]].name
    assert datetime.fromisoformat(view["next_update_by"]) > post.api.clock()
    await post.api.ask(ticket, "accept", {"contacted": False})
    await post.api.ask(ticket, "contact", {"text": "I call you back", "channel": "phone"})
    await post.comes(about(ticket, "Good."))
    said = (await post.api.get(f"{path}/conversation")).json()["said"]
    assert [(each["direction"], each["channel"], each["text"]) for each in said] == [
        ("out", "phone", "I call you back"),
        ("in", "mail", "Good."),
    ]
    stranger = post.api.token("tomas", Role.TECHNICIAN, OTHER_CLIENT)
    for name in ("conversation", "client-view"):
        assert (await post.api.get(f"{path}/{name}", token=stranger)).status_code == 404
