"""What people practised."""

from sqlalchemy import BigInteger, Column, Index, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from stores.schema.columns import AT, metadata

exercises = Table(
    "exercises",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("how_many", SmallInteger, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("clients", ARRAY(Text)),
    Column("made_at", AT, nullable=False),
    Column("answered_at", AT),
    Column("answers", JSONB(none_as_null=True)),
    Column("marks", JSONB(none_as_null=True)),
    Index("exercises_by_person", "person", "answered_at"),
)
