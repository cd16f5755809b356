"""The tables. migrations/versions holds the statements that make them; a test keeps the two the same."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import UserDefinedType

metadata = MetaData()
_AT = DateTime(timezone=True)


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8: which transaction wrote a row. Order of commit is not order of insertion."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "XID8"


# ------------------------------------------------------------------------------------------- journal, read side
journal = Table(
    "journal",
    metadata,
    Column("ticket_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", _AT, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("event", JSONB, nullable=False),
    Column("recorded_at", _AT, nullable=False, server_default=text("clock_timestamp()")),
    Column("xid", TransactionId, nullable=False, server_default=text("pg_current_xact_id()")),
    PrimaryKeyConstraint("ticket_id", "seq", name="journal_pkey"),
    Index("journal_by_transaction", "xid"),
    Index("journal_near_misses", "at", postgresql_where=text("kind = 'near_miss_logged'")),
)

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
    Column("owned_since", _AT, nullable=False),
    Column("accepted_at", _AT),
    Column("coordinator", Text, nullable=False),
    Column("on_hold", Text),
    Column("taken_in_at", _AT, nullable=False),
    Column("opened_at", _AT, nullable=False),
    Column("first_response_at", _AT),
    Column("resolved_at", _AT),
    Column("closed_at", _AT),
    Column("changed_at", _AT, nullable=False),
    Column("escalations", Integer, nullable=False),
    Column("returns", Integer, nullable=False),
    Column("near_misses", Integer, nullable=False),
    Column("reopen_count", Integer, nullable=False),
    Column("reached_tier_3", Boolean, nullable=False),
    Column("merged_into", Text),
    Column("next_deadline", Text),
    Column("next_due_at", _AT),
    Column("risk_at", _AT),
    Column("breach_at", _AT),
    Column("breached", Boolean, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("state", JSONB, nullable=False),
    Index("tickets_newest_first", "taken_in_at", "ticket_id"),
    Index("tickets_open", "stage", "owner", postgresql_where=_OPEN),
    Column("problem", Text),
    Index("tickets_alike", "category", "client"),
    Index("tickets_of_a_problem", "problem", postgresql_where=text("problem IS NOT NULL")),
)

# -------------------------------------------------------------------------------------------------------- desk
pools = Table(
    "pools",
    metadata,
    Column("tier", SmallInteger, primary_key=True, autoincrement=False),
)

roster = Table(
    "roster",
    metadata,
    Column("one", Boolean, CheckConstraint("one", name="roster_is_one_row"), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("body", JSONB, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("tier", SmallInteger),
    Column("skills", ARRAY(Text), nullable=False),
    Column("calendar", Text, nullable=False),
    Column("capacity", Integer, CheckConstraint("capacity >= 0", name="people_capacity"), nullable=False),
    Column("team_lead_of", ARRAY(SmallInteger), nullable=False),
    Column("email", Text),
    Column("apprise", ARRAY(Text), nullable=False),
    Column("partner", Text),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("last_assigned_at", _AT),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("rota", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("start_at", _AT, nullable=False),
    Column("end_at", _AT, nullable=False),
    Column("added", Boolean, nullable=False),
    Column("kind", Text, nullable=False, server_default=text("'override'")),
    Column("instead_of", Text),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("made_by", Text, nullable=False, server_default=text("''")),
    Column("uid", Text),
    CheckConstraint("start_at < end_at", name="overrides_in_order"),
    UniqueConstraint("rota", "uid", name="overrides_once"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, ForeignKey("people.id", name="absences_person_fkey"), nullable=False),
    Column("start_at", _AT, nullable=False),
    Column("end_at", _AT, nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("made_by", Text, nullable=False),
    Column("uid", Text),
    CheckConstraint("start_at < end_at", name="absences_in_order"),
    UniqueConstraint("person", "uid", name="absences_once"),
    Index("absences_to_come", "end_at"),
)

swaps = Table(
    "swaps",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("body", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", _AT, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", _AT),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("ticket_id", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id", name="assignments_person_fkey"), nullable=False),
    Column("via", Text, nullable=False),
    Column("within_capacity", Boolean, nullable=False),
    Column("assigned_at", _AT, nullable=False),
    Column("released_at", _AT),
    Index("assignments_one_open", "ticket_id", unique=True, postgresql_where=text("released_at IS NULL")),
    Index("assignments_load", "person", postgresql_where=text("released_at IS NULL")),
)

answers = Table(
    "answers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("ticket_id", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("asked_at", _AT, nullable=False),
)

# ------------------------------------------------------------------------------------------- tokens, policies
tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("clients", ARRAY(Text)),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("created_at", _AT, nullable=False),
    Column("expires_at", _AT),
    Column("revoked_at", _AT),
    Column("last_used_at", _AT),
)

policies = Table(
    "policies",
    metadata,
    Column("version", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", _AT, nullable=False),
)

policy_choices = Table(
    "policy_choices",
    metadata,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("version", Text, ForeignKey("policies.version", name="policy_choices_version_fkey"), nullable=False),
    Column("chosen_by", Text, nullable=False),
    Column("chosen_at", _AT, nullable=False),
)

# -------------------------------------------------------------------------------------------- messages, reviews
messages = Table(
    "messages",
    metadata,
    Column("key", Text, primary_key=True),
    Column("ticket_id", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_kind", Text, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("at", _AT, nullable=False),
    Column("state", Text, nullable=False),
    Index("messages_of_ticket", "ticket_id", "at"),
)

receipts = Table(
    "receipts",
    metadata,
    # No foreign key: a message goes out even if it could not be recorded first.
    Column("message_key", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("provider_id", Text),
    Column("detail", Text, nullable=False),
    Column("at", _AT, nullable=False),
    PrimaryKeyConstraint("message_key", "outlet", name="receipts_pkey"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("ticket_id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("opened_at", _AT, nullable=False),
    Column("due_at", _AT, nullable=False),
    Column("state", Text, nullable=False),
    Column("draft", JSONB, nullable=False),
    Column("overdue_at", _AT),
    Column("decided_by", Text),
    Column("decided_at", _AT),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("answers", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Index("reviews_by_state", "state", "due_at"),
)

documents = Table(
    "documents",
    metadata,
    Column("sop", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("approver", Text, nullable=False),
    Column("review", Text),
    Column("published_at", _AT, nullable=False),
    PrimaryKeyConstraint("sop", "revision", name="documents_pkey"),
    UniqueConstraint("review", name="documents_review_key"),
    Index("documents_one_published", "sop", unique=True, postgresql_where=text("state = 'published'")),
)
