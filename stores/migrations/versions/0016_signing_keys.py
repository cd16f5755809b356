"""The secrets that sign links in messages."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the table."""
    op.execute(_KEYS)


_KEYS = """
CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    secret BYTEA NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ
);
"""
