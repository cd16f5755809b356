"""What machines send: sources with their maps and secrets, and every body as it came."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the tables."""
    op.execute(_INTAKE)


_INTAKE = """
CREATE TABLE intake_sources (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    scheme TEXT NOT NULL,
    header TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    disabled_at TIMESTAMPTZ
);
CREATE TABLE intake_maps (
    source TEXT NOT NULL CONSTRAINT intake_maps_source_fkey REFERENCES intake_sources (id),
    version INTEGER NOT NULL,
    body JSONB NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT intake_maps_pkey PRIMARY KEY (source, version)
);
CREATE TABLE intake_secrets (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL CONSTRAINT intake_secrets_source_fkey REFERENCES intake_sources (id),
    hash BYTEA,
    secret TEXT,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ,
    CONSTRAINT intake_secrets_one_of_both CHECK (num_nonnulls(hash, secret) = 1)
);
CREATE INDEX intake_secrets_of ON intake_secrets (source);
CREATE TABLE intake_bodies (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    sender_key BYTEA,
    headers JSONB NOT NULL,
    body BYTEA NOT NULL,
    state TEXT NOT NULL DEFAULT 'received',
    read_by INTEGER,
    code TEXT,
    reason TEXT,
    dealt_at TIMESTAMPTZ,
    dealt_by TEXT,
    CONSTRAINT intake_bodies_state CHECK (state IN ('received', 'taken', 'quarantined', 'discarded'))
);
CREATE INDEX intake_bodies_waiting ON intake_bodies (number) WHERE state = 'received';
CREATE INDEX intake_bodies_aside ON intake_bodies (number) WHERE state = 'quarantined';
CREATE INDEX intake_bodies_heard ON intake_bodies (source, number);
CREATE UNIQUE INDEX intake_bodies_once ON intake_bodies (source, sender_key) WHERE sender_key IS NOT NULL;
"""
