"""Every format, read as its sender writes it; and whatever else comes, it is a Reading or Unreadable."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from escalation.alerts import Alert, Hint, Reading, Unreadable, formats
from escalation.alerts.arrived import Arrived
from escalation.alerts.source import SourceKind, SourceMap
from tests.api.machines import EVENT, FIRING, GROUP
from tests.moments import utc

NOW = utc("2026-03-02 09:05")
TO_ACME = SourceMap(client="acme-dental")
TEMPLATES = Path(__file__).parents[3] / "policies" / "intake"


def read(
    kind: SourceKind, body: object, how: SourceMap = TO_ACME, headers: dict[str, str] | None = None, number: int = 7
) -> Reading:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return formats.read(kind, Arrived(number=number, source="s", received_at=NOW, headers=headers or {}, body=raw), how)


def one(kind: SourceKind, body: object, how: SourceMap = TO_ACME, headers: dict[str, str] | None = None) -> Alert:
    (alert,) = read(kind, body, how, headers).alerts
    return alert


def refused(kind: SourceKind, body: object, how: SourceMap = TO_ACME) -> str:
    with pytest.raises(Unreadable) as fault:
        read(kind, body, how)
    assert fault.value.reason
    return fault.value.code


# ------------------------------------------------------------------------------------------------- Alertmanager
AM = SourceKind.ALERTMANAGER


def group(*alerts: dict[str, Any], **changes: object) -> dict[str, Any]:
    return GROUP | {"alerts": [FIRING | each for each in alerts]} | changes


def test_an_alert_that_fires_is_read_with_all_that_it_says() -> None:
    alert = one(AM, GROUP)
    assert (alert.fault, alert.action, alert.kind) == ("c4ca4238a0b92382", "trigger", "DiskFull")
    assert (alert.asset, alert.severity, alert.severity_unknown) == ("web-1", 1, False)
    assert alert.summary == "The disk of web-1 is full"
    assert alert.occurred_at == utc("2026-03-02 09:00:00.123456")
    assert [link.text for link in alert.links] == ["Runbook", "Where it was found", "Alertmanager"]
    assert alert.labels["tenant"] == "acme"
    assert alert.group == GROUP["groupKey"]


def test_each_alert_of_a_group_stands_for_itself_by_its_fingerprint() -> None:
    ended = {"fingerprint": "b", "status": "resolved", "endsAt": "2026-03-02T09:04:00Z"}
    reading = read(AM, group({"fingerprint": "a"}, ended, status="firing"))
    assert [(each.fault, each.action) for each in reading.alerts] == [("a", "trigger"), ("b", "clear")]
    assert reading.alerts[1].occurred_at == utc("2026-03-02 09:04")


def test_two_alertmanagers_of_a_pair_say_one_thing_and_a_repeat_nothing_new() -> None:
    pair = [group({}, externalURL=f"http://alertmanager-{each}.example") for each in (1, 2)]
    assert len({one(AM, each).event_id for each in pair}) == 1
    ends = [group({"status": "resolved", "endsAt": f"2026-03-02T09:04:0{each}Z"}) for each in (1, 2)]
    assert len({one(AM, each).event_id for each in ends}) == 1
    assert one(AM, pair[0]).event_id != one(AM, ends[0]).event_id


def test_a_fault_that_comes_back_is_another_event_of_the_same_fault() -> None:
    first, again = one(AM, GROUP), one(AM, group({"startsAt": "2026-03-02T10:00:00Z"}))
    assert (first.fault == again.fault, first.event_id == again.event_id) == (True, False)


def test_an_end_in_the_year_one_means_that_it_is_open() -> None:
    assert one(AM, group({"status": "resolved"})).occurred_at == NOW


def test_what_a_group_left_out_is_said_and_not_taken_for_cleared() -> None:
    reading = read(AM, group({}, truncatedAlerts=12))
    assert [each.action for each in reading.alerts] == ["trigger"]
    assert "left 12 more alerts" in reading.alerts[0].details


def test_an_alert_of_an_unknown_client_keeps_nobody_from_the_rest() -> None:
    how = SourceMap(client_from="labels.tenant", clients={"acme": "acme-dental"})
    reading = read(AM, group({}, {"labels": FIRING["labels"] | {"tenant": "other"}}), how)
    assert [each.client for each in reading.alerts] == ["acme-dental"]
    assert [(each.place, each.code) for each in reading.unread] == [(2, "unknown_client")]
    assert refused(AM, group({"labels": {"tenant": "other"}}), how) == "unknown_client"
    assert refused(AM, group({"labels": {}}), how) == "no_client"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": "3"}, "wrong_version"),
        ({"alerts": []}, "no_alerts"),
        ({"alerts": [{**FIRING, "status": "odd"}]}, "unknown_status"),
        ({"alerts": [{**FIRING, "fingerprint": ""}]}, "no_fingerprint"),
    ],
)
def test_a_group_that_says_nothing_is_unreadable_with_why(change: dict[str, Any], code: str) -> None:
    assert refused(AM, GROUP | change) == code


# ------------------------------------------------------------------------------------------------------ the map
def test_r34_what_a_source_calls_a_security_matter_is_one_of_ours() -> None:
    how = SourceMap(client="acme-dental", category="server.down", categories={"Malware*": "security.alert"})
    named = [group({"labels": {"alertname": name}}) for name in ("MalwareFound", "malware", "DiskFull")]
    assert [one(AM, each, how).category for each in named] == ["security.alert", "security.alert", "server.down"]


def test_the_longest_pattern_that_fits_names_the_category_and_the_name_itself_comes_first() -> None:
    how = SourceMap(client="c", categories={"*": "a", "Disk*": "b", "DiskFull*": "c", "DiskFull": "d"})
    named = [group({"labels": {"alertname": name}}) for name in ("DiskFull", "DiskFullSoon", "DiskSlow", "Cpu")]
    assert [one(AM, each, how).category for each in named] == ["d", "c", "b", "a"]


@pytest.mark.parametrize(
    ("word", "severity", "unknown"),
    [("critical", 1, False), ("MAJOR", 2, False), ("warning", 3, False), ("info", 4, False), ("P4", 4, False),
     ("purple", 3, True), ("", 3, True), ("bad", 2, False)],
)  # fmt: skip
def test_an_unknown_severity_is_a_warning_and_is_marked(word: str, severity: int, unknown: bool) -> None:
    how = SourceMap(client="acme-dental", severities={"Bad": 2})
    alert = one(AM, group({"labels": {"severity": word}}), how)
    assert (alert.severity, alert.severity_unknown) == (severity, unknown)


def test_a_site_may_be_found_in_the_body_and_stays_open_where_it_is_unknown() -> None:
    how = SourceMap(client="acme-dental", site_from="labels.dc", sites={"waw": "warsaw"})
    said = [group({"labels": {"dc": each}}) for each in ("waw", "other")]
    assert [one(AM, each, how).site for each in said] == ["warsaw", None]


# ---------------------------------------------------------------------------------------------------- PagerDuty
PD = SourceKind.PAGERDUTY


def test_an_event_of_pagerduty_is_read_with_all_that_it_says() -> None:
    more = {
        "client": "Nagios",
        "client_url": "https://nagios.example",
        "links": [{"href": "https://wiki.example", "text": "Wiki"}, {"href": "javascript:alert(1)"}],
        "images": [{"src": "https://graph.example/1.png", "alt": "Graph"}],
        "payload": EVENT["payload"] | {"custom_details": {"free": "0 %"}, "group": "storage"},
    }
    alert = one(PD, EVENT | more)
    assert (alert.fault, alert.action, alert.severity, alert.kind) == ("disk/web-1", "trigger", 2, "disk")
    assert (alert.asset, alert.group, alert.details) == ("web-1", "storage", "free: 0 %")
    assert [link.text for link in alert.links] == ["Nagios", "Wiki", "Graph"]


def test_an_event_without_a_time_is_new_each_time_it_comes_and_the_same_fault() -> None:
    first, second = (read(PD, EVENT, number=number).alerts[0] for number in (1, 2))
    assert (first.fault == second.fault, first.event_id == second.event_id) == (True, False)
    timed = EVENT | {"payload": EVENT["payload"] | {"timestamp": "2026-03-02T09:00:00Z"}}
    assert len({read(PD, timed, number=number).alerts[0].event_id for number in (1, 2)}) == 1


@pytest.mark.parametrize(("said", "action"), [("acknowledge", "acknowledge"), ("resolve", "clear")])
def test_an_event_that_ends_something_needs_no_payload(said: str, action: str) -> None:
    alert = one(PD, {"event_action": said, "dedup_key": "disk/web-1"})
    assert (alert.action, alert.fault) == (action, "disk/web-1")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"event_action": "explode"}, "unknown_action"),
        ({"event_action": "resolve", "dedup_key": None}, "no_dedup_key"),
        ({"payload": {"source": "web-1"}}, "no_summary"),
    ],
)
def test_an_event_that_says_nothing_is_unreadable_with_why(change: dict[str, Any], code: str) -> None:
    assert refused(PD, EVENT | change) == code


# -------------------------------------------------------------------------------------------------- CloudEvents
CE = SourceKind.CLOUDEVENTS
CLOUD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "A-1",
    "source": "/backups",
    "type": "com.example.backup.failed",
    "subject": "web-1",
    "time": "2026-03-02T09:00:00Z",
    "data": {"message": "The backup of web-1 failed", "severity": "error"},
}


def test_a_cloudevent_says_the_same_in_each_of_its_modes() -> None:
    headers = {f"ce-{name}": str(value) for name, value in CLOUD.items() if name != "data"}
    binary = one(CE, CLOUD["data"], headers=headers | {"content-type": "application/json"})
    assert one(CE, CLOUD) == binary == one(CE, [CLOUD])
    assert (binary.severity, binary.asset, binary.summary) == (2, "web-1", "The backup of web-1 failed")
    assert formats.sender_key(CE, headers, b"{}") == formats.sender_key(CE, {}, json.dumps(CLOUD).encode())


def test_a_cloudevent_ends_what_another_of_its_subject_began() -> None:
    began, ended = one(CE, CLOUD), one(CE, CLOUD | {"id": "A-2", "type": "com.example.backup.resolved"})
    assert (began.fault, began.action, ended.action) == (ended.fault, "trigger", "clear")


def test_a_cloudevent_is_read_by_the_field_map_where_there_is_one() -> None:
    how = SourceMap(
        client="acme-dental",
        fields={"fault": "data.job", "action": "data.state", "severity": "data.level"},
        actions={"bad": "trigger", "good": "clear"},
    )
    data = {"job": "nightly", "state": "good", "level": "P1"}
    alert = one(CE, CLOUD | {"data": data}, how)
    assert (alert.fault, alert.action, alert.severity) == ("nightly", "clear", 1)
    assert refused(CE, CLOUD, how) == "unknown_action"


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "wrong_version"), ([], "no_alerts"), (CLOUD | {"id": ""}, "no_id"), (CLOUD | {"source": 0}, "no_fault")],
)
def test_what_is_no_cloudevent_is_unreadable(body: object, code: str) -> None:
    if code == "no_fault":
        assert one(CE, body).fault
    else:
        assert refused(CE, body) == code


# ------------------------------------------------------------------------------------------------ the others
NINJA: dict[str, Any] = {
    "id": 4711,
    "activityTime": 1772442000.5,
    "deviceId": 12,
    "severity": "MAJOR",
    "priority": "HIGH",
    "seriesUid": "f1e2",
    "activityType": "CONDITION",
    "statusCode": "TRIGGERED",
    "sourceName": "Disk free space",
    "message": "Disk C: is full",
    "device": {"displayName": "WS-12"},
}


def test_a_condition_of_ninjaone_opens_and_its_reset_clears() -> None:
    began = one(SourceKind.NINJAONE, NINJA)
    ended = one(SourceKind.NINJAONE, NINJA | {"id": 4712, "statusCode": "RESET"})
    assert (began.fault, began.action, began.severity, began.asset) == ("f1e2", "trigger", 2, "WS-12")
    assert began.occurred_at == utc("2026-03-02 09:00:00.5")
    assert (ended.fault, ended.action) == ("f1e2", "clear")
    assert one(SourceKind.NINJAONE, NINJA | {"severity": "NONE", "priority": "LOW"}).severity == 4


def test_an_activity_of_ninjaone_that_is_no_condition_makes_no_alert() -> None:
    assert read(SourceKind.NINJAONE, NINJA | {"activityType": "PATCH_MANAGEMENT"}) == Reading()
    assert refused(SourceKind.NINJAONE, {"x": 1}) == "no_activity"
    assert refused(SourceKind.NINJAONE, NINJA | {"seriesUid": None}) == "no_series"


@pytest.mark.parametrize(
    ("kind", "began", "ended", "key"),
    [
        (SourceKind.DATTO, "datto_triggered", "datto_resolved", "alert_uid"),
        (SourceKind.TACTICAL, "tactical_failure", "tactical_resolved", "alert_id"),
    ],
)
def test_our_templates_make_an_alert_and_clear_it(kind: SourceKind, began: str, ended: str, key: str) -> None:
    filled = [_filled(name, key) for name in (began, ended)]
    first, second = (one(kind, each) for each in filled)
    assert (first.fault, first.action, second.fault, second.action) == ("U-1", "trigger", "U-1", "clear")
    assert (first.severity, first.asset) == (1, "WS-12")
    assert "WS-12" in first.summary


@pytest.mark.parametrize(
    ("kind", "name"), [(SourceKind.DATTO, "datto_triggered"), (SourceKind.TACTICAL, "tactical_failure")]
)
def test_a_template_that_nobody_filled_in_is_seen(kind: SourceKind, name: str) -> None:
    assert refused(kind, (TEMPLATES / f"{name}.json").read_bytes()) == "not_filled_in"
    assert refused(kind, {"event": "triggered"}) in ("no_alert_uid", "no_alert_id")


def _filled(name: str, key: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((TEMPLATES / f"{name}.json").read_text())
    given = {
        key: "U-1",
        "hostname": "WS-12",
        "device_hostname": "WS-12",
        "severity": "critical",
        "alert_priority": "Critical",
    }
    return {field: given.get(field, value if field == "event" else "") for field, value in said.items()} | {
        "message": "Disk is full", "alert_message_en": "Disk is full",
    }  # fmt: skip


CALLBACK: dict[str, Any] = {
    "MessageId": "m-1",
    "Action": "updated",
    "Type": "ticket",
    "ID": 4321,
    "Entity": json.dumps({"id": 4321, "_info": {"lastUpdated": "2026-03-02T09:00:00Z"}}),
    "Metadata": {"key_url": "https://api-na.myconnectwise.net/keys/1"},
}


def test_a_callback_of_connectwise_is_a_hint_to_fetch_the_record() -> None:
    (hint,) = read(SourceKind.CONNECTWISE, CALLBACK, SourceMap()).hints
    assert hint == Hint(
        source="s", event_id="m-1", record_kind="ticket", record_id="4321", action="updated",
        occurred_at=utc("2026-03-02 09:00"),
    )  # fmt: skip
    (bare,) = read(SourceKind.CONNECTWISE, CALLBACK | {"Entity": "{", "MessageId": ""}, SourceMap()).hints
    assert (bare.occurred_at, bare.event_id) == (NOW, "7")
    assert refused(SourceKind.CONNECTWISE, CALLBACK | {"Action": "x"}) == "unknown_action"
    assert refused(SourceKind.CONNECTWISE, CALLBACK | {"ID": None}) == "no_record"


def test_a_standard_webhook_is_read_by_common_names_or_by_its_field_map() -> None:
    body = {"type": "disk.full", "timestamp": "2026-03-02T09:00:00Z", "data": {"id": "d-1", "title": "Full"}}
    kind = SourceKind.STANDARD_WEBHOOKS
    alert = one(kind, body, headers={"webhook-id": "msg_1"})
    assert (alert.event_id, alert.fault, alert.summary, alert.action) == ("msg_1", "d-1", "Full", "trigger")
    assert one(kind, body | {"type": "disk.resolved"}).action == "clear"
    how = SourceMap(client="acme-dental", fields={"fault": "data.title", "summary": "type"})
    assert (one(kind, body, how).fault, one(kind, body, how).summary) == ("Full", "disk.full")
    assert refused(kind, {"type": "x", "data": {}}) == "no_fault"
    assert refused(kind, {"data": {"id": 1}}) == "no_type"


# ---------------------------------------------------------------------------------------------------- whatever
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
SHAPES: dict[SourceKind, dict[str, Any]] = {
    AM: GROUP, PD: EVENT, CE: CLOUD, SourceKind.NINJAONE: NINJA, SourceKind.CONNECTWISE: CALLBACK,
    SourceKind.DATTO: _filled("datto_triggered", "alert_uid"),
    SourceKind.TACTICAL: _filled("tactical_failure", "alert_id"),
    SourceKind.STANDARD_WEBHOOKS: {"type": "x", "timestamp": "now", "data": {"id": 1}},
    SourceKind.GENERIC: {"job": "nightly", "text": "failed", "state": "bad", "items": [{}]},
}  # fmt: skip
MAPS = [
    TO_ACME,
    SourceMap(),
    SourceMap(client_from="labels.tenant", clients={"acme": "c"}, site_from="join(',', @)", categories={"[": "x"}),
    SourceMap(client="c", fields={"fault": "job", "summary": "text", "action": "state"}, actions={"bad": "clear"}),
    SourceMap(client="c", fields={"items": "items", "fault": "sum(@)", "summary": "to_number(text)", "labels": "@"}),
]


@st.composite
def bent(draw: st.DrawFn) -> tuple[SourceKind, bytes]:
    """A body of some kind, with some of its parts, at any depth, replaced by something else."""
    kind = draw(st.sampled_from(list(SourceKind)))
    body = json.loads(json.dumps(SHAPES[kind]))
    for _ in range(draw(st.integers(0, 3))):
        place: Any = body
        while isinstance(place, dict | list) and place:
            name: Any = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[name], dict | list) or not place[name] or draw(st.booleans()):
                place[name] = draw(JSON)
                break
            place = place[name]
    return kind, json.dumps(body).encode()


@settings(max_examples=300, deadline=None)
@given(bent(), st.sampled_from(MAPS))
@example((AM, json.dumps(group({"startsAt": "9" * 400, "fingerprint": "\x00\ud800"})).encode()), TO_ACME)
@example((SourceKind.NINJAONE, json.dumps(NINJA | {"activityTime": 1e300, "id": 10**400}).encode()), TO_ACME)
def test_a_body_that_is_bent_anyhow_is_a_reading_or_unreadable(bent: tuple[SourceKind, bytes], how: SourceMap) -> None:
    _holds(bent[0], bent[1], how, {})


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(list(SourceKind)),
    st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()) | st.just(b"[" * 5000),
    st.sampled_from(MAPS),
    st.sampled_from([{}, {"ce-specversion": "1.0", "ce-id": "%zz\x00", "ce-source": "s", "ce-type": "t"}]),
)
def test_whatever_comes_is_a_reading_or_unreadable(
    kind: SourceKind, body: bytes, how: SourceMap, headers: dict[str, str]
) -> None:
    _holds(kind, body, how, headers)


def _holds(kind: SourceKind, body: bytes, how: SourceMap, headers: dict[str, str]) -> None:
    formats.sender_key(kind, headers, body)
    with suppress(Unreadable):
        written = read(kind, body, how, headers).model_dump_json().replace("\\\\", "")
        assert "\\u0000" not in written  # PostgreSQL could not keep it


@pytest.mark.parametrize("kind", SourceKind)
def test_the_shapes_that_are_bent_can_be_read_as_they_are(kind: SourceKind) -> None:
    how = MAPS[3] if kind is SourceKind.GENERIC else TO_ACME
    reading = read(kind, SHAPES[kind], how)
    assert len(reading.alerts) + len(reading.hints) == 1
