"""Who comes into the console, and what every page of it carries."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.guard import POLICY
from api.console.who import HOME, safe
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.visit import Visit, visit_of, words_of


@pytest.fixture
def stranger(api: Api) -> Visit:
    return Visit(httpx.AsyncClient(transport=httpx.ASGITransport(api.app), base_url="http://api.example"))


async def test_a_stranger_is_led_to_the_door_and_from_there_to_where_they_wanted_to_go(
    api: Api, stranger: Visit
) -> None:
    led = await stranger.client.get("/console/tickets?sla=breached")
    assert (led.status_code, led.headers["location"]) == (
        303,
        "/console/sign-in?next=/console/tickets%3Fsla%3Dbreached",
    )
    let_in = await stranger.send("/console/sign-in", token=api.token(), next="/console/tickets?sla=breached")
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/console/tickets?sla=breached")
    assert (await stranger.client.get("/console/tickets?sla=breached")).status_code == 200


async def test_a_form_that_is_too_large_is_answered_with_a_page(api: Api) -> None:
    visit = await visit_of(api)
    answer = await visit.send("/console/tickets/new", subject="x" * 70_000)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "A form holds at most 65,536 bytes. Go back: what you wrote is still there" in words_of(answer)
    assert answer.headers["Content-Security-Policy"] == POLICY


async def test_a_part_of_a_page_sends_the_whole_page_to_the_door(stranger: Visit) -> None:
    answer = await stranger.client.get("/console/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/console/sign-in?next=/console/")


@pytest.mark.parametrize("token", ["", "tl_nobody_knows_it", "é", "x" * 1000])
async def test_a_bad_token_opens_nothing_and_says_so_at_its_field(stranger: Visit, token: str) -> None:
    answer = await stranger.send("/console/sign-in", token=token)
    assert answer.status_code == 401
    assert 'aria-invalid="true"' in answer.text
    assert "set-cookie" not in answer.headers


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(api: Api, stranger: Visit) -> None:
    cookie = (await stranger.send("/console/sign-in", token=api.token())).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/console" in cookie
    assert "Secure" not in cookie
    sent = await stranger.client.post(
        "/console/sign-in", data={"token": api.token()}, headers={"X-Forwarded-Proto": "https"}
    )
    assert "Secure" in sent.headers["set-cookie"]


async def test_who_signs_out_is_out(api: Api) -> None:
    visit = await visit_of(api)
    assert (await visit.send("/console/sign-out")).headers["location"] == "/console/sign-in"
    assert (await visit.client.get("/console/")).status_code == 303


async def test_a_revoked_token_ends_the_visit(api: Api) -> None:
    visit = await visit_of(api)
    api.tokens.held.clear()
    api.clock.at = api.clock.at.replace(year=2027)
    assert (await visit.client.get("/console/")).status_code == 303


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
async def test_a_form_of_another_site_does_nothing(api: Api, headers: dict[str, str]) -> None:
    visit = await visit_of(api)
    answer = await visit.client.post("/console/sign-out", headers=headers)
    assert answer.status_code == 403
    assert (await visit.client.get("/console/")).status_code == 200


@pytest.mark.parametrize("path", ["/console/", "/console/sign-in", "/console/nowhere", "/console/static/console.css"])
async def test_every_answer_forbids_what_the_console_does_not_need(api: Api, path: str) -> None:
    visit = await visit_of(api)
    answer = await visit.client.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY


async def test_pages_are_kept_nowhere_and_marked_files_for_good(api: Api) -> None:
    visit = await visit_of(api)
    page = await visit.get("/console/")
    assert page.headers["cache-control"] == "no-store"
    file = page.text.partition('href="/console/static/console.css?v=')[2].partition('"')[0]
    assert "immutable" in (await visit.get(f"/console/static/console.css?v={file}")).headers["cache-control"]


async def test_what_a_client_wrote_is_text_and_never_markup(api: Api) -> None:
    await api.open(subject="<script>alert(1)</script><b>Printer</b>")
    page = await (await visit_of(api)).get("/console/")
    assert "<script>alert" not in page.text
    assert "&lt;b&gt;Printer" in page.text


async def test_a_token_for_one_client_shows_that_client_only(api: Api) -> None:
    await api.open(subject="Ours")
    await api.open(subject="Theirs", client=OTHER_CLIENT, external_id="1")
    visit = await visit_of(api, "partner", Role.TECHNICIAN, OTHER_CLIENT)
    for path in ("/console/", "/console/tickets"):
        said = words_of(await visit.get(path))
        assert "Theirs" in said
        assert "Ours" not in said
        assert "On call now" not in said


async def test_a_page_says_that_the_database_is_away_and_tries_again_by_itself(api: Api) -> None:
    visit = await visit_of(api)
    api.store.away = True
    page = await visit.get("/console/")
    assert page.status_code == 503
    assert "tries again by itself" in words_of(page)
    assert "secret host" not in page.text


async def test_what_is_not_there_is_a_page_too(api: Api) -> None:
    page = await (await visit_of(api)).get("/console/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


@given(st.text() | st.from_regex(r"(https?:)?//?[a-z]{1,9}(\.[a-z]{2,3})?/console/.{0,9}"))
def test_the_way_back_is_always_a_page_of_the_console(back: str) -> None:
    assert safe(back).startswith(HOME)
    assert safe(back).isprintable()


def test_the_way_back_is_kept_with_its_query() -> None:
    assert safe("/console/tickets?owner=marek&sla=breached") == "/console/tickets?owner=marek&sla=breached"
