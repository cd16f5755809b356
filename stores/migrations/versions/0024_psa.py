"""Other systems that tickets are in step with."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the tables."""
    for statement in (_CONNECTIONS, _MAPS, _LINKS, _LOG):
        op.execute(statement)


_CONNECTIONS = """
CREATE TABLE psa_connections (
    name TEXT NOT NULL PRIMARY KEY,
    connector TEXT NOT NULL,
    url TEXT NOT NULL,
    "user" TEXT NOT NULL,
    secret TEXT NOT NULL,
    enabled BOOLEAN NOT NULL DEFAULT true,
    every INTEGER NOT NULL DEFAULT 300,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    cursor TEXT NOT NULL DEFAULT '',
    synced_at TIMESTAMPTZ,
    reconciled_at TIMESTAMPTZ,
    compared_at TIMESTAMPTZ,
    away_since TIMESTAMPTZ,
    error TEXT NOT NULL DEFAULT ''
);
"""

_MAPS = """
CREATE TABLE psa_maps (
    connection TEXT NOT NULL REFERENCES psa_connections (name) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    body JSONB NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT psa_maps_pkey PRIMARY KEY (connection, version)
);
"""

_LINKS = """
CREATE TABLE psa_links (
    connection TEXT NOT NULL REFERENCES psa_connections (name) ON DELETE CASCADE,
    record_id TEXT NOT NULL,
    ticket_id TEXT,
    told INTEGER NOT NULL,
    version TEXT NOT NULL,
    "left" TEXT,
    state JSONB NOT NULL,
    kept_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT psa_links_pkey PRIMARY KEY (connection, record_id)
);
CREATE INDEX psa_links_by_ticket ON psa_links (ticket_id);
"""

_LOG = """
CREATE TABLE psa_log (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    connection TEXT NOT NULL REFERENCES psa_connections (name) ON DELETE CASCADE,
    record_id TEXT NOT NULL,
    ticket_id TEXT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    CONSTRAINT psa_log_once UNIQUE (connection, record_id, kind, key)
);
CREATE INDEX psa_log_by_ticket ON psa_log (ticket_id);
"""
