"""The first page, and the list of tickets that its numbers lead to."""

from datetime import timedelta

import pytest

from escalation.terms import Role
from tests.api.conftest import Api
from tests.api.visit import visit_of, words_of


async def test_r88_the_first_page_says_which_ticket_to_take_next_and_why(api: Api) -> None:
    ordinary = await api.open(subject="Labels come out blank")
    serious = await api.open(
        subject="Files are being encrypted", category="security.ransomware", impact=1, urgency=1, external_id="2"
    )
    page = await (await visit_of(api)).get("/console/")
    first = page.text.partition('class="first"')[2].partition("</tr>")[0]
    assert "Files are being encrypted" in first
    assert "Emergency, not accepted" in first
    assert page.text.index(f"next-{serious['id']}") < page.text.index(f"next-{ordinary['id']}")


async def test_r64_handoffs_that_nobody_has_accepted_stand_by_themselves_until_somebody_does(api: Api) -> None:
    ticket = await api.open(subject="Labels come out blank")
    visit = await visit_of(api)

    def handoffs(page: str) -> str:
        return page.partition("Handoffs that nobody has accepted")[2].partition("</section>")[0]

    assert "Labels come out blank" in handoffs((await visit.get("/console/")).text)
    await api.ask(ticket, "accept", {"contacted": True})
    assert "Everything that was handed over is accepted." in handoffs((await visit.get("/console/")).text)


async def test_people_and_clients_are_called_by_their_names(api: Api) -> None:
    ticket = await api.open()
    said = words_of(await (await visit_of(api)).get("/console/"))
    assert api.policy.people[ticket["owner"]].name in said
    assert "Acme Dental" in said
    assert "tier_1" not in said


async def test_times_are_said_by_the_clock_of_the_place_where_one_works(api: Api) -> None:
    await api.open()
    chicago = await (await visit_of(api)).get("/console/tickets")
    warsaw = await (await visit_of(api, "marek", Role.TECHNICIAN)).get("/console/tickets")
    assert "Times are shown in America/Chicago." in chicago.text
    assert "Times are shown in Europe/Warsaw." in warsaw.text
    assert "CST" in chicago.text
    assert "CET" in warsaw.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"Labels", "Cannot"}),
        ("?words=labels", {"Labels"}),
        ("?accepted=yes", {"Cannot"}),
        ("?stage=closed", set()),
        ("?stage=&order=newest", {"Labels", "Cannot"}),
        ("?owner=nobody-of-ours", set()),
    ],
)
async def test_the_list_shows_just_what_its_address_asks_for(api: Api, asked: str, found: set[str]) -> None:
    await api.open(subject="Labels come out blank")
    await api.ask(await api.open(subject="Cannot sign in", external_id="2"), "accept", {"contacted": True})
    said = words_of(await (await visit_of(api)).get(f"/console/tickets{asked}"))
    assert {word for word in ("Labels", "Cannot") if word in said.partition("Show")[2]} == found


@pytest.mark.parametrize("asked", ["?stage=nowhere", "?cursor=nonsense", "?order=by+chance", "?cursor=%00"])
async def test_an_address_that_cannot_be_read_is_answered_with_a_page(api: Api, asked: str) -> None:
    answer = await (await visit_of(api)).get(f"/console/tickets{asked}")
    assert answer.status_code in (400, 422)
    assert "text/html" in answer.headers["content-type"]


async def test_a_page_says_when_a_part_of_it_has_become_old(api: Api) -> None:
    await api.open()
    visit = await visit_of(api)
    api.clock.at += timedelta(hours=5)
    assert "Handoff overdue" in words_of(await visit.get("/console/"))
