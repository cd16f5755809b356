"""Absences and swaps, each from one second up to another; overrides with who made them and why."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and keep what absences there are."""
    op.execute(_TABLES)
    op.execute(_KEPT)


_TABLES = """
CREATE TABLE absences (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    person TEXT NOT NULL,
    start_at TIMESTAMPTZ NOT NULL,
    end_at TIMESTAMPTZ NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    made_by TEXT NOT NULL,
    uid TEXT,
    PRIMARY KEY (id),
    CONSTRAINT absences_person_fkey FOREIGN KEY(person) REFERENCES people (id),
    CONSTRAINT absences_in_order CHECK (start_at < end_at),
    CONSTRAINT absences_once UNIQUE (person, uid)
);
CREATE INDEX absences_to_come ON absences (end_at);

CREATE TABLE swaps (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    body JSONB NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    PRIMARY KEY (id)
);

ALTER TABLE overrides
    ADD COLUMN kind TEXT DEFAULT 'override' NOT NULL,
    ADD COLUMN instead_of TEXT,
    ADD COLUMN reason TEXT DEFAULT '' NOT NULL,
    ADD COLUMN made_by TEXT DEFAULT '' NOT NULL,
    ADD COLUMN uid TEXT,
    ADD CONSTRAINT overrides_once UNIQUE (rota, uid);
"""
_KEPT = """
INSERT INTO absences (person, start_at, end_at, made_by)
    SELECT id, LEAST(now(), absent_until - interval '1 second'), absent_until, id
    FROM people WHERE absent_until IS NOT NULL;
ALTER TABLE people DROP COLUMN absent_until;
"""
