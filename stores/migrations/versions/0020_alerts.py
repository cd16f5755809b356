"""What monitoring said, and maintenance windows."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the tables."""
    op.execute(_FAULTS)
    op.execute(_ALERTS)
    op.execute(_TICKETS)
    op.execute(_WINDOWS)


_FAULTS = """
CREATE TABLE faults (
    key BYTEA NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    site TEXT NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL,
    ticket_id TEXT,
    began_at TIMESTAMPTZ,
    due_at TIMESTAMPTZ,
    body JSONB NOT NULL
);
CREATE INDEX faults_by_place ON faults (client, site, lane, began_at);
CREATE INDEX faults_of_a_ticket ON faults (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX faults_due ON faults (due_at) WHERE due_at IS NOT NULL;
"""

_ALERTS = """
CREATE TABLE alerts (
    key BYTEA NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
    ticket_id TEXT,
    client TEXT NOT NULL,
    source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    fault TEXT NOT NULL,
    action TEXT NOT NULL,
    severity SMALLINT NOT NULL,
    severity_unknown BOOLEAN NOT NULL,
    summary TEXT NOT NULL,
    kind TEXT NOT NULL,
    asset TEXT,
    occurred_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    outcome TEXT NOT NULL,
    paged BOOLEAN NOT NULL,
    links JSONB NOT NULL
);
CREATE INDEX alerts_of_a_ticket ON alerts (ticket_id, seq) WHERE ticket_id IS NOT NULL;
CREATE INDEX alerts_by_time ON alerts (received_at);
"""

_TICKETS = """
CREATE TABLE alert_tickets (
    ticket_id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    site TEXT NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL,
    emergency BOOLEAN NOT NULL,
    storm BOOLEAN NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    tell_at TIMESTAMPTZ,
    window_id BIGINT,
    body JSONB NOT NULL
);
CREATE INDEX alert_tickets_wanted ON alert_tickets (emergency, made_at) WHERE state = 'wanted';
CREATE INDEX alert_tickets_to_tell ON alert_tickets (tell_at) WHERE tell_at IS NOT NULL;
CREATE INDEX alert_tickets_storms ON alert_tickets (client, site, lane) WHERE storm;
CREATE INDEX alert_tickets_kept_back ON alert_tickets (window_id) WHERE window_id IS NOT NULL;
"""

_WINDOWS = """
CREATE TABLE maintenance_windows (
    id BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client TEXT,
    site TEXT,
    asset TEXT,
    kind TEXT,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    request_id TEXT,
    ended_by TEXT,
    ended_at TIMESTAMPTZ,
    begun BOOLEAN NOT NULL DEFAULT false,
    over BOOLEAN NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX maintenance_once ON maintenance_windows (made_by, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX maintenance_to_come ON maintenance_windows (ends_at);
"""
