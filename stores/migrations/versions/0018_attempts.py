"""Every try at a message, states that say how far it came, and more ways to people."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the table and the columns, and say the old states in the new words."""
    op.execute(_ATTEMPTS)


_ATTEMPTS = """
CREATE TABLE attempts (
    message_key TEXT NOT NULL,
    outlet TEXT NOT NULL,
    n INTEGER NOT NULL,
    began_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    repeat BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT attempts_pkey PRIMARY KEY (message_key, outlet, n)
);
UPDATE receipts SET state = 'accepted' WHERE state = 'sent';
UPDATE receipts SET state = 'failed_perm' WHERE state = 'failed_permanently';
UPDATE messages SET state = 'accepted' WHERE state = 'sent';
UPDATE messages SET state = 'failed_perm' WHERE state = 'failed';
ALTER TABLE people ADD COLUMN reach JSONB NOT NULL DEFAULT '{}';
"""
