"""B33: maintenance windows and a ticket's alerts at the console."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalation.terms import Role
from tests.api.conftest import Api
from tests.api.test_maintenance import asked, linked
from tests.api.visit import visit_of, words_of

PAGE = "/console/maintenance"
HOSTILE = "<script>alert(1)</script>"


def local(at: datetime) -> str:
    """As a browser in Chicago, where the manager works, sends it."""
    return at.astimezone(ZoneInfo("America/Chicago")).strftime("%Y-%m-%dT%H:%M")


async def test_b33_a_window_is_planned_by_the_viewers_clock_and_ended(api: Api) -> None:
    visit = await visit_of(api)
    assert "every alert counts" in words_of(await visit.get(PAGE))
    until = api.clock.at + timedelta(hours=3)
    said = {"client": "acme-dental", "ends_at": local(until), "reason": HOSTILE, "key": "one-form"}
    for _ in range(2):
        assert (await visit.send(PAGE, **said)).status_code == 303
    (window,) = api.maintenance.all.values()
    assert (window.ends_at, window.starts_at, window.made_by) == (until, api.clock.at, "grace")
    page = await visit.get(PAGE)
    assert "Acme Dental" in words_of(page)
    assert HOSTILE not in page.text
    assert (await visit.send(f"{PAGE}/{window.id}/end")).status_code == 303
    assert "every alert counts" in words_of(await visit.get(PAGE))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_at": ""}, "Enter a day and a time."),
        ({"reason": ""}, "Say what is done"),
        ({"client": ""}, "needs a kind of fault"),
        ({"client": "nobody-inc"}, "There is no client"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    api: Api, changes: dict[str, str], said: str
) -> None:
    visit = await visit_of(api)
    good = {"client": "acme-dental", "ends_at": local(api.clock.at + timedelta(hours=3)), "reason": "patches"}
    answer = await visit.send(PAGE, **(good | changes | {"asset": "FS-01"}))
    assert answer.status_code >= 400
    assert said in words_of(answer)
    assert 'value="FS-01"' in answer.text
    assert api.maintenance.all == {}


async def test_a_viewer_of_one_client_sees_its_windows_and_an_auditor_gets_no_form(api: Api) -> None:
    for client in ("acme-dental", "harbor-law"):
        await api.post("/v1/maintenance", asked(api, client=client))
    mine = words_of(await (await visit_of(api, "tomas", Role.TECHNICIAN, "acme-dental")).get(PAGE))
    assert "Acme Dental" in mine
    assert "Harbor" not in mine
    auditor = await visit_of(api, "ada", Role.AUDITOR)
    assert "Plan it" not in words_of(await auditor.get(PAGE))


async def test_b33_the_page_of_a_ticket_lists_its_alerts_with_the_senders_own_links(api: Api) -> None:
    ticket = (await api.open())["id"]
    visit = await visit_of(api)
    assert "Alerts" not in words_of(await visit.get(f"/console/tickets/{ticket}"))
    bad = linked(api, 2, ticket).model_copy(update={"summary": HOSTILE})
    spoilt = bad.model_copy(update={"links": (bad.links[0].model_copy(update={"href": "javascript:alert(1)"}),)})
    api.alerts.linked[ticket] = [linked(api, 1, ticket), spoilt]
    page = await visit.get(f"/console/tickets/{ticket}")
    for said in ("Alerts", "disk 1", "Paged", "Graph"):
        assert said in words_of(page)
    assert 'href="https://prom.example/g"' in page.text
    assert "javascript:" not in page.text
    assert HOSTILE not in page.text
