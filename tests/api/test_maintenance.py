"""B33: maintenance windows and the alerts of a ticket, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.alerts.ports import Linked
from escalation.terms import Role
from tests.api.conftest import Api

HOUR = timedelta(hours=1)


def asked(api: Api, **changes: object) -> dict[str, Any]:
    """An hour from now on, for one client."""
    start = api.clock.at
    usual = {"client": "acme-dental", "starts_at": start.isoformat(), "ends_at": (start + HOUR).isoformat()}
    return usual | {"reason": "patches"} | changes


async def test_b33_a_window_is_planned_once_listed_and_ended_early(api: Api) -> None:
    made = await api.post("/v1/maintenance", asked(api), key="k1")
    assert made.status_code == 201
    assert (await api.post("/v1/maintenance", asked(api), key="k1")).json() == made.json()
    assert (made.json()["made_by"], made.json()["client"]) == ("grace", "acme-dental")
    listed = (await api.get("/v1/maintenance")).json()["windows"]
    assert listed == [made.json()]
    ended = await api.post(f"/v1/maintenance/{made.json()['id']}/end")
    assert (ended.status_code, ended.json()["ended_by"]) == (200, "grace")
    assert (await api.get("/v1/maintenance")).json()["windows"] == []
    assert (await api.post("/v1/maintenance/99/end")).json()["code"] == "not_found"


async def test_b33_whoever_deals_with_alerts_is_told_of_a_window_at_once(api: Api) -> None:
    await api.post("/v1/maintenance", asked(api))
    assert api.drain.woken == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": ""}, "incomplete_command"),
        ({"client": "nobody-inc"}, "unknown_name"),
        ({"client": None}, "incomplete_command"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "incomplete_command"),
        ({"starts_at": "tomorrow"}, "invalid_request"),
        ({"until": "x"}, "invalid_request"),
    ],
)
async def test_a_window_that_says_too_little_or_too_much_is_refused(
    api: Api, changes: dict[str, object], code: str
) -> None:
    assert (await api.post("/v1/maintenance", asked(api, **changes))).json()["code"] == code


async def test_a_token_of_one_client_sees_and_plans_its_own_and_leaves_the_rest_alone(api: Api) -> None:
    other = (await api.post("/v1/maintenance", asked(api, client="harbor-law"))).json()
    token = api.token("tomas", Role.TECHNICIAN, "acme-dental")
    mine = await api.post("/v1/maintenance", asked(api), token=token)
    assert mine.status_code == 201
    assert [w["client"] for w in (await api.get("/v1/maintenance", token=token)).json()["windows"]] == ["acme-dental"]
    assert (await api.post(f"/v1/maintenance/{other['id']}/end", token=token)).json()["code"] == "not_found"
    refused = await api.post("/v1/maintenance", asked(api, client="harbor-law"), token=token)
    assert refused.json()["code"] == "unknown_name"
    every = await api.post("/v1/maintenance", asked(api, client=None, kind="disk*"), token=token)
    assert every.json()["code"] == "forbidden"
    auditor = api.token("ada", Role.AUDITOR)
    assert (await api.post("/v1/maintenance", asked(api), token=auditor)).json()["code"] == "forbidden"


def linked(api: Api, seq: int, ticket_id: str) -> Linked:
    said: dict[str, object] = {
        "seq": seq, "source": "prom", "event_id": f"e{seq}", "number": seq, "client": "acme-dental", "fault": "disk",
        "action": "trigger", "severity": 2, "summary": f"disk {seq}", "occurred_at": api.clock.at,
        "received_at": api.clock.at, "outcome": "opened" if seq == 1 else "linked", "ticket_id": ticket_id,
        "paged": seq == 1, "links": [{"href": "https://prom.example/g", "text": "Graph"}],
    }  # fmt: skip
    return Linked.model_validate(said)


async def test_b33_the_alerts_of_a_ticket_are_listed_page_by_page(api: Api) -> None:
    ticket = (await api.open())["id"]
    api.alerts.linked[ticket] = [linked(api, seq, ticket) for seq in range(1, 6)]
    first = (await api.get(f"/v1/tickets/{ticket}/alerts", limit=3)).json()
    assert [each["seq"] for each in first["alerts"]] == [5, 4, 3]
    rest = (await api.get(f"/v1/tickets/{ticket}/alerts", before=first["next_before"])).json()
    assert ([each["seq"] for each in rest["alerts"]], rest["next_before"]) == ([2, 1], None)
    assert (rest["alerts"][1]["paged"], rest["alerts"][1]["links"][0]["text"]) == (True, "Graph")
    stranger = api.token("tomas", Role.TECHNICIAN, "harbor-law")
    assert (await api.get(f"/v1/tickets/{ticket}/alerts", token=stranger)).json()["code"] == "ticket_not_found"
    assert (await api.get("/v1/tickets/T-nowhere/alerts")).json()["code"] == "ticket_not_found"
