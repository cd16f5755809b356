"""What the figures read, in typed columns. `tierline prepare` fills them for the tickets that are there."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns, the table and the indexes."""
    for statement in _STATEMENTS:
        op.execute(statement)


_STATEMENTS = (
    "ALTER TABLE ticket_figures ADD COLUMN promise_took BIGINT, ADD COLUMN whole_seq INTEGER",
    "CREATE INDEX ticket_figures_at_tier_1 ON ticket_figures USING gist (at_tier_1)",
    "CREATE INDEX ticket_figures_at_tier_3 ON ticket_figures (taken_in_at) WHERE (worked & 4) > 0",
    "CREATE INDEX ticket_figures_in_scope ON ticket_figures (taken_in_at) WHERE cardinality(in_scope_by) > 0",
    """
    CREATE TABLE tier_one_events (
        ticket_id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at TIMESTAMPTZ NOT NULL,
        kind TEXT NOT NULL,
        emergency BOOLEAN NOT NULL,
        trigger TEXT,
        in_scope BOOLEAN NOT NULL,
        along_sop BOOLEAN NOT NULL,
        repeated BOOLEAN NOT NULL,
        CONSTRAINT tier_one_events_pkey PRIMARY KEY (ticket_id, seq)
    )
    """,
    "CREATE INDEX tier_one_events_by_time ON tier_one_events (at)",
)
