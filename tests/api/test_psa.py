"""Other systems in step: what the API and the console say of them, who may ask, and hints of changes."""

from base64 import b64encode

import pytest

from escalation.psa.link import Link
from escalation.psa.ports import Connection, LogLine
from escalation.terms import Role
from tests.api.conftest import Api
from tests.api.visit import visit_of, words_of
from tests.unit.rules.story import MONDAY


def connected(api: Api, **changes: object) -> Connection:
    said = Connection(name="helpdesk", connector="django-helpdesk", url="http://there", user="us", made_at=MONDAY)
    api.linked.kept["helpdesk"] = said.model_copy(update=changes)
    api.linked.links = [
        Link(connection="helpdesk", record_id="1", ticket_id="T-1"),
        Link(connection="helpdesk", record_id="2"),
    ]
    api.linked.log = [
        LogLine(connection="helpdesk", record_id="1", ticket_id="T-1", kind="refused", key="k", field="status",
                text="A resolution needs <resolution>.", at=MONDAY),
    ]  # fmt: skip
    return api.linked.kept["helpdesk"]


async def test_r105_how_far_each_connection_is_and_what_was_refused_is_told(api: Api) -> None:
    connected(api)
    (line,) = (await api.get("/v1/psa")).json()["connections"]
    assert (line["connection"]["name"], line["standing"]["linked"], line["standing"]["not_run"]) == ("helpdesk", 1, 1)
    (said,) = (await api.get("/v1/psa/helpdesk/log")).json()["lines"]
    assert (said["kind"], said["ticket_id"]) == ("refused", "T-1")
    assert (await api.get("/v1/psa/other/log")).status_code == 404


async def test_a_token_of_some_clients_sees_no_connection(api: Api) -> None:
    connected(api)
    token = api.token("tomas", Role.TECHNICIAN, "acme-dental")
    for path in ("/v1/psa", "/v1/psa/helpdesk/log"):
        assert (await api.get(path, token=token)).json()["code"] == "forbidden"


@pytest.mark.parametrize(
    ("body", "named"),
    [({"record_ids": [1, "2"]}, ("1", "2")), ({"ticket": {"id": 7, "title": "x"}}, ("7",)), ({}, None)],
)
async def test_r105_a_hint_wakes_the_connection_whoever_words_it(
    api: Api, body: dict[str, object], named: tuple[str, ...] | None
) -> None:
    connected(api)
    token = api.token("helpdesk", Role.INTEGRATION)
    assert (await api.post("/v1/psa/helpdesk/hints", body, token=token)).status_code == 202
    assert api.wakes.woken == ([("helpdesk", "changed", named)] if named else [])


async def test_a_hint_may_carry_its_token_as_the_password_of_its_address(api: Api) -> None:
    connected(api)
    secret = api.token("helpdesk", Role.INTEGRATION)
    basic = {"Authorization": f"Basic {b64encode(f'psa:{secret}'.encode()).decode()}"}
    answer = await api.client.post("/v1/psa/helpdesk/hints", json={"ticket": {"id": 7}}, headers=basic)
    assert answer.status_code == 202


async def test_a_hint_of_a_technician_of_no_connection_or_of_nothing_is_refused(api: Api) -> None:
    connected(api)
    technician = api.token("tomas", Role.TECHNICIAN)
    assert (await api.post("/v1/psa/helpdesk/hints", {"record_ids": ["1"]}, token=technician)).status_code == 403
    assert (await api.post("/v1/psa/other/hints", {"record_ids": ["1"]})).status_code == 404
    assert (await api.post("/v1/psa/helpdesk/hints", {"ticket": "x"})).status_code == 422
    assert (await api.post("/v1/psa/helpdesk/hints", {"record_ids": ["1"] * 101})).status_code == 422
    assert api.wakes.woken == []


async def test_r105_whoever_steers_the_desk_has_a_record_a_ticket_or_everything_looked_at_again(api: Api) -> None:
    connected(api)
    dispatcher = api.token("dana", Role.DISPATCHER)
    for body in ({"record_ids": ["1"]}, {"ticket_id": "T-1"}, {}):
        assert (await api.post("/v1/psa/helpdesk/sync", body, token=dispatcher)).status_code == 202
    assert api.wakes.woken == [
        ("helpdesk", "changed", ("1",)), ("helpdesk", "moved", ("T-1",)), ("helpdesk", "changed", ()),
    ]  # fmt: skip
    technician = api.token("tomas", Role.TECHNICIAN)
    assert (await api.post("/v1/psa/helpdesk/sync", {}, token=technician)).json()["code"] == "forbidden"
    api.wakes.away = True
    assert (await api.post("/v1/psa/helpdesk/sync", {}, token=dispatcher)).status_code == 503


async def test_r105_the_console_shows_connections_and_refusals_and_looks_again(api: Api) -> None:
    visit = await visit_of(api)
    assert "No other system is connected" in words_of(await visit.get("/console/psa"))
    connected(api, away_since=MONDAY, error="it answered 502")
    seen = words_of(await visit.get("/console/psa"))
    assert "away" in seen
    assert "it answered 502" in seen
    page = await visit.get("/console/psa/helpdesk")
    assert "refused here" in words_of(page)
    assert "&lt;resolution&gt;" in page.text
    answer = await visit.send("/console/psa/helpdesk/sync", record="1")
    assert answer.status_code == 303
    assert api.wakes.woken == [("helpdesk", "changed", ("1",))]
    assert "looked at again" in words_of(await visit.get("/console/psa/helpdesk?asked=one"))


async def test_the_console_keeps_what_was_entered_when_it_is_refused_and_offers_it_to_nobody_else(api: Api) -> None:
    connected(api)
    visit = await visit_of(api)
    refused = await visit.send("/console/psa/helpdesk/sync", record="9" * 101)
    assert refused.status_code == 422
    assert "9" * 101 in refused.text
    technician = await visit_of(api, "tomas", Role.TECHNICIAN)
    assert "Look again" not in words_of(await technician.get("/console/psa/helpdesk"))
    assert (await technician.send("/console/psa/helpdesk/sync")).status_code == 403
