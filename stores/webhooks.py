"""Subscriptions of other programs, with their secrets, which have to sign and so are kept as they are."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, func, insert, select, text, update

from escalation.webhooks import OLD_SECRET_LIVES, Health, Subscription
from stores.database import transaction
from stores.schema import webhook_deliveries, webhooks

_NOW = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")
# Whose next entry is there to be read: what any transaction that still runs may yet write is left for later.
_BEHIND = text("""
SELECT w.id FROM webhooks w WHERE w.state = 'on' AND (
    w.fed_xid > CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)
    OR EXISTS (
        SELECT 1 FROM journal j
        WHERE j.xid >= CAST(CAST(w.fed_xid AS text) AS xid8) AND j.xid < pg_snapshot_xmin(pg_current_snapshot())
        AND (CAST(CAST(j.xid AS text) AS bigint), j.ticket_id, j.seq) > (w.fed_xid, w.fed_ticket, w.fed_seq)))
""")


class Webhooks:
    """The subscriptions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, *, url: str, kinds: Sequence[str], clients: Sequence[str] | None, note: str, by: str, at: datetime
    ) -> tuple[Subscription, str]:
        """A new one, fed from now on, and its secret, which nobody is shown again."""
        secret = _new_secret()
        row: dict[str, object] = {
            "id": f"wh_{secrets.token_hex(6)}",
            "url": url,
            "kinds": list(kinds),
            "note": note,
            "secret": secret,
        }
        row |= {"clients": None if clients is None else list(clients), "made_by": by, "made_at": at}
        with transaction(self._engine) as connection:
            here = {"state": "on", "fed_xid": connection.execute(_NOW).scalar_one(), "fed_since": at}
            made = connection.execute(insert(webhooks).values(row | here).returning(webhooks)).one()
        return _subscription(made), secret

    def all(self) -> list[tuple[Subscription, Health]]:
        """Every one with how it fares, the latest first."""
        with transaction(self._engine) as connection:
            rows = connection.execute(select(webhooks).order_by(webhooks.c.made_at.desc(), webhooks.c.id)).all()
            health = {row.webhook: _health(row) for row in connection.execute(_HEALTH)}
        return [(_subscription(row), health.get(row.id, Health())) for row in rows]

    def one(self, its_id: str) -> Subscription | None:
        """The one of this id."""
        with transaction(self._engine) as connection:
            row = connection.execute(select(webhooks).where(webhooks.c.id == its_id)).first()
        return _subscription(row) if row else None

    def change(self, its_id: str, **changed: object) -> Subscription | None:
        """The same with another url, other kinds, clients, note or state; None for one that is not there."""
        asked = update(webhooks).where(webhooks.c.id == its_id).values(changed).returning(webhooks)
        with transaction(self._engine) as connection:
            row = connection.execute(asked).first()
        return _subscription(row) if row else None

    def rotate(self, its_id: str, at: datetime) -> str | None:
        """A new secret; the one before signs beside it for a day."""
        secret = _new_secret()
        changed = {"old_secret": webhooks.c.secret, "old_secret_until": at + OLD_SECRET_LIVES, "secret": secret}
        with transaction(self._engine) as connection:
            done = connection.execute(update(webhooks).where(webhooks.c.id == its_id).values(changed))
        return secret if done.rowcount else None

    def secrets(self, its_id: str, at: datetime) -> tuple[str, ...]:
        """Those that sign at this moment, the new one first."""
        asked = select(webhooks.c.secret, webhooks.c.old_secret, webhooks.c.old_secret_until)
        with transaction(self._engine) as connection:
            row = connection.execute(asked.where(webhooks.c.id == its_id)).first()
        if row is None:
            return ()
        old = row.old_secret if row.old_secret_until and row.old_secret_until > at else None
        return (row.secret, old) if old else (row.secret,)

    def drop(self, its_id: str) -> bool:
        """Forget it, with everything on its way there."""
        with transaction(self._engine) as connection:
            return bool(connection.execute(delete(webhooks).where(webhooks.c.id == its_id)).rowcount)

    def behind(self) -> list[str]:
        """Those for which the journal has something new."""
        with transaction(self._engine) as connection:
            return list(connection.execute(_BEHIND).scalars())


_STATE = webhook_deliveries.c.state
_TRIES = webhook_deliveries.c.tries
_HEALTH = select(
    webhook_deliveries.c.webhook,
    func.count().filter(_STATE.in_(("queued", "retrying"))).label("waiting"),
    func.count().filter(_STATE == "failed").label("failed"),
    func.count().filter(_STATE == "delivered").label("delivered"),
    func.min(webhook_deliveries.c.next_at).label("next_at"),
    func.max(_TRIES[-1]["at"].astext + " " + func.coalesce(_TRIES[-1]["said"].astext, "")).label("last"),
).group_by(webhook_deliveries.c.webhook)


def _health(row: Row[*tuple[Any, ...]]) -> Health:
    at, _, said = (row.last or "").partition(" ")
    counts = {name: getattr(row, name) for name in ("waiting", "failed", "delivered", "next_at")}
    return Health(**counts, last_try_at=datetime.fromisoformat(at) if at else None, last_said=said)


def _subscription(row: Row[*tuple[Any, ...]]) -> Subscription:
    said = {name: getattr(row, name) for name in Subscription.model_fields}
    return Subscription.model_validate(said)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
