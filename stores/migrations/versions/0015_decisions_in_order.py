"""Breaches that wait for a decision, in the order in which they are listed."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the index anew."""
    op.execute(_INDEX)


_INDEX = """
DROP INDEX tickets_to_be_decided;
CREATE INDEX tickets_to_be_decided ON tickets (taken_in_at, ticket_id) WHERE jsonb_path_exists(
    state, '$.breaches.*?(exists(@.asked_by) && !exists(@.approved))');
"""
