"""What the figures are computed from: a narrow row for each ticket, one for each stay, one for each doing of Tier 1.

Lengths of time are whole microseconds: their sums are exact, and a quantile of them is the one that Python computes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSTZMULTIRANGE

from stores.schema.columns import AT, metadata

# A question has to be put in these very words for its index to answer it.
AT_TIER_3, NEEDLESS = "(worked & 4) > 0", "cardinality(in_scope_by) > 0"

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
    Column("promise_took", BigInteger),
    # The entry up to which an own release wrote the columns that an older one does not know; `seq`, or to be filled.
    Column("whole_seq", Integer),
    Index("ticket_figures_by_time", "taken_in_at"),
    Index("ticket_figures_at_tier_1", "at_tier_1", postgresql_using="gist"),
    Index("ticket_figures_at_tier_3", "taken_in_at", postgresql_where=text(AT_TIER_3)),
    Index("ticket_figures_in_scope", "taken_in_at", postgresql_where=text(NEEDLESS)),
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

# What the 40 % line counts of the journal: escalations out of Tier 1, attempts, near misses, and who was asked there
# because nothing happened.
tier_one_events = Table(
    "tier_one_events",
    metadata,
    Column("ticket_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", AT, nullable=False),
    Column("kind", Text, nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("trigger", Text),
    Column("in_scope", Boolean, nullable=False),
    Column("along_sop", Boolean, nullable=False),
    Column("repeated", Boolean, nullable=False),
    PrimaryKeyConstraint("ticket_id", "seq", name="tier_one_events_pkey"),
    Index("tier_one_events_by_time", "at"),
)
