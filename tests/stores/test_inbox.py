"""What machines sent, in the real PostgreSQL."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from escalation.alerts import Body, Unreadable
from escalation.alerts.books import Arrival, NewSource
from escalation.alerts.source import Scheme, Secret, SourceKind, SourceMap
from stores.inbox import Bodies
from stores.pulse import Pulses
from stores.sources import Sources
from tests.api.machines import EVENT, FIRING, GROUP
from tests.moments import utc

MONDAY = utc("2026-03-02 09:00")
TO_ACME = SourceMap(client="acme-dental")


@pytest.fixture
def sources(engine: Engine) -> Sources:
    """One of Alertmanager and one of PagerDuty."""
    sources = Sources(engine)
    for kind, scheme in ((SourceKind.ALERTMANAGER, Scheme.BEARER), (SourceKind.PAGERDUTY, Scheme.ROUTING_KEY)):
        new = NewSource(id=kind.value, kind=kind, scheme=scheme, map=TO_ACME)
        assert sources.create(new, Secret(id=f"{kind.value}-1", hash=kind.value.encode()), "grace", MONDAY)
    return sources


@pytest.fixture
def bodies(engine: Engine, sources: Sources) -> Bodies:
    return Bodies(engine)


def arrival(
    source: str = "alertmanager", body: object = GROUP, at: datetime = MONDAY, key: str | None = None
) -> Arrival:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Arrival(source=source, received_at=at, sender_key=key, headers={"user-agent": "a\x00b"}, body=raw)


def test_what_came_waits_in_order_until_it_is_taken(bodies: Bodies) -> None:
    assert bodies.store([arrival(), arrival("pagerduty", EVENT)]) == [True, True]
    assert bodies.store([arrival()]) == [True]
    waiting = bodies.waiting(2)
    assert [(body.number, body.source) for body in waiting] == [(1, "alertmanager"), (2, "pagerduty")]
    bodies.take([1, 2])
    bodies.take([1, 2])
    assert [body.number for body in bodies.waiting(10)] == [3]
    assert bodies.count_waiting(10) == 1


def test_a_body_is_read_by_the_map_of_today_and_remembers_which_that_was(bodies: Bodies, sources: Sources) -> None:
    bodies.store([arrival()])
    (body,) = bodies.waiting(1)
    assert [alert.client for alert in bodies.read(body).alerts] == ["acme-dental"]
    sources.change("alertmanager", SourceMap(client="tiny-cafe"), "grace", MONDAY)
    assert [alert.client for alert in bodies.read(body).alerts] == ["tiny-cafe"]
    bodies.take([body.number])
    found = bodies.body(body.number)
    assert found is not None
    assert (found[0].read_by, found[1].headers, found[1].body) == (2, {"user-agent": "a�b"}, json.dumps(GROUP).encode())


def test_a_large_body_is_read_like_any_other(bodies: Bodies) -> None:
    many = {**GROUP, "alerts": [{**FIRING, "fingerprint": str(each)} for each in range(200)]}
    bodies.store([arrival(body=many), arrival()])
    large, small = bodies.waiting(2)
    assert [len(bodies.read(body).alerts) for body in (large, small)] == [200, 1]


def test_what_was_dealt_with_long_ago_is_forgotten_and_quarantine_is_not(bodies: Bodies) -> None:
    later = MONDAY + timedelta(days=40)
    bodies.store([arrival(key=str(each)) for each in range(4)] + [arrival(at=later)])
    bodies.take([1, 5])
    bodies.put_aside(2, "not_json", "It is none.")
    bodies.put_aside(3, "not_json", "It is none.")
    bodies.discard(3, "a test of ours", "grace", later)
    assert bodies.forget(later - timedelta(days=30)) == 2
    assert [number for number in range(1, 6) if bodies.body(number)] == [2, 4, 5]
    assert bodies.store([arrival(key="0"), arrival(key="1")]) == [True, False]


def test_a_body_of_nobody_is_unreadable(bodies: Bodies) -> None:
    bodies.store([arrival("nobody")])
    with pytest.raises(Unreadable) as fault:
        bodies.read(Body(number=1, source="nobody", received_at=MONDAY))
    assert fault.value.code == "no_source"


def test_b38_the_same_request_of_a_sender_is_kept_once_also_within_one_statement(bodies: Bodies) -> None:
    again, others = arrival(key="msg_1"), [arrival(key="msg_2"), arrival("pagerduty", EVENT, key="msg_1")]
    assert bodies.store([again, again, *others]) == [True, False, True, True]
    assert bodies.store([others[0], again]) == [False, False]
    assert len(bodies.waiting(10)) == 3


def test_b38_of_twenty_at_once_with_one_id_one_is_kept(bodies: Bodies) -> None:
    with ThreadPoolExecutor(20) as pool:
        kept = list(pool.map(lambda _: bodies.store([arrival(key="msg_1")]), range(20)))
    assert kept.count([True]) == 1
    assert len(bodies.waiting(10)) == 1


def test_quarantine_is_seen_and_replayed_or_discarded(bodies: Bodies) -> None:
    bodies.store([arrival(body=b"\x00\xff")] * 3 + [arrival("pagerduty", EVENT)])
    for number in (1, 2, 3, 4, 4):  # twice: it is safe to repeat
        bodies.put_aside(number, "not_json", "a NUL \x00")
    assert not bodies.waiting(10)
    seen = bodies.aside(None, 2)
    assert [(each.number, each.code, each.reason, each.size) for each in seen][1] == (3, "not_json", "a NUL �", 2)
    assert [each.number for each in bodies.aside("alertmanager", 10, before=3)] == [2, 1]
    assert (bodies.discard(1, "a test of ours", "grace", MONDAY), bodies.replay(1)) == (True, False)
    assert (bodies.replay(2), bodies.replay(2)) == (True, False)
    assert bodies.replay_all("alertmanager") == 1
    assert [body.number for body in bodies.waiting(10)] == [2, 3]
    gone = bodies.body(1)
    assert gone is not None
    assert (gone[0].state, gone[0].dealt_by, gone[1].body) == ("discarded", "grace", b"\x00\xff")
    assert bodies.body(99) is None


def test_what_is_put_aside_is_neither_taken_nor_given_again(bodies: Bodies) -> None:
    bodies.store([arrival()])
    bodies.put_aside(1, "not_json", "It is none.")
    bodies.take([1])
    assert [each.number for each in bodies.aside(None, 10)] == [1]


def test_what_waits_is_found_by_its_index_however_much_was_taken(bodies: Bodies, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO intake_bodies (source, received_at, headers, body, state)"
                " SELECT 'alertmanager', now(), '{}', '', 'taken' FROM generate_series(1, 20000)"
            )
        )
        connection.execute(text("ANALYZE intake_bodies"))
        plan = connection.execute(
            text("EXPLAIN SELECT number FROM intake_bodies WHERE state = 'received' ORDER BY number LIMIT 10")
        )
        assert "intake_bodies_waiting" in "".join(row[0] for row in plan)
    bodies.store([arrival()])
    assert len(bodies.waiting(10)) == 1


# ------------------------------------------------------------------------------------------------------ sources
def test_every_change_of_a_map_is_a_version_of_its_own(sources: Sources) -> None:
    second = SourceMap(client_from="labels.tenant", clients={"acme": "acme-dental"}, severities={"bad": 1})
    later = MONDAY + timedelta(hours=1)
    for _ in range(2):
        made = sources.change("alertmanager", second, "grace", later)
        assert made is not None
        assert (made.version, made.map) == (2, second)
    assert [(each.version, each.map) for each in sources.versions("alertmanager")] == [(2, second), (1, TO_ACME)]
    one = sources.one("alertmanager")
    assert one is not None
    assert (one.version, one.map) == (2, second)
    assert sources.change("nobody", second, "grace", later) is None


def test_a_source_is_made_once(sources: Sources) -> None:
    new = NewSource(id="pagerduty", kind=SourceKind.GENERIC, scheme=Scheme.PATH, map=TO_ACME)
    assert sources.create(new, Secret(id="x", hash=b"x"), "grace", MONDAY) is None
    assert [(each.id, each.kind) for each in sources.all()] == [
        ("alertmanager", SourceKind.ALERTMANAGER),
        ("pagerduty", SourceKind.PAGERDUTY),
    ]


def test_at_most_two_secrets_are_live_and_the_last_is_never_retired(sources: Sources) -> None:
    assert not sources.retire_secret("pagerduty", "pagerduty-1", MONDAY)
    assert sources.add_secret("pagerduty", Secret(id="new", hash=b"new"), "grace", MONDAY)
    assert not sources.add_secret("pagerduty", Secret(id="third", hash=b"third"), "grace", MONDAY)
    live = {each.id: each for each in sources.senders()}
    assert {secret.hash for secret in live["pagerduty"].secrets} == {b"pagerduty", b"new"}
    assert sources.retire_secret("pagerduty", "pagerduty-1", MONDAY)
    assert not sources.retire_secret("pagerduty", "pagerduty-1", MONDAY)
    kept = sources.one("pagerduty")
    assert kept is not None
    assert [(each.id, each.retired_at) for each in kept.secrets] == [("new", None), ("pagerduty-1", MONDAY)]


def test_a_disabled_source_lets_nothing_in_until_it_is_enabled(sources: Sources) -> None:
    assert sources.disable("pagerduty", MONDAY)
    assert [each.id for each in sources.senders()] == ["alertmanager"]
    assert sources.disable("pagerduty", None)
    assert len(sources.senders()) == 2
    assert not sources.disable("nobody", MONDAY)
    assert not sources.describe("nobody", "a note")


def test_a_source_says_when_it_was_last_heard_and_what_waits(sources: Sources, bodies: Bodies) -> None:
    later = MONDAY + timedelta(hours=1)
    bodies.store([arrival(at=MONDAY), arrival(at=later), arrival(at=later)])
    bodies.put_aside(1, "not_json", "It is none.")
    prometheus, pagerduty = sources.all()
    assert (prometheus.last_heard_at, prometheus.waiting, prometheus.quarantined) == (later, 2, 1)
    assert (pagerduty.last_heard_at, pagerduty.waiting, pagerduty.quarantined) == (None, 0, 0)


def test_the_pulse_of_the_desk_says_what_waits_and_what_lies_aside(engine: Engine, bodies: Bodies) -> None:
    assert Pulses(engine).pulse(MONDAY).intake.quarantined == {"alertmanager": 0, "pagerduty": 0}
    bodies.store([arrival(at=MONDAY + timedelta(minutes=each)) for each in range(3)])
    bodies.put_aside(1, "not_json", "It is none.")
    seen = Pulses(engine).pulse(MONDAY).intake
    assert (seen.many, seen.oldest_at) == (2, MONDAY + timedelta(minutes=1))
    assert seen.quarantined == {"alertmanager": 1, "pagerduty": 0}
