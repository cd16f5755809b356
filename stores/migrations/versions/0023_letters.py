"""Mail that comes in: what became of each, and our own mails by the ids that answers name."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the table and the index."""
    op.execute(_LETTERS)


_LETTERS = """
CREATE TABLE letters (
    number BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    ticket_id TEXT,
    outcome TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    CONSTRAINT letters_pkey PRIMARY KEY (number)
);
CREATE INDEX letters_by_id ON letters (message_id);
CREATE INDEX letters_of_sender ON letters (sender, at);
CREATE INDEX receipts_by_provider ON receipts (provider_id) WHERE provider_id IS NOT NULL;
"""
