"""The journal, and the read side that is told from it."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from stores.schema.columns import AT, TransactionId, metadata

# What audits read of the journal. A question has to be put in these very words for the index to answer it.
AUDITED = (
    "kind = ANY (ARRAY['escalated'::text, 'near_miss_logged'::text, 'attempt_logged'::text, 'note_rated'::text, "
    "'note_overdue'::text, 'under_escalated'::text, 'nudged'::text])"
)

journal = Table(
    "journal",
    metadata,
    Column("ticket_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", AT, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("event", JSONB, nullable=False),
    Column("recorded_at", AT, nullable=False, server_default=text("clock_timestamp()")),
    Column("xid", TransactionId, nullable=False, server_default=text("pg_current_xact_id()")),
    PrimaryKeyConstraint("ticket_id", "seq", name="journal_pkey"),
    Index("journal_by_transaction", "xid"),
    Index("journal_audited", "at", postgresql_where=text(AUDITED)),
    Index("journal_holds", "at", postgresql_where=text("kind = 'held'")),
    Index("journal_consulted", text("(event ->> 'person')"), "at", postgresql_where=text("kind = 'consulted'")),
    Index("journal_near_misses", "at", postgresql_where=text("kind = 'near_miss_logged'")),
)

# A question has to be put in these very words for the index to answer it.
IN_DEBT, OWED_BY = "state ? 'note_debt'", "((state -> 'note_debt') ->> 'owed_by')"
# A breach of which somebody asks that it be left out of the figures, and that nobody has decided.
TO_BE_DECIDED = "jsonb_path_exists(state, '$.breaches.*?(exists(@.asked_by) && !exists(@.approved))')"
_OPEN = text("stage = ANY (ARRAY['triage'::text, 'tier_1'::text, 'tier_2'::text, 'tier_3'::text])")

tickets = Table(
    "tickets",
    metadata,
    Column("ticket_id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("imported", Boolean, nullable=False),
    Column("client", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("category", Text),
    Column("priority", Text, nullable=False),
    Column("vip", Boolean, nullable=False),
    Column("stage", Text, nullable=False),
    Column("tier", SmallInteger),
    Column("owner", Text, nullable=False),
    Column("owned_since", AT, nullable=False),
    Column("accepted_at", AT),
    Column("coordinator", Text, nullable=False),
    Column("on_hold", Text),
    Column("taken_in_at", AT, nullable=False),
    Column("opened_at", AT, nullable=False),
    Column("first_response_at", AT),
    Column("resolved_at", AT),
    Column("closed_at", AT),
    Column("changed_at", AT, nullable=False),
    Column("escalations", Integer, nullable=False),
    Column("returns", Integer, nullable=False),
    Column("near_misses", Integer, nullable=False),
    Column("reopen_count", Integer, nullable=False),
    Column("reached_tier_3", Boolean, nullable=False),
    Column("merged_into", Text),
    Column("next_deadline", Text),
    Column("next_due_at", AT),
    Column("risk_at", AT),
    Column("breach_at", AT),
    Column("breached", Boolean, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("state", JSONB, nullable=False),
    Index("tickets_newest_first", "taken_in_at", "ticket_id"),
    Index("tickets_open", "stage", "owner", postgresql_where=_OPEN),
    Column("problem", Text),
    Index("tickets_in_debt", text(OWED_BY), postgresql_where=text(IN_DEBT)),
    Index("tickets_to_be_decided", "taken_in_at", "ticket_id", postgresql_where=text(TO_BE_DECIDED)),
    Index(
        "tickets_past_subjects",
        text("to_tsvector('english', subject)"),
        postgresql_using="gin",
        postgresql_where=text("stage = ANY (ARRAY['resolved'::text, 'closed'::text])"),
    ),
    Index("tickets_alike", "category", "client"),
    Index("tickets_of_a_parent", text("(state ->> 'parent')"), postgresql_where=text("state ? 'parent'")),
    Index("tickets_major", text("((state -> 'major') ->> 'since')"), postgresql_where=text("state ? 'major'")),
    Index("tickets_of_a_problem", "problem", postgresql_where=text("problem IS NOT NULL")),
)
