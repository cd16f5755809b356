"""Other programs hear of tickets: their subscriptions, and every event on its way there."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the tables."""
    op.execute(_WEBHOOKS)


_WEBHOOKS = """
CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    kinds TEXT[] NOT NULL,
    clients TEXT[],
    note TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    off_because TEXT NOT NULL DEFAULT '',
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until TIMESTAMPTZ,
    sequence BIGINT NOT NULL DEFAULT 0,
    fed_xid BIGINT NOT NULL,
    fed_ticket TEXT NOT NULL DEFAULT '',
    fed_seq INTEGER NOT NULL DEFAULT 0,
    fed_since TIMESTAMPTZ NOT NULL
);
CREATE TABLE webhook_deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook TEXT NOT NULL CONSTRAINT webhook_deliveries_webhook_fkey REFERENCES webhooks (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,
    tries JSONB NOT NULL DEFAULT '[]',
    next_at TIMESTAMPTZ,
    payload JSONB NOT NULL
);
CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (webhook, sequence);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, next_at) WHERE next_at IS NOT NULL;
"""
