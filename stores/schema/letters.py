"""What became of each mail that came in."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from stores.schema.columns import AT, metadata

letters = Table(
    "letters",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("ticket_id", Text),
    Column("outcome", Text, nullable=False),
    Column("at", AT, nullable=False),
    Index("letters_by_id", "message_id"),
    Index("letters_of_sender", "sender", "at"),
)
