"""Audits, the verdicts given in them, the actions that they lead to; and an index for what they read."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables and the index."""
    for statement in _STATEMENTS:
        op.execute(statement)


_STATEMENTS = (
    """
    CREATE TABLE audits (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        since TIMESTAMPTZ NOT NULL,
        until TIMESTAMPTZ NOT NULL,
        made_by TEXT NOT NULL,
        made_at TIMESTAMPTZ NOT NULL,
        body JSONB NOT NULL,
        CONSTRAINT audits_in_order CHECK (since < until),
        CONSTRAINT audits_once UNIQUE (kind, since, until)
    )
    """,
    "CREATE INDEX audits_newest_first ON audits (until, id)",
    """
    CREATE TABLE audit_verdicts (
        audit TEXT NOT NULL CONSTRAINT audit_verdicts_audit_fkey REFERENCES audits (id),
        section TEXT NOT NULL,
        item TEXT NOT NULL,
        rater TEXT NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        at TIMESTAMPTZ NOT NULL,
        CONSTRAINT audit_verdicts_pkey PRIMARY KEY (audit, section, item, rater)
    )
    """,
    """
    CREATE TABLE audit_actions (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        audit TEXT NOT NULL CONSTRAINT audit_actions_audit_fkey REFERENCES audits (id),
        kind TEXT NOT NULL,
        pattern TEXT NOT NULL,
        what TEXT NOT NULL,
        owner TEXT NOT NULL,
        due_on DATE NOT NULL,
        state TEXT NOT NULL DEFAULT 'open',
        made_by TEXT NOT NULL,
        made_at TIMESTAMPTZ NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        ended_by TEXT,
        ended_at TIMESTAMPTZ
    )
    """,
    "CREATE INDEX audit_actions_of_audit ON audit_actions (audit)",
    "CREATE INDEX audit_actions_open ON audit_actions (due_on) WHERE state = 'open'",
    """
    CREATE INDEX journal_audited ON journal (at) WHERE kind = ANY (ARRAY['escalated', 'near_miss_logged',
        'attempt_logged', 'note_rated', 'note_overdue', 'under_escalated', 'nudged'])
    """,
)
