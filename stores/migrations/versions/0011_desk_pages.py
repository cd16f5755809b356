"""What one person's page asks: notes that they owe, questions to them, breaches that wait for a decision."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the indexes."""
    op.execute(_INDEXES)


_INDEXES = """
CREATE INDEX tickets_in_debt ON tickets (((state -> 'note_debt') ->> 'owed_by')) WHERE state ? 'note_debt';
CREATE INDEX tickets_to_be_decided ON tickets (ticket_id) WHERE jsonb_path_exists(
    state, '$.breaches.*?(exists(@.asked_by) && !exists(@.approved))');
CREATE INDEX journal_consulted ON journal ((event ->> 'person'), at) WHERE kind = 'consulted';
CREATE INDEX readings_unread ON readings (person) WHERE read_at IS NULL;
CREATE INDEX reviews_by_owner ON reviews (owner, due_at) WHERE decided_by IS NULL;
"""
