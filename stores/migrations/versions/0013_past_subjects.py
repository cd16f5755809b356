"""Solved tickets by the words of their subjects: what triage looks for."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the index."""
    op.execute(_INDEX)


_INDEX = """
CREATE INDEX tickets_past_subjects ON tickets USING gin (to_tsvector('english', subject))
WHERE stage = ANY (ARRAY['resolved'::text, 'closed'::text]);
"""
