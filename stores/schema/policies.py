"""Tokens, and the versions of the policy."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from stores.schema.columns import AT, metadata

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("clients", ARRAY(Text)),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("created_at", AT, nullable=False),
    Column("expires_at", AT),
    Column("revoked_at", AT),
    Column("last_used_at", AT),
)

policies = Table(
    "policies",
    metadata,
    Column("version", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", AT, nullable=False),
)

policy_choices = Table(
    "policy_choices",
    metadata,
    Column("n", BigInteger, Identity(always=True), primary_key=True),
    Column("version", Text, ForeignKey("policies.version", name="policy_choices_version_fkey"), nullable=False),
    Column("chosen_by", Text, nullable=False),
    Column("chosen_at", AT, nullable=False),
)
