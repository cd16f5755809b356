"""The door for machines: who comes in, what is kept of it, and what they are answered."""

import asyncio
import json
from base64 import b64encode
from datetime import timedelta

import pytest

from api.intake.crowd import Crowd
from escalation.alerts.source import Scheme, Secret, SourceKind
from tests.api.conftest import Api
from tests.api.machines import EVENT, FIRING, GROUP, KEY, machine, signed


async def test_what_alertmanager_says_is_kept_before_it_is_answered_and_somebody_is_woken(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    answer = await prometheus.send(GROUP)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    await asyncio.sleep(0)
    assert api.drain.woken == 1
    ((alert,),) = [reading.alerts for reading in prometheus.said()]
    assert (alert.fault, alert.client, alert.severity) == (FIRING["fingerprint"], "acme-dental", 1)


async def test_a_bearer_key_may_come_as_the_password_of_basic(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    basic = b64encode(f"tierline:{KEY}".encode()).decode()
    assert (await prometheus.send(GROUP, Authorization=f"Basic {basic}")).status_code == 202


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer wrong", f"Bearer {KEY}x", "Basic !!", "Basic /w==", f"Digest {KEY}", "Bearer \xff"]
)
async def test_r105_without_its_key_a_source_is_not_heard_and_nothing_of_it_is_kept(api: Api, said: str) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    answer = await api.client.post(
        f"/v1/intake/{prometheus.id}", json=GROUP, headers={b"Authorization": said.encode("latin-1")}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert not api.bodies.kept


async def test_a_token_of_people_opens_nothing_here(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    assert (await prometheus.send(GROUP, Authorization=f"Bearer {api.token()}")).status_code == 401


async def test_an_unknown_source_is_told_so_and_a_disabled_one_the_same(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    api.sources.disable(prometheus.id, api.clock())
    for path in (f"/v1/intake/{prometheus.id}", "/v1/intake/nobody", "/v1/intake/quarantine"):
        answer = await api.client.post(path, json=GROUP, headers=prometheus.proof(b""))
        assert (answer.status_code, answer.json()["code"]) == (404, "source_not_found")
    assert not api.bodies.kept


async def test_a_retired_secret_opens_the_door_no_more_and_the_new_one_did_all_along(api: Api) -> None:
    webhooks = machine(api, SourceKind.STANDARD_WEBHOOKS)
    fresh = "whsec_" + "bmV3" * 10
    api.sources.add_secret(webhooks.id, Secret(id="s2", text=fresh), "grace", api.clock())
    assert (await webhooks.send(b"{}", **signed(b"{}", webhook_id="msg_2", secret=fresh))).status_code == 202
    assert (await webhooks.send(b"{}")).status_code == 202
    assert api.sources.retire_secret(webhooks.id, "s1", api.clock())
    api.clock.at += timedelta(seconds=11)
    assert (await webhooks.send(b"{}")).status_code == 401


async def test_a_source_that_was_just_made_is_known_within_a_second(api: Api) -> None:
    assert (await api.client.post("/v1/intake/alertmanager", json=GROUP)).status_code == 404
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    api.clock.at += timedelta(seconds=1)
    assert (await prometheus.send(GROUP)).status_code == 202


async def test_of_many_that_come_first_nobody_is_unknown(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    answers = await asyncio.gather(*(prometheus.send(GROUP) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert len(prometheus.stored()) == 20


async def test_a_key_in_the_address_opens_the_door_and_stands_in_no_answer(api: Api) -> None:
    datto = machine(api, SourceKind.GENERIC, Scheme.PATH)
    assert (await datto.send({"x": 1}, path=f"/{KEY}")).status_code == 202
    answer = await datto.send({"x": 1}, path="/wrong-key")
    assert answer.status_code == 401
    assert "wrong-key" not in answer.text


async def test_a_key_where_the_source_has_none_opens_nothing(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    assert (await prometheus.send(GROUP, path=f"/{KEY}")).status_code == 401


async def test_what_proves_a_sender_is_not_kept(api: Api) -> None:
    rmm = machine(api, SourceKind.GENERIC, Scheme.HEADER)
    await rmm.send({"x": 1}, Cookie="session=1", **{"User-Agent": "rmm/1"})
    kept = api.bodies.kept[1][1].headers
    assert (kept["x-key"], kept["cookie"], kept["user-agent"]) == ("(redacted)", "(redacted)", "rmm/1")


# -------------------------------------------------------------------------------------------- Standard Webhooks
async def test_r105_b38_a_signed_webhook_is_kept_once_however_often_it_is_sent(api: Api) -> None:
    webhooks = machine(api, SourceKind.STANDARD_WEBHOOKS)
    answers = [await webhooks.send({"x": 1}) for _ in range(3)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, answers[0].json())] * 3
    assert len(webhooks.stored()) == 1


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_b38_a_signature_of_another_time_is_refused(api: Api, minutes: int) -> None:
    webhooks = machine(api, SourceKind.STANDARD_WEBHOOKS)
    raw = b'{"x": 1}'
    assert (await webhooks.send(raw, **signed(raw, timedelta(minutes=minutes)))).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,=="},
        {"webhook-signature": "v1,a,b"},
        {"webhook-signature": "v1a,AAAA"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e400"},
        {"webhook-id": ""},
        {"webhook-id": "msg_2"},
    ],
)
async def test_b38_a_malformed_or_foreign_signature_is_refused(api: Api, change: dict[str, str]) -> None:
    webhooks = machine(api, SourceKind.STANDARD_WEBHOOKS)
    assert (await webhooks.send({"x": 1}, **change)).status_code == 401
    assert not api.bodies.kept


async def test_b38_a_body_that_was_changed_or_is_no_text_is_refused(api: Api) -> None:
    webhooks = machine(api, SourceKind.STANDARD_WEBHOOKS)
    for raw in (b'{"x": 2}', b"\xff\xfe"):
        assert (await webhooks.send(raw, **signed(b'{"x": 1}'))).status_code == 401


# ---------------------------------------------------------------------------------------------------- PagerDuty
async def test_whatever_alerts_pagerduty_can_alert_us(api: Api) -> None:
    pagerduty = machine(api, SourceKind.PAGERDUTY)
    for path in ("/v2/enqueue", f"/v1/intake/{pagerduty.id}"):
        answer = await api.client.post(path, json=EVENT)
        assert (answer.status_code, answer.json()) == (
            202,
            {"status": "success", "message": "Event processed", "dedup_key": "disk/web-1"},
        )
    assert [alert.fault for reading in pagerduty.said() for alert in reading.alerts] == ["disk/web-1"] * 2


async def test_a_routing_key_is_not_kept_even_written_with_escapes(api: Api) -> None:
    machine(api, SourceKind.PAGERDUTY)
    plain = json.dumps({"routing_key": KEY})
    for sent in (plain, plain.replace(f'"{KEY}', f'"\\u006b{KEY[1:]}')):
        assert (await api.client.post("/v2/enqueue", content=sent)).status_code == 202
    assert not any(KEY[1:].encode() in arrived.body for _, arrived in api.bodies.kept.values())


async def test_an_event_without_a_dedup_key_is_told_the_one_that_its_fault_goes_by(api: Api) -> None:
    pagerduty = machine(api, SourceKind.PAGERDUTY)
    event = {name: value for name, value in EVENT.items() if name != "dedup_key"}
    told = (await api.client.post("/v2/enqueue", json=event)).json()["dedup_key"]
    assert [alert.fault for reading in pagerduty.said() for alert in reading.alerts] == [told]


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"\xff", b'{"routing_key": 1}', b'{"routing_key": "other"}'])
async def test_an_event_without_a_known_routing_key_is_refused(api: Api, raw: bytes) -> None:
    machine(api, SourceKind.PAGERDUTY)
    for path in ("/v2/enqueue", "/v1/intake/pagerduty"):
        assert (await api.client.post(path, content=raw)).status_code == 401
    assert not api.bodies.kept


# ------------------------------------------------------------------------------------------ too much, too large
@pytest.mark.parametrize(
    ("kind", "status"),
    [(SourceKind.ALERTMANAGER, 503), (SourceKind.CONNECTWISE, 429), (SourceKind.GENERIC, 503)],
)
async def test_what_cannot_be_kept_is_answered_so_that_its_sender_comes_again(
    api: Api, kind: SourceKind, status: int
) -> None:
    sender = machine(api, kind, Scheme.BEARER)
    assert (await sender.send(GROUP)).status_code == 202
    api.bodies.away = api.sources.away = True
    api.clock.at += timedelta(seconds=60)
    answer = await sender.send(GROUP)
    assert (answer.status_code, "Retry-After" in answer.headers) == (status, True)
    api.bodies.away = api.sources.away = False
    assert (await sender.send(GROUP)).status_code == 202


async def test_while_nobody_knows_who_it_is_connectwise_is_told_to_slow_down_and_others_to_come_again(api: Api) -> None:
    api.sources.away = True
    assert (await api.client.post("/v1/intake/any", json={})).status_code == 503
    assert (await api.client.post("/v2/enqueue", json=EVENT)).status_code == 503
    signature = {"x-content-signature": "AAAA"}
    assert (await api.client.post("/v1/intake/any", json={}, headers=signature)).status_code == 429


async def test_when_too_much_waits_more_is_told_to_come_again(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    for _ in range(100):
        await prometheus.send(GROUP)
    crowd: Crowd = api.app.state.reception._crowd
    await crowd.count()
    assert (await prometheus.send(GROUP)).json()["code"] == "overloaded"
    api.bodies.take(range(1, 101))
    await crowd.count()
    assert (await prometheus.send(GROUP)).status_code == 202


async def test_a_large_group_comes_in_and_one_that_is_too_large_is_refused(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    large = {**GROUP, "alerts": [{**FIRING, "fingerprint": str(each)} for each in range(1500)]}
    assert (await prometheus.send(large)).status_code == 202
    assert len(prometheus.said()[0].alerts) == 1500
    assert (await prometheus.send(b" " * (1024 * 1024 + 1))).status_code == 413


async def test_what_is_no_json_is_kept_for_people_to_see(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    assert (await prometheus.send(b"\xff{")).status_code == 202
    assert api.bodies.kept[1][1].body == b"\xff{"
