"""Which ways to people were tried, and the codes that are out to try others."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text, text

from stores.schema.columns import AT, metadata

contact_methods = Table(
    "contact_methods",
    metadata,
    Column("person", Text, nullable=False),
    Column("method", Text, nullable=False),
    # Of the address that a code went to, and of the one that was proven.
    Column("asked_mark", Text, nullable=False, server_default=text("''")),
    Column("code_hash", Text),
    Column("asked_at", AT),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("verified_mark", Text),
    Column("verified_at", AT),
    PrimaryKeyConstraint("person", "method", name="contact_methods_pkey"),
)
