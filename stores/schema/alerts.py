"""What monitoring said: faults, every alert with the ticket it went to, those tickets, and maintenance windows."""

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, LargeBinary, SmallInteger, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from stores.schema.columns import AT, metadata

# Ids of senders may be longer than an index takes: the key is a digest of them.
faults = Table(
    "faults",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("client", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ticket_id", Text),
    Column("began_at", AT),
    Column("due_at", AT),
    Column("body", JSONB, nullable=False),
    Index("faults_by_place", "client", "site", "lane", "began_at"),
    Index("faults_of_a_ticket", "ticket_id", postgresql_where=text("ticket_id IS NOT NULL")),
    Index("faults_by_kind", text("(body ->> 'kind')"), "began_at"),
    Index("faults_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

alerts = Table(
    "alerts",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("ticket_id", Text),
    Column("client", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("fault", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("severity_unknown", Boolean, nullable=False),
    Column("summary", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("asset", Text),
    Column("occurred_at", AT, nullable=False),
    Column("received_at", AT, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("paged", Boolean, nullable=False),
    Column("links", JSONB, nullable=False),
    Index("alerts_of_a_ticket", "ticket_id", "seq", postgresql_where=text("ticket_id IS NOT NULL")),
    Index("alerts_by_time", "received_at"),
)

alert_tickets = Table(
    "alert_tickets",
    metadata,
    Column("ticket_id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("storm", Boolean, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("last_at", AT, nullable=False),
    Column("tell_at", AT),
    Column("window_id", BigInteger),
    Column("body", JSONB, nullable=False),
    Index("alert_tickets_wanted", "emergency", "made_at", postgresql_where=text("state = 'wanted'::text")),
    Index("alert_tickets_to_tell", "tell_at", postgresql_where=text("tell_at IS NOT NULL")),
    Index("alert_tickets_storms", "client", "site", "lane", postgresql_where=text("storm")),
    Index("alert_tickets_kept_back", "window_id", postgresql_where=text("window_id IS NOT NULL")),
)

maintenance_windows = Table(
    "maintenance_windows",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("client", Text),
    Column("site", Text),
    Column("asset", Text),
    Column("kind", Text),
    Column("starts_at", AT, nullable=False),
    Column("ends_at", AT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", AT, nullable=False),
    Column("request_id", Text),
    Column("ended_by", Text),
    Column("ended_at", AT),
    Column("begun", Boolean, nullable=False, server_default=text("false")),
    Column("over", Boolean, nullable=False, server_default=text("false")),
    Index("maintenance_once", "made_by", "request_id", unique=True, postgresql_where=text("request_id IS NOT NULL")),
    Index("maintenance_to_come", "ends_at"),
)
