"""The desk: people, rotas as they are lived, who has which ticket."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from stores.schema.columns import AT, metadata

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
    Column("reach", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("partner", Text),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("last_assigned_at", AT),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("rota", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("start_at", AT, nullable=False),
    Column("end_at", AT, nullable=False),
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
    Column("start_at", AT, nullable=False),
    Column("end_at", AT, nullable=False),
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
    Column("proposed_at", AT, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", AT),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("ticket_id", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id", name="assignments_person_fkey"), nullable=False),
    Column("via", Text, nullable=False),
    Column("within_capacity", Boolean, nullable=False),
    Column("assigned_at", AT, nullable=False),
    Column("released_at", AT),
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
    Column("asked_at", AT, nullable=False),
)
