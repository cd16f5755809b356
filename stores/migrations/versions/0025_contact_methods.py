"""Which ways to people were tried."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the table."""
    op.execute(_METHODS)


_METHODS = """
CREATE TABLE contact_methods (
    person TEXT NOT NULL,
    method TEXT NOT NULL,
    asked_mark TEXT NOT NULL DEFAULT '',
    code_hash TEXT,
    asked_at TIMESTAMPTZ,
    tries INTEGER NOT NULL DEFAULT 0,
    verified_mark TEXT,
    verified_at TIMESTAMPTZ,
    CONSTRAINT contact_methods_pkey PRIMARY KEY (person, method)
);
"""
