"""What machines send: the sources, the versions of their maps, their secrets, and every body as it came."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from stores.schema.columns import AT, metadata

intake_sources = Table(
    "intake_sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("header", Text, nullable=False, server_default=text("''")),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("version", Integer, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("disabled_at", AT),
)

intake_maps = Table(
    "intake_maps",
    metadata,
    Column("source", Text, ForeignKey("intake_sources.id", name="intake_maps_source_fkey"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    PrimaryKeyConstraint("source", "version", name="intake_maps_pkey"),
)

intake_secrets = Table(
    "intake_secrets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, ForeignKey("intake_sources.id", name="intake_secrets_source_fkey"), nullable=False),
    Column("hash", LargeBinary),
    Column("secret", Text),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("retired_at", AT),
    CheckConstraint("num_nonnulls(hash, secret) = 1", name="intake_secrets_one_of_both"),
    Index("intake_secrets_of", "source"),
)

# No foreign key: sources are never deleted, and each request would lock the row of its source.
intake_bodies = Table(
    "intake_bodies",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("received_at", AT, nullable=False),
    Column("sender_key", LargeBinary),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'received'")),
    Column("read_by", Integer),
    Column("code", Text),
    Column("reason", Text),
    Column("dealt_at", AT),
    Column("dealt_by", Text),
    CheckConstraint("state IN ('received', 'taken', 'quarantined', 'discarded')", name="intake_bodies_state"),
    Index("intake_bodies_waiting", "number", postgresql_where=text("state = 'received'")),
    Index("intake_bodies_aside", "number", postgresql_where=text("state = 'quarantined'")),
    Index("intake_bodies_heard", "source", "number"),
    Index(
        "intake_bodies_once", "source", "sender_key", unique=True, postgresql_where=text("sender_key IS NOT NULL")
    ),
)  # fmt: skip
