"""The documents to work by, revision for revision, and why some of them are in doubt."""

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from stores.schema.columns import AT, metadata

_NONE = sql("'{}'::text[]")

documents = Table(
    "documents",
    metadata,
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("text", Text, nullable=False),
    Column("tags", ARRAY(Text), nullable=False, server_default=_NONE),
    Column("categories", ARRAY(Text), nullable=False, server_default=_NONE),
    Column("clients", ARRAY(Text), nullable=False, server_default=_NONE),
    Column("skills", ARRAY(Text), nullable=False, server_default=_NONE),
    Column("author", Text, nullable=False),
    Column("created_at", AT, nullable=False),
    Column("note", Text, nullable=False, server_default=sql("''")),
    Column("based_on", Integer),
    Column("approver", Text),
    Column("approved_at", AT),
    Column("published_at", AT),
    Column("retired_at", AT),
    Column("review", Text),
    Column("asked", Text),
    PrimaryKeyConstraint("id", "revision", name="documents_pkey"),
    UniqueConstraint("review", name="documents_review_key"),
    UniqueConstraint("asked", name="documents_asked_key"),
    Index("documents_one_published", "id", unique=True, postgresql_where=sql("state = 'published'")),
    Index("documents_by_kind", "kind", "state"),
)

readings = Table(
    "readings",
    metadata,
    Column("document", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("owed_at", AT),
    Column("told_at", AT),
    Column("read_at", AT),
    PrimaryKeyConstraint("document", "revision", "person", name="readings_pkey"),
    Index("readings_unread", "person", postgresql_where=sql("read_at IS NULL")),
    Index("readings_owed", "owed_at", postgresql_where=sql("told_at IS NULL")),
)

stale_marks = Table(
    "stale_marks",
    metadata,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("document", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("marked_at", AT, nullable=False),
    Column("cleared_at", AT),
    Column("cleared_by", Text),
    Column("cleared_why", Text),
    Index("stale_marks_standing", "document", "reason", unique=True, postgresql_where=sql("cleared_at IS NULL")),
)
