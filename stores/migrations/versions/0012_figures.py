"""What the figures are computed from. `tierline prepare` fills the tables for the tickets that are there."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)


_STATEMENTS = (
    """
    CREATE TABLE ticket_figures (
        ticket_id TEXT PRIMARY KEY,
        seq INTEGER NOT NULL,
        imported BOOLEAN NOT NULL,
        merged BOOLEAN NOT NULL,
        client TEXT NOT NULL,
        category TEXT,
        technician TEXT,
        priority TEXT NOT NULL,
        taken_in_at TIMESTAMPTZ NOT NULL,
        opened_at TIMESTAMPTZ NOT NULL,
        outcome TEXT NOT NULL,
        events INTEGER NOT NULL,
        stays SMALLINT NOT NULL,
        last_tier SMALLINT,
        worked SMALLINT NOT NULL,
        escalated_from SMALLINT NOT NULL,
        escalations SMALLINT NOT NULL,
        to_first_escalation BIGINT,
        sent_down BOOLEAN NOT NULL,
        again_from_same_tier BOOLEAN NOT NULL,
        to_resolve BIGINT,
        waited BIGINT NOT NULL,
        reopens INTEGER NOT NULL,
        near_misses INTEGER NOT NULL,
        notes_complete INTEGER NOT NULL,
        notes_usable INTEGER NOT NULL,
        notes_unusable INTEGER NOT NULL,
        in_scope_by TEXT[] NOT NULL,
        in_scope_of TEXT[] NOT NULL,
        promised BOOLEAN NOT NULL,
        responded BOOLEAN NOT NULL,
        response_breached_at TIMESTAMPTZ,
        promise_resolved BOOLEAN NOT NULL,
        resolution_breached_at TIMESTAMPTZ,
        gross_breached BOOLEAN NOT NULL,
        excluded SMALLINT NOT NULL,
        at_tier_1 TSTZMULTIRANGE NOT NULL,
        emergency BOOLEAN NOT NULL,
        known_issue BOOLEAN NOT NULL
    )
    """,
    "CREATE INDEX ticket_figures_by_time ON ticket_figures (taken_in_at)",
    """
    CREATE TABLE ticket_stays (
        ticket_id TEXT NOT NULL,
        n SMALLINT NOT NULL,
        tier SMALLINT NOT NULL,
        from_tier SMALLINT,
        in_previous BIGINT,
        began_at TIMESTAMPTZ NOT NULL,
        handoff_delay BIGINT,
        pickup TEXT NOT NULL,
        CONSTRAINT ticket_stays_pkey PRIMARY KEY (ticket_id, n)
    )
    """,
)
