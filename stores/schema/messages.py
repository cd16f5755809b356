"""What was said to people, and what was learnt: messages and reviews."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from stores.schema.columns import AT, metadata

messages = Table(
    "messages",
    metadata,
    Column("key", Text, primary_key=True),
    Column("ticket_id", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_kind", Text, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("at", AT, nullable=False),
    Column("state", Text, nullable=False),
    Index("messages_of_ticket", "ticket_id", "at"),
    Column("held_until", AT),
    Column("held_because", Text, nullable=False, server_default=text("''")),
    Column("bundled_into", Text),
    Index("messages_held", "recipient", "held_until", postgresql_where=text("state = 'held'")),
)

receipts = Table(
    "receipts",
    metadata,
    # No foreign key: a message goes out even if it could not be recorded first.
    Column("message_key", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("provider_id", Text),
    Column("detail", Text, nullable=False),
    Column("at", AT, nullable=False),
    PrimaryKeyConstraint("message_key", "outlet", name="receipts_pkey"),
    Index("receipts_by_provider", "provider_id", postgresql_where=text("provider_id IS NOT NULL")),
)

attempts = Table(
    "attempts",
    metadata,
    Column("message_key", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("began_at", AT, nullable=False),
    Column("ended_at", AT),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=text("''")),
    Column("repeat", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("message_key", "outlet", "n", name="attempts_pkey"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("ticket_id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("opened_at", AT, nullable=False),
    Column("due_at", AT, nullable=False),
    Column("state", Text, nullable=False),
    Column("draft", JSONB, nullable=False),
    Column("overdue_at", AT),
    Column("decided_by", Text),
    Column("decided_at", AT),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("answers", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("changes", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("policy_version", Text),
    Index("reviews_by_state", "state", "due_at"),
    Index("reviews_by_owner", "owner", "due_at", postgresql_where=text("decided_by IS NULL")),
)
