"""What is on its way to other programs: taken from the journal in the order of its commits, once, and kept a month."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, text, update

from escalation.events import EVENT, Entry
from escalation.webhooks import Delivery, Subscription, Try, kind_of, payload
from stores.database import transaction
from stores.schema import journal, webhook_deliveries, webhooks

KEPT = timedelta(days=30)
_AT_A_TIME = 1000  # entries of the journal
# Only what transactions wrote that are over, with everything before them: nothing can still appear behind the mark.
_NEW = text("""
SELECT CAST(CAST(j.xid AS text) AS bigint) AS fed_xid, j.ticket_id, j.seq, j.policy_version, j.request_id, j.event,
    j.recorded_at, t.client, t.imported
FROM journal j JOIN tickets t ON t.ticket_id = j.ticket_id
WHERE j.xid >= CAST(CAST(:fed_xid AS text) AS xid8) AND j.xid < pg_snapshot_xmin(pg_current_snapshot())
    AND (CAST(CAST(j.xid AS text) AS bigint), j.ticket_id, j.seq) > (:fed_xid, :fed_ticket, :fed_seq)
    AND j.recorded_at >= :fed_since
ORDER BY j.xid, j.ticket_id, j.seq LIMIT :most
""")
_LAST = text("SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)")


class WebhookLog:
    """The deliveries of every subscription."""

    def __init__(self, engine: Engine, public_url: str = "") -> None:
        self._engine, self._public_url = engine, public_url

    def feed(self, its_id: str, at: datetime) -> bool:
        """Put what is new in the journal on its way, all of it or nothing; whether there may be more."""
        with transaction(self._engine) as connection:
            row = connection.execute(select(webhooks).where(webhooks.c.id == its_id).with_for_update()).first()
            if row is None or row.state != "on":
                return False
            new = connection.execute(_NEW, _mark(connection, row) | {"most": _AT_A_TIME}).all()
            if new:
                self._queue(connection, row, new, at)
            forgotten = (webhook_deliveries.c.webhook == its_id) & (webhook_deliveries.c.at < at - KEPT)
            connection.execute(delete(webhook_deliveries).where(forgotten, webhook_deliveries.c.next_at.is_(None)))
        return len(new) == _AT_A_TIME

    def _queue(
        self, connection: Connection, row: Row[*tuple[Any, ...]], new: Sequence[Row[*tuple[Any, ...]]], at: datetime
    ) -> None:
        wants = Subscription.model_validate({name: getattr(row, name) for name in Subscription.model_fields})
        found = [(line, _entry(line)) for line in new if not line.imported]
        wanted = [(line, entry) for line, entry in found if wants.wants(kind_of(entry), line.client)]
        rows = [
            self._row(wants.id, entry, line.client, row.sequence + place, at)
            for place, (line, entry) in enumerate(wanted, start=1)
        ]
        if rows:
            connection.execute(insert(webhook_deliveries), rows)
        last = new[-1]
        fed = {"fed_xid": last.fed_xid, "fed_ticket": last.ticket_id, "fed_seq": last.seq}
        sequence = row.sequence + len(rows)
        connection.execute(update(webhooks).where(webhooks.c.id == wants.id).values(**fed, sequence=sequence))

    def due(self, its_id: str, at: datetime, most: int) -> list[Delivery]:
        """Those to be tried now, the oldest first."""
        asked = (
            select(webhook_deliveries)
            .where(webhook_deliveries.c.webhook == its_id, webhook_deliveries.c.next_at <= at)
            .order_by(webhook_deliveries.c.next_at, webhook_deliveries.c.sequence)
            .limit(most)
        )
        with transaction(self._engine) as connection:
            return [_delivery(row) for row in connection.execute(asked)]

    def next_at(self, its_id: str) -> datetime | None:
        """When the next is to be tried."""
        asked = select(webhook_deliveries.c.next_at).where(
            webhook_deliveries.c.webhook == its_id, webhook_deliveries.c.next_at.is_not(None)
        )
        with transaction(self._engine) as connection:
            return connection.execute(asked.order_by(webhook_deliveries.c.next_at).limit(1)).scalar()

    def tried(self, delivery: Delivery) -> None:
        """Write down what came of a try."""
        said = delivery.model_dump(mode="json", include={"tries"})
        changed = {"state": delivery.state, "next_at": delivery.next_at, "tries": said["tries"]}
        with transaction(self._engine) as connection:
            connection.execute(update(webhook_deliveries).where(webhook_deliveries.c.id == delivery.id).values(changed))

    def switch_off(self, its_id: str, why: str) -> None:
        """Send nothing more there: its receiver said so."""
        mine = webhook_deliveries.c.webhook == its_id
        with transaction(self._engine) as connection:
            connection.execute(update(webhooks).where(webhooks.c.id == its_id).values(state="off", off_because=why))
            waiting = update(webhook_deliveries).where(mine, webhook_deliveries.c.next_at.is_not(None))
            connection.execute(waiting.values(state="failed", next_at=None))

    def deliveries(self, its_id: str, state: str | None, before: int | None, most: int) -> list[Delivery]:
        """The log of one subscription, the latest first."""
        asked = select(webhook_deliveries).where(webhook_deliveries.c.webhook == its_id)
        if state is not None:
            asked = asked.where(webhook_deliveries.c.state == state)
        if before is not None:
            asked = asked.where(webhook_deliveries.c.sequence < before)
        with transaction(self._engine) as connection:
            rows = connection.execute(asked.order_by(webhook_deliveries.c.sequence.desc()).limit(most))
            return [_delivery(row) for row in rows]

    def replay(
        self, its_id: str, by: str, at: datetime, *, delivery: str | None = None, since: datetime | None = None
    ) -> int:
        """Send one again, or all that failed since: the same ids, the whole schedule before them. How many."""
        mine = webhook_deliveries.c.webhook == its_id
        chosen = webhook_deliveries.c.id == delivery
        if delivery is None:
            chosen = (webhook_deliveries.c.state == "failed") & (webhook_deliveries.c.at >= since)
        with transaction(self._engine) as connection:
            tries = webhook_deliveries.c.tries.concat([Try(at=at, again_by=by).model_dump(mode="json")])
            again = update(webhook_deliveries).where(mine, chosen).values(state="queued", next_at=at, tries=tries)
            return connection.execute(again).rowcount

    def _row(self, webhook: str, entry: Entry, client: str, sequence: int, at: datetime) -> dict[str, object]:
        url = f"{self._public_url}/v1/tickets/{entry.ticket_id}"
        return {
            "id": f"msg_{webhook.removeprefix('wh_')}_{sequence}",
            "webhook": webhook,
            "sequence": sequence,
            "kind": kind_of(entry),
            "ticket_id": entry.ticket_id,
            "at": at,
            "state": "queued",
            "next_at": at,
            "payload": payload(entry, client, sequence, url),
        }


def _mark(connection: Connection, row: Row[*tuple[Any, ...]]) -> dict[str, object]:
    """Where to read on. In a database that was restored into another server, transactions are counted anew."""
    if row.fed_xid > connection.execute(_LAST).scalar_one():
        last = (journal.c.ticket_id == row.fed_ticket) & (journal.c.seq == row.fed_seq)
        recorded = connection.execute(select(journal.c.recorded_at).where(last)).scalar()
        return {"fed_xid": 0, "fed_ticket": "", "fed_seq": 0, "fed_since": recorded or row.fed_since}
    return {name: getattr(row, name) for name in ("fed_xid", "fed_ticket", "fed_seq", "fed_since")}


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(
        ticket_id=row.ticket_id,
        seq=row.seq,
        policy_version=row.policy_version,
        request_id=row.request_id,
        event=EVENT.validate_python(row.event),
    )


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    return Delivery.model_validate({name: getattr(row, name) for name in Delivery.model_fields})
