"""A page is answered from the message itself: a link that asks before it acts, and acts once."""

from datetime import timedelta

import httpx
import pytest

from escalation.events import Accepted, CommandRefused
from escalation.links import LIVES, AckLink, SigningKey, sealed
from escalation.terms import Role
from tests.api.conftest import FULL_NOTE, Api
from tests.api.memory_desk import MemoryKeys

KEY = MemoryKeys().keys[0]


def link_of(api: Api, ticket_id: str, person: str, *, key: SigningKey = KEY, channel: str = "mail") -> str:
    epoch = api.tickets.tickets[ticket_id].epoch
    expires_at = api.clock.at + LIVES
    link = AckLink(ticket_id=ticket_id, epoch=epoch, person=person, channel=channel, expires_at=expires_at)
    return f"/a/{sealed(link, key)}"


async def opened(api: Api) -> tuple[str, str]:
    """A ticket, and who owns it."""
    ticket = await api.open(urgency=1, impact=1)
    return ticket["id"], ticket["owner"]


def accepted(api: Api, ticket_id: str) -> list[Accepted]:
    return [e.event for e in api.tickets.stories[ticket_id] if isinstance(e.event, Accepted)]


async def test_b24_a_page_is_answered_by_its_link_with_the_channel_on_the_timeline(api: Api) -> None:
    ticket, owner = await opened(api)
    answer = await api.client.post(link_of(api, ticket, owner))
    assert answer.status_code == 200
    assert "Taken up" in answer.text
    (taken,) = accepted(api, ticket)
    assert (taken.by, taken.channel) == (owner, "mail")


async def test_b24_a_mail_scanner_that_opens_every_link_takes_nothing_up(api: Api) -> None:
    ticket, owner = await opened(api)
    path = link_of(api, ticket, owner)
    for _ in range(3):
        page = await api.client.get(path)
        assert page.status_code == 200
        assert "I take it" in page.text
    assert (await api.client.head(path)).status_code in (200, 405)
    assert accepted(api, ticket) == []


async def test_a_link_that_is_used_twice_says_that_it_was_done_and_does_it_once(api: Api) -> None:
    ticket, owner = await opened(api)
    path = link_of(api, ticket, owner)
    await api.client.post(path)
    again = await api.client.post(path)
    assert again.status_code == 200
    assert "This was done already" in again.text
    assert "This was done already" in (await api.client.get(path)).text
    assert len(accepted(api, ticket)) == 1


async def test_the_link_of_an_earlier_handoff_changes_nothing_and_is_noted_in_words_once(api: Api) -> None:
    ticket, owner = await opened(api)
    path = link_of(api, ticket, owner)
    await api.ask(ticket, "accept", by=owner)
    moved = await api.ask(ticket, "escalate", {"to_tier": 2, "note": FULL_NOTE, "reason": "knowledge"}, by=owner)
    assert moved.status_code == 200, moved.text
    epoch = api.tickets.tickets[ticket].epoch
    for _ in range(2):
        answer = await api.client.post(path)
        assert answer.status_code == 409
        assert "earlier handoff" in answer.text
    assert api.tickets.tickets[ticket].epoch == epoch
    assert api.tickets.tickets[ticket].accepted_at is None
    noted = [e.event for e in api.tickets.stories[ticket] if isinstance(e.event, CommandRefused)]
    assert [(each.by, each.code) for each in noted] == [(owner, "stale_acknowledgement")]


async def test_a_link_is_good_for_a_day(api: Api) -> None:
    ticket, owner = await opened(api)
    path = link_of(api, ticket, owner)
    api.clock.at += LIVES + timedelta(seconds=1)
    for answer in (await api.client.get(path), await api.client.post(path)):
        assert answer.status_code == 410
        assert "too old" in answer.text
    assert accepted(api, ticket) == []


@pytest.mark.parametrize("token", ["x", "k1.e30.AAAA", "a.b.c.d", "%00", "é"])
async def test_what_is_no_link_of_ours_does_nothing(api: Api, token: str) -> None:
    for answer in (await api.client.get(f"/a/{token}"), await api.client.post(f"/a/{token}")):
        assert answer.status_code == 404
        assert "not known" in answer.text


async def test_a_link_signed_with_another_secret_does_nothing(api: Api) -> None:
    ticket, owner = await opened(api)
    path = link_of(api, ticket, owner, key=SigningKey("k1", b"somebody else's secret of 32 byt"))
    assert (await api.client.post(path)).status_code == 404
    assert accepted(api, ticket) == []


async def test_who_was_not_paged_takes_nothing_up_by_a_link(api: Api) -> None:
    ticket, owner = await opened(api)
    other = next(p for p, known in api.policy.people.items() if known.role == Role.TECHNICIAN and p != owner)
    answer = await api.client.post(link_of(api, ticket, other))
    assert answer.status_code == 409
    assert "take it over" in answer.text
    assert accepted(api, ticket) == []


async def test_who_has_left_the_desk_takes_nothing_up(api: Api) -> None:
    ticket, _ = await opened(api)
    assert (await api.client.post(link_of(api, ticket, "somebody-gone"))).status_code == 403


async def test_while_the_desk_is_away_the_page_says_so_and_the_same_link_works_later(api: Api) -> None:
    ticket, owner = await opened(api)
    path = link_of(api, ticket, owner)
    api.tickets.away = True
    assert (await api.client.get(path)).status_code == 503
    assert (await api.client.post(path)).status_code == 503
    api.tickets.away = False
    assert "Taken up" in (await api.client.post(path)).text
    assert len(accepted(api, ticket)) == 1


async def test_the_page_is_no_place_for_scripts_caches_or_search_engines(api: Api) -> None:
    ticket, owner = await opened(api)
    said: httpx.Headers = (await api.client.get(link_of(api, ticket, owner))).headers
    assert "script-src" not in said["content-security-policy"]
    assert said["content-security-policy"].startswith("default-src 'none'")
    assert (said["cache-control"], said["referrer-policy"]) == ("no-store", "no-referrer")
    assert "noindex" in said["x-robots-tag"]


async def test_what_a_client_wrote_is_text_on_the_page(api: Api) -> None:
    ticket = await api.open(subject="<script>alert(1)</script>")
    page = await api.client.get(link_of(api, ticket["id"], ticket["owner"]))
    assert "<script>" not in page.text
