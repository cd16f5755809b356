"""Sources over HTTP: made, changed, tried out, their secrets renewed without a gap."""

from typing import Any

import pytest

from escalation.terms import Role
from tests.api.conftest import Api
from tests.api.machines import FIRING, GROUP

PROMETHEUS: dict[str, Any] = {"id": "prometheus", "kind": "alertmanager", "map": {"client": "acme-dental"}}
GENERIC: dict[str, Any] = {
    "id": "backups",
    "kind": "generic",
    "map": {
        "client_from": "customer.ref",
        "clients": {"C-1": "acme-dental"},
        "fields": {"items": "jobs", "fault": "job", "summary": "text", "severity": "level", "action": "state"},
        "actions": {"failed": "trigger", "ok": "clear"},
    },
}


async def made(api: Api, body: dict[str, Any] = PROMETHEUS) -> dict[str, Any]:
    answer = await api.post("/v1/sources", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def heard(api: Api, secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return (await api.client.post("/v1/intake/prometheus", json=GROUP, headers=headers)).status_code


async def test_a_source_is_made_with_a_secret_that_is_shown_once_and_opens_the_door(api: Api) -> None:
    new = await made(api)
    assert (new["path"], new["source"]["scheme"]) == ("/v1/intake/prometheus", "bearer")
    assert await heard(api, new["secret"]) == 202
    for path in ("/v1/sources", "/v1/sources/prometheus"):
        assert new["secret"] not in (await api.get(path)).text
    assert new["secret"] not in repr(api.sources)


@pytest.mark.parametrize(
    ("kind", "scheme", "path"),
    [
        ("pagerduty", None, "/v2/enqueue"),
        ("datto", "path", "/v1/intake/x/{secret}"),
        ("cloudevents", "standard_webhooks", "/v1/intake/x"),
        ("connectwise", None, "/v1/intake/x"),
    ],
)
async def test_each_kind_is_told_where_its_sender_posts_to(api: Api, kind: str, scheme: str | None, path: str) -> None:
    new = await made(api, {"id": "x", "kind": kind, "scheme": scheme, "map": {"client": "acme-dental"}})
    assert new["path"] == path.format(secret=new["secret"])
    if kind == "pagerduty":
        assert len(new["secret"]) == 32


async def test_b38_a_secret_is_renewed_without_a_gap(api: Api) -> None:
    first = await made(api)
    second = (await api.post("/v1/sources/prometheus/secrets")).json()
    api.clock.at = api.clock.at.replace(minute=30)
    assert [await heard(api, each["secret"]) for each in (first, second)] == [202, 202]
    third = await api.post("/v1/sources/prometheus/secrets")
    assert (third.status_code, third.json()["code"]) == (409, "conflict")
    old = f"/v1/sources/prometheus/secrets/{first['secret_id']}"
    headers = {"Authorization": f"Bearer {api.token()}"}
    assert (await api.client.delete(old, headers=headers)).status_code == 200
    api.clock.at = api.clock.at.replace(minute=31)
    assert [await heard(api, each["secret"]) for each in (first, second)] == [401, 202]
    last = f"/v1/sources/prometheus/secrets/{second['secret_id']}"
    assert (await api.client.delete(last, headers=headers)).status_code == 409


async def test_who_signs_may_bring_a_secret_and_nobody_else(api: Api) -> None:
    good = "whsec_" + "c2VjcmV0" * 5
    signed = {"id": "x", "kind": "standard_webhooks", "map": {"client": "acme-dental"}}
    assert (await made(api, {**signed, "secret": good}))["secret"] == good
    for body in ({**signed, "id": "y", "secret": "whsec_short"}, {**PROMETHEUS, "secret": good}):
        answer = await api.post("/v1/sources", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "secret")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "quarantine"}, "id"),
        ({"id": "Not An Id"}, "id"),
        ({"scheme": "header"}, "scheme"),
        ({"map": {}}, "map.client"),
        ({"map": {"client": "nobody"}}, "map.client"),
        ({"map": {"client": "acme-dental", "client_from": "x"}}, "map.client"),
        ({"map": {"client_from": "labels.tenant"}}, "map.clients"),
        ({"map": {"client_from": "labels.", "clients": {"x": "acme-dental"}}}, "map.client_from"),
        ({"map": {"client_from": "labels.tenant", "clients": {"x": "nobody"}}}, "map.clients.x"),
        ({"map": {"client": "acme-dental", "category": "no.such"}}, "map.category"),
        ({"map": {"client": "acme-dental", "categories": {"Disk*": "no.such"}}}, "map.categories.Disk*"),
        ({"map": {"client": "acme-dental", "site": "the moon"}}, "map.site"),
        ({"map": {"client": "acme-dental", "severities": {"bad": 7}}}, "map.severities.bad"),
        ({"map": {"client": "acme-dental", "fields": {"fault": "x"}}}, "map.fields"),
        ({"map": {"client": "acme-dental", "colour": "red"}}, "map.colour"),
        ({"kind": "generic", "map": {"client": "acme-dental"}}, "map.fields.fault"),
        ({"kind": "generic", "map": {"client": "acme-dental", "fields": {"colour": "x"}}}, "map.fields.colour"),
        ({"kind": "generic", "map": {"client": "acme-dental", "fields": {"fault": "("}}}, "map.fields.fault"),
    ],
)
async def test_a_source_that_cannot_work_is_refused_with_the_field(
    api: Api, change: dict[str, Any], field: str
) -> None:
    answer = await api.post("/v1/sources", PROMETHEUS | change)
    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json()["errors"]], answer.text
    assert not api.sources.sources


async def test_a_changed_map_is_a_version_of_its_own_and_the_former_ones_stay(api: Api) -> None:
    await made(api)
    headers = {"Authorization": f"Bearer {api.token()}"}
    how = {"client_from": "labels.tenant", "clients": {"acme": "acme-dental"}}
    changed = await api.client.put("/v1/sources/prometheus", json={"map": how, "note": "ours"}, headers=headers)
    assert (changed.json()["version"], changed.json()["note"]) == (2, "ours")
    found = (await api.get("/v1/sources/prometheus/versions")).json()["versions"]
    assert [(each["version"], each["map"]["client"]) for each in found] == [(2, None), (1, "acme-dental")]
    wrong = await api.client.put("/v1/sources/prometheus", json={"map": {"client": "nobody"}}, headers=headers)
    assert wrong.json()["errors"][0]["field"] == "map.client"


async def test_a_body_is_tried_out_and_nothing_is_kept(api: Api) -> None:
    await made(api)
    tried = (await api.post("/v1/sources/prometheus/try", {"body": GROUP})).json()
    assert [(each["fault"], each["client"]) for each in tried["alerts"]] == [(FIRING["fingerprint"], "acme-dental")]
    assert tried["wrong"] == []
    assert (api.bodies.kept, api.drain.woken) == ({}, 0)


async def test_a_trial_says_field_by_field_what_is_wrong(api: Api) -> None:
    await made(api, GENERIC)
    job = {"job": "nightly", "text": "Backup failed", "state": "failed", "customer": {"ref": "C-1"}}

    async def wrong(body: object, how: object = None) -> list[tuple[str, str]]:
        answer = await api.post("/v1/sources/backups/try", {"body": body} | ({"map": how} if how else {}))
        return [(each["field"], each["code"]) for each in answer.json()["wrong"]]

    assert await wrong({"jobs": [job]}) == []
    assert await wrong("no JSON") == [("body", "not_json")]
    assert await wrong({"jobs": {}}) == [("map.fields.items", "no_alerts")]
    assert await wrong({"jobs": [{**job, "text": ""}]}) == [("map.fields.summary", "no_summary")]
    assert await wrong({"jobs": [{**job, "state": "odd"}]}) == [("map.actions", "unknown_action")]
    assert await wrong({"jobs": [{**job, "customer": {"ref": "C-2"}}]}) == [("map.clients", "unknown_client")]
    assert await wrong({"jobs": [{**job, "customer": 1}]}) == [("map.client_from", "no_client")]
    assert await wrong({"jobs": [job]}, {**GENERIC["map"], "category": "no.such"}) == [("map.category", "map_unsound")]


async def test_who_does_not_run_the_desk_changes_no_source_and_a_token_for_some_clients_sees_none(api: Api) -> None:
    await made(api)
    technician = api.token("marek", Role.TECHNICIAN)
    assert (await api.get("/v1/sources", token=technician)).status_code == 200
    for path in ("", "/prometheus/secrets", "/prometheus/disable", "/prometheus/enable"):
        body = PROMETHEUS if not path else None
        assert (await api.post(f"/v1/sources{path}", body, token=technician)).json()["code"] == "forbidden"
    partner = api.token("grace", Role.SERVICE_MANAGER, "acme-dental")
    for path in ("/v1/sources", "/v1/sources/prometheus", "/v1/intake/quarantine"):
        assert (await api.get(path, token=partner)).status_code == 403


async def test_what_is_not_there_is_not_found_and_what_is_there_not_made_twice(api: Api) -> None:
    await made(api)
    assert (await api.post("/v1/sources", PROMETHEUS)).json()["code"] == "conflict"
    for path in ("", "/versions"):
        assert (await api.get(f"/v1/sources/nobody{path}")).json()["code"] == "source_not_found"
    for path in ("disable", "enable", "secrets"):
        assert (await api.post(f"/v1/sources/nobody/{path}")).json()["code"] == "source_not_found"


async def test_a_source_is_shut_out_and_let_in_again(api: Api) -> None:
    new = await made(api)
    assert (await api.post("/v1/sources/prometheus/disable")).json()["disabled_at"]
    assert await heard(api, new["secret"]) == 404
    assert (await api.post("/v1/sources/prometheus/enable")).json()["disabled_at"] is None
    api.clock.at = api.clock.at.replace(minute=30)
    assert await heard(api, new["secret"]) == 202


# --------------------------------------------------------------------------------------------------- quarantine
async def put_aside(api: Api, many: int = 3) -> str:
    secret = str((await made(api))["secret"])
    for number in range(1, many + 1):
        assert await heard(api, secret) == 202
        api.bodies.put_aside(number, "unknown_client", "The source's map knows no client 'acme'.")
    return secret


async def test_what_nobody_could_read_is_seen_with_why_and_read_again(api: Api) -> None:
    await put_aside(api)
    listed = (await api.get("/v1/intake/quarantine", limit=2)).json()
    assert [(each["number"], each["code"]) for each in listed["bodies"]] == [
        (3, "unknown_client"),
        (2, "unknown_client"),
    ]
    assert [
        each["number"] for each in (await api.get("/v1/intake/quarantine", before=listed["older"])).json()["bodies"]
    ] == [1]
    one = (await api.get("/v1/intake/quarantine/2")).json()
    assert FIRING["fingerprint"] in one["text"]
    assert one["headers"]["authorization"] == "(redacted)"
    woken = api.drain.woken
    assert (await api.post("/v1/intake/quarantine/2/replay")).json() == {"replayed": 1}
    assert (await api.post("/v1/intake/quarantine/2/replay")).json()["code"] == "conflict"
    assert (await api.post("/v1/intake/quarantine/replay", {"source": "prometheus"})).json() == {"replayed": 2}
    assert len(api.bodies.waiting(10)) == 3
    assert api.drain.woken == woken + 2


async def test_a_body_is_discarded_with_a_reason_and_stays_on_record(api: Api) -> None:
    await put_aside(api, 1)
    path = "/v1/intake/quarantine/1/discard"
    assert (await api.post(path, {"reason": "  "})).status_code == 422
    assert (await api.post(path, {"reason": "ours"}, token=api.token("marek", Role.TECHNICIAN))).status_code == 403
    assert (await api.post(path, {"reason": "a test of ours"})).status_code == 204
    assert (await api.post(path, {"reason": "again"})).status_code == 409
    kept = (await api.get("/v1/intake/quarantine/1")).json()["aside"]
    assert (kept["state"], kept["reason"], kept["dealt_by"]) == ("discarded", "a test of ours", "grace")
    assert (await api.get("/v1/intake/quarantine/9")).json()["code"] == "not_found"
