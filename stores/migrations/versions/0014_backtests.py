"""Back-tests that people started, and what came of them."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table."""
    op.execute(_BACKTESTS)


_BACKTESTS = """
CREATE TABLE backtests (
    id TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    trial BOOLEAN NOT NULL,
    policy JSONB,
    fingerprint TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    total INTEGER,
    judged INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT '',
    report JSONB
);
CREATE INDEX backtests_by_time ON backtests (made_at);
"""
