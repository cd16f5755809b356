"""Audits as they were made, what people said of them, and what is done because of them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from stores.schema.columns import AT, metadata

audits = Table(
    "audits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("since", AT, nullable=False),
    Column("until", AT, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("body", JSONB, nullable=False),
    CheckConstraint("since < until", name="audits_in_order"),
    UniqueConstraint("kind", "since", "until", name="audits_once"),
    Index("audits_newest_first", "until", "id"),
)

audit_verdicts = Table(
    "audit_verdicts",
    metadata,
    Column("audit", Text, ForeignKey("audits.id", name="audit_verdicts_audit_fkey"), nullable=False),
    Column("section", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("rater", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("at", AT, nullable=False),
    PrimaryKeyConstraint("audit", "section", "item", "rater", name="audit_verdicts_pkey"),
)

audit_actions = Table(
    "audit_actions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("audit", Text, ForeignKey("audits.id", name="audit_actions_audit_fkey"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("pattern", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("ended_by", Text),
    Column("ended_at", AT),
    Index("audit_actions_of_audit", "audit"),
    Index("audit_actions_open", "due_on", postgresql_where=text("state = 'open'")),
)
