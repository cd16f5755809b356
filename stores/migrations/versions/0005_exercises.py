"""Exercises in triage, and how people did."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.execute("""
        CREATE TABLE exercises (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL,
            seed BIGINT NOT NULL,
            how_many SMALLINT NOT NULL,
            policy_version TEXT NOT NULL,
            clients TEXT[],
            made_at TIMESTAMPTZ NOT NULL,
            answered_at TIMESTAMPTZ,
            answers JSONB,
            marks JSONB
        )
    """)
    op.execute("CREATE INDEX exercises_by_person ON exercises (person, answered_at)")
