"""Children and major incidents over HTTP and at the console."""

from typing import Any
from xml.etree import ElementTree as Xml

from escalation.commands import Adopt
from escalation.terms import Role
from tests.api.conftest import Api
from tests.api.visit import visit_of, words_of

DECLARED = {"commander": "sofia", "communicator": "grace", "reason": "three clients are without a line"}
_ATOM = "{http://www.w3.org/2005/Atom}"


async def family(api: Api) -> tuple[dict[str, Any], dict[str, Any]]:
    """A parent and its child, of another client."""
    parent = await api.open(subject="The line of ISP North is cut")
    child = await api.open(subject="No internet", client="harbor-law", external_id="2")
    answer = await api.post(f"/v1/tickets/{child['id']}/attach", {"parent": parent["id"], "reason": "the same line"})
    assert answer.status_code == 200, answer.text
    await api.tickets.command(parent["id"], Adopt(ticket_id=child["id"]), "adopt")
    return parent, child


async def major(api: Api) -> dict[str, Any]:
    parent, _ = await family(api)
    for command, body in (("declare_major", DECLARED), ("post_update", {"text": "The <cut> is found"})):
        answer = await api.post(f"/v1/tickets/{parent['id']}/{command}", body)
        assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_b8_children_are_listed_by_their_parent_and_those_of_other_clients_only_for_who_may_see_them(
    api: Api,
) -> None:
    parent, child = await family(api)
    found = (await api.get("/v1/tickets", parent=parent["id"])).json()["tickets"]
    assert [each["id"] for each in found] == [child["id"]]
    partner = api.token("portal", Role.INTEGRATION, "acme-dental")
    assert (await api.get("/v1/tickets", parent=parent["id"], token=partner)).json()["tickets"] == []


async def test_b8_nobody_attaches_a_ticket_to_one_that_they_may_not_see(api: Api) -> None:
    parent = await api.open()
    child = await api.open(client="harbor-law", external_id="2")
    token = api.token("portal", Role.INTEGRATION, "harbor-law")
    answer = await api.post(f"/v1/tickets/{child['id']}/attach", {"parent": parent["id"]}, token=token)
    assert (answer.status_code, answer.json()["code"]) == (404, "ticket_not_found")


async def test_b9_a_commander_whom_nobody_knows_is_refused_at_the_field(api: Api) -> None:
    parent = await api.open()
    answer = await api.post(f"/v1/tickets/{parent['id']}/declare_major", DECLARED | {"commander": "nobody"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "unknown_name", "commander")


async def test_b9_major_incidents_are_listed_with_their_words_and_fed_to_status_pages(api: Api) -> None:
    incident = await major(api)
    (found,) = (await api.get("/v1/major-incidents")).json()["incidents"]
    assert (found["ticket_id"], found["updates"][0]["text"]) == (incident["id"], "The <cut> is found")
    feed = await api.get("/v1/major-incidents/feed")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    (entry,) = Xml.fromstring(feed.text).iter(f"{_ATOM}entry")  # noqa: S314 - our own words
    assert entry.findtext(f"{_ATOM}content") == "The <cut> is found"
    assert "Acme Dental" in (entry.findtext(f"{_ATOM}title") or "")
    stranger = api.token("portal", Role.INTEGRATION, "tiny-cafe")
    assert (await api.get("/v1/major-incidents", token=stranger)).json()["incidents"] == []
    assert "entry" not in (await api.get("/v1/major-incidents/feed", token=stranger)).text


async def test_b9_the_first_page_and_the_tickets_say_who_leads_and_who_belongs_to_it(api: Api) -> None:
    incident = await major(api)
    visit = await visit_of(api)
    now = words_of(await visit.get("/console/"))
    assert "Sofia Lindgren commands, Grace Okafor speaks" in now
    assert "The <cut> is found" in now
    page = words_of(await visit.get(f"/console/tickets/{incident['id']}"))
    assert "No internet" in page
    assert "Major incident" in page


async def test_b9_it_is_declared_and_spoken_for_at_the_console(api: Api) -> None:
    parent, _ = await family(api)
    visit = await visit_of(api)
    at = f"/console/tickets/{parent['id']}"
    empty = await visit.send(f"{at}/declare_major", key="k" * 12, update_every="30m")
    assert empty.status_code == 422
    assert all(f'{name}-wrong"' in empty.text for name in ("commander", "communicator", "reason"))
    answer = await visit.send(f"{at}/declare_major", key="l" * 12, update_every="1h", **DECLARED)
    assert answer.status_code == 303, answer.text
    told = await visit.send(f"{at}/post_update", key="m" * 12, text="The cut is found")
    assert told.status_code == 303
    assert "told the clients how it stands" in words_of(await visit.get(at))
