"""Messages that wait, until when and why, and with which other one they go."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the columns."""
    op.execute(_HELD)


_HELD = """
ALTER TABLE messages
    ADD COLUMN held_until TIMESTAMPTZ,
    ADD COLUMN held_because TEXT NOT NULL DEFAULT '',
    ADD COLUMN bundled_into TEXT;
CREATE INDEX messages_held ON messages (recipient, held_until) WHERE state = 'held';
"""
