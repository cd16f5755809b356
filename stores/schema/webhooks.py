"""Who hears of tickets, and what became of each event on its way there."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from stores.schema.columns import AT, metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("clients", ARRAY(Text)),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("state", Text, nullable=False),
    Column("off_because", Text, nullable=False, server_default=text("''")),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("secret", Text, nullable=False),
    Column("old_secret", Text),
    Column("old_secret_until", AT),
    Column("sequence", BigInteger, nullable=False, server_default=text("0")),
    # Up to which entry of the journal it was fed; entries of one transaction in the order of ticket and number.
    Column("fed_xid", BigInteger, nullable=False),
    Column("fed_ticket", Text, nullable=False, server_default=text("''")),
    Column("fed_seq", Integer, nullable=False, server_default=text("0")),
    Column("fed_since", AT, nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column(
        "webhook",
        Text,
        ForeignKey("webhooks.id", name="webhook_deliveries_webhook_fkey", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("sequence", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ticket_id", Text, nullable=False),
    Column("at", AT, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("next_at", AT),
    Column("payload", JSONB, nullable=False),
    Index("webhook_deliveries_in_order", "webhook", "sequence"),
    Index("webhook_deliveries_due", "webhook", "next_at", postgresql_where=text("next_at IS NOT NULL")),
)
