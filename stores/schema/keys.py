"""The secrets that sign links in messages."""

from sqlalchemy import Column, LargeBinary, Table, Text

from stores.schema.columns import AT, metadata

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("retired_at", AT),
)
