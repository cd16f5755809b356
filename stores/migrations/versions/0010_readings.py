"""Who was told of a published document, and who has read it."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table."""
    op.execute(_READINGS)


_READINGS = """
CREATE TABLE readings (
    document TEXT NOT NULL,
    revision INTEGER NOT NULL,
    person TEXT NOT NULL,
    owed_at TIMESTAMPTZ,
    told_at TIMESTAMPTZ,
    read_at TIMESTAMPTZ,
    PRIMARY KEY (document, revision, person)
);
CREATE INDEX readings_owed ON readings (owed_at) WHERE told_at IS NULL;
"""
