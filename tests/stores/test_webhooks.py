"""Events out of the journal onto their way, once each, in PostgreSQL."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from escalation.webhooks import Answer, Delivery, after
from stores.journal import Journal
from stores.webhook_log import WebhookLog
from stores.webhooks import Webhooks
from tests.stores.stories import short_life

NOW = datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
def webhooks(engine: Engine) -> Webhooks:
    return Webhooks(engine)


@pytest.fixture
def log(engine: Engine) -> WebhookLog:
    return WebhookLog(engine, "https://desk.example")


def subscribed(webhooks: Webhooks, *kinds: str, clients: tuple[str, ...] | None = None) -> str:
    made, _ = webhooks.add(
        url="https://psa.example/hook", kinds=kinds or ("*",), clients=clients, note="", by="grace", at=NOW
    )
    return made.id


def fed(log: WebhookLog, its_id: str) -> list[Delivery]:
    log.feed(its_id, NOW)
    return list(reversed(log.deliveries(its_id, None, None, 500)))


def test_r105_every_event_of_a_ticket_is_put_on_its_way_once_and_numbered(
    engine: Engine, webhooks: Webhooks, log: WebhookLog
) -> None:
    its_id = subscribed(webhooks)
    story = short_life("T-1")
    Journal(engine).append(story)
    assert webhooks.behind() == [its_id]
    sent = fed(log, its_id)
    assert [each.kind for each in sent] == [f"ticket.{entry.event.kind}" for entry in story]
    assert [each.sequence for each in sent] == list(range(1, len(story) + 1))
    assert fed(log, its_id) == sent
    assert webhooks.behind() == []


def test_what_is_sent_is_thin_and_holds_nothing_that_a_client_wrote(
    engine: Engine, webhooks: Webhooks, log: WebhookLog
) -> None:
    its_id = subscribed(webhooks)
    story = short_life("T-1")
    Journal(engine).append(story)
    for each in fed(log, its_id):
        content = json.dumps(each.payload)
        assert len(content) < 1_000
        assert "No mail" not in content
        assert "https://desk.example/v1/tickets/T-1" in content


def test_only_the_kinds_and_clients_that_were_asked_for_are_sent(
    engine: Engine, webhooks: Webhooks, log: WebhookLog
) -> None:
    some = subscribed(webhooks, "ticket.opened", "ticket.q*")
    others = subscribed(webhooks, clients=("somebody-else",))
    Journal(engine).append(short_life("T-1"))
    assert {each.kind for each in fed(log, some)} == {"ticket.opened", "ticket.queued"}
    assert fed(log, others) == []


def test_what_was_before_the_subscription_is_not_sent(engine: Engine, webhooks: Webhooks, log: WebhookLog) -> None:
    Journal(engine).append(short_life("T-1"))
    its_id = subscribed(webhooks)
    Journal(engine).append(short_life("T-2"))
    assert {each.ticket_id for each in fed(log, its_id)} == {"T-2"}


def test_a_transaction_that_ends_late_is_not_passed_over(engine: Engine, webhooks: Webhooks, log: WebhookLog) -> None:
    """The mark is not set behind what may still appear, whatever was committed in between."""
    its_id = subscribed(webhooks)
    with engine.connect() as slow:
        slow.execute(text("SELECT pg_current_xact_id()"))  # it has its place in the order, and has written nothing yet
        Journal(engine).append(short_life("T-2"))
        assert fed(log, its_id) == []
        slow.commit()
    assert {each.ticket_id for each in fed(log, its_id)} == {"T-2"}


def test_two_who_feed_at_once_put_nothing_on_its_way_twice(engine: Engine, webhooks: Webhooks, log: WebhookLog) -> None:
    its_id = subscribed(webhooks)
    Journal(engine).append(short_life("T-1"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: log.feed(its_id, NOW), range(8)))
    sequences = [each.sequence for each in log.deliveries(its_id, None, None, 500)]
    assert sorted(sequences) == list(range(1, len(short_life("T-1")) + 1))


def test_a_database_restored_into_another_server_goes_on(engine: Engine, webhooks: Webhooks, log: WebhookLog) -> None:
    its_id = subscribed(webhooks)
    with engine.begin() as connection:
        connection.execute(text("UPDATE webhooks SET fed_xid = 4000000000000"))  # counted by a server that is no more
    Journal(engine).append(short_life("T-1"))
    assert webhooks.behind() == [its_id]
    assert {each.ticket_id for each in fed(log, its_id)} == {"T-1"}
    assert webhooks.behind() == []


def test_r105_what_failed_is_sent_again_under_its_own_id(engine: Engine, webhooks: Webhooks, log: WebhookLog) -> None:
    its_id = subscribed(webhooks, "ticket.opened")
    Journal(engine).append(short_life("T-1"))
    (one,) = fed(log, its_id)
    while one.state != "failed":
        one = after(one, Answer(status=500, said="answered 500"), NOW, 0.5)
        log.tried(one)
    assert log.due(its_id, NOW + timedelta(days=9), 10) == []
    assert log.replay(its_id, "grace", NOW, since=NOW - timedelta(hours=1)) == 1
    (again,) = log.due(its_id, NOW, 10)
    assert (again.id, len(again.tries), again.tries[-1].again_by) == (one.id, 11, "grace")
    assert after(again, Answer(status=500, said=""), NOW, 0.5).state == "retrying"


def test_who_wants_no_more_gets_no_more_until_somebody_switches_it_on(
    engine: Engine, webhooks: Webhooks, log: WebhookLog
) -> None:
    its_id = subscribed(webhooks)
    Journal(engine).append(short_life("T-1"))
    fed(log, its_id)
    log.switch_off(its_id, "410")
    assert log.next_at(its_id) is None
    Journal(engine).append(short_life("T-2"))
    assert webhooks.behind() == []
    webhooks.change(its_id, state="on", off_because="")
    assert {each.ticket_id for each in fed(log, its_id) if each.state == "queued"} == {"T-2"}


def test_both_secrets_sign_for_a_day_after_a_change(webhooks: Webhooks) -> None:
    made, first = webhooks.add(url="https://x.example", kinds=["*"], clients=None, note="", by="grace", at=NOW)
    second = webhooks.rotate(made.id, NOW)
    assert webhooks.secrets(made.id, NOW + timedelta(hours=23)) == (second, first)
    assert webhooks.secrets(made.id, NOW + timedelta(hours=25)) == (second,)
    (shown, health), *_ = webhooks.all()
    assert (shown.id, health.waiting) == (made.id, 0)


def test_a_subscription_that_is_forgotten_takes_its_log_along(
    engine: Engine, webhooks: Webhooks, log: WebhookLog
) -> None:
    its_id = subscribed(webhooks)
    Journal(engine).append(short_life("T-1"))
    fed(log, its_id)
    (_, health), *_ = webhooks.all()
    assert health.waiting == len(short_life("T-1"))
    assert webhooks.drop(its_id)
    assert log.deliveries(its_id, None, None, 10) == []
