"""Other systems that tickets are in step with: the connections, their maps, the links, and what people should see."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from stores.schema.columns import AT, metadata

psa_connections = Table(
    "psa_connections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("connector", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("secret", Text, nullable=False),  # it is sent as it is; who reads this database can read it
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("every", Integer, nullable=False, server_default=text("300")),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("cursor", Text, nullable=False, server_default=text("''")),
    Column("synced_at", AT),
    Column("reconciled_at", AT),
    Column("compared_at", AT),
    Column("away_since", AT),
    Column("error", Text, nullable=False, server_default=text("''")),
)

psa_maps = Table(
    "psa_maps",
    metadata,
    Column("connection", Text, ForeignKey("psa_connections.name", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    PrimaryKeyConstraint("connection", "version", name="psa_maps_pkey"),
)

# `state` is an escalation.psa.link.Link; what is asked for stands beside it. What is still to be shown are the links
# whose ticket has gone on since: `told` is behind the ticket's own sequence.
psa_links = Table(
    "psa_links",
    metadata,
    Column("connection", Text, ForeignKey("psa_connections.name", ondelete="CASCADE"), nullable=False),
    Column("record_id", Text, nullable=False),
    Column("ticket_id", Text),
    Column("told", Integer, nullable=False),
    Column("version", Text, nullable=False),
    Column("left", Text),
    Column("state", JSONB, nullable=False),
    Column("kept_at", AT, nullable=False, server_default=text("clock_timestamp()")),
    PrimaryKeyConstraint("connection", "record_id", name="psa_links_pkey"),
    Index("psa_links_by_ticket", "ticket_id"),
)

psa_log = Table(
    "psa_log",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("connection", Text, ForeignKey("psa_connections.name", ondelete="CASCADE"), nullable=False),
    Column("record_id", Text, nullable=False),
    Column("ticket_id", Text),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", AT, nullable=False),
    UniqueConstraint("connection", "record_id", "kind", "key", name="psa_log_once"),
    Index("psa_log_by_ticket", "ticket_id"),
)
