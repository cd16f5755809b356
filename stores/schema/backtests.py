"""Back-tests: what was asked, how far each has come, and what came of it."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from stores.schema.columns import AT, metadata

backtests = Table(
    "backtests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("policy", JSONB(none_as_null=True)),  # of a document on trial; a published one is in policies
    Column("fingerprint", Text, nullable=False),
    Column("since", AT, nullable=False),
    Column("until", AT, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("started_at", AT),
    Column("ended_at", AT),
    Column("total", Integer),
    Column("judged", Integer, nullable=False, server_default=text("0")),
    Column("changed", Integer, nullable=False, server_default=text("0")),
    Column("why", Text, nullable=False, server_default=text("''")),
    Column("report", JSONB(none_as_null=True)),
    Index("backtests_by_time", "made_at"),
)
