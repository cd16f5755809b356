"""What the figures are computed from: narrow rows beside the wide ones of `tickets`, and one row for each stay.

Lengths of time are whole microseconds: their sums are exact, and a quantile of them is the one that Python computes.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, TSTZMULTIRANGE

from stores.schema.columns import AT, metadata

ticket_figures = Table(
    "ticket_figures",
    metadata,
    Column("ticket_id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("imported", Boolean, nullable=False),
    Column("merged", Boolean, nullable=False),
    Column("client", Text, nullable=False),
    Column("category", Text),
    Column("technician", Text),
    Column("priority", Text, nullable=False),
    Column("taken_in_at", AT, nullable=False),
    Column("opened_at", AT, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("events", Integer, nullable=False),
    Column("stays", SmallInteger, nullable=False),
    Column("last_tier", SmallInteger),
    # Of Tier n the bit n - 1.
    Column("worked", SmallInteger, nullable=False),
    Column("escalated_from", SmallInteger, nullable=False),
    Column("escalations", SmallInteger, nullable=False),
    Column("to_first_escalation", BigInteger),
    Column("sent_down", Boolean, nullable=False),
    Column("again_from_same_tier", Boolean, nullable=False),
    Column("to_resolve", BigInteger),
    Column("waited", BigInteger, nullable=False),
    Column("reopens", Integer, nullable=False),
    Column("near_misses", Integer, nullable=False),
    Column("notes_complete", Integer, nullable=False),
    Column("notes_usable", Integer, nullable=False),
    Column("notes_unusable", Integer, nullable=False),
    Column("in_scope_by", ARRAY(Text), nullable=False),
    Column("in_scope_of", ARRAY(Text), nullable=False),
    Column("promised", Boolean, nullable=False),
    Column("responded", Boolean, nullable=False),
    Column("response_breached_at", AT),
    Column("promise_resolved", Boolean, nullable=False),
    Column("resolution_breached_at", AT),
    Column("gross_breached", Boolean, nullable=False),
    Column("excluded", SmallInteger, nullable=False),
    # What the over-escalation alarm counts: when it was at Tier 1, and whether it was an emergency.
    Column("at_tier_1", TSTZMULTIRANGE, nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("known_issue", Boolean, nullable=False),
    Index("ticket_figures_by_time", "taken_in_at"),
)

ticket_stays = Table(
    "ticket_stays",
    metadata,
    Column("ticket_id", Text, nullable=False),
    Column("n", SmallInteger, nullable=False),
    Column("tier", SmallInteger, nullable=False),
    Column("from_tier", SmallInteger),
    Column("in_previous", BigInteger),
    Column("began_at", AT, nullable=False),
    Column("handoff_delay", BigInteger),
    Column("pickup", Text, nullable=False),
    PrimaryKeyConstraint("ticket_id", "n", name="ticket_stays_pkey"),
)
