"""The index of what is published: documents, the words that they hold, and how much each word says of each."""

from sqlalchemy import REAL, BigInteger, Column, ForeignKey, Identity, Index, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from stores.schema.columns import metadata

indexed = Table(
    "search_documents",
    metadata,
    Column("n", Integer, Identity(always=True), primary_key=True),
    Column("document", Text, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("clients", ARRAY(Text), nullable=False),
    Column("status", Text),
    Column("text", Text, nullable=False),
)

terms = Table(
    "search_terms",
    metadata,
    Column("n", Integer, Identity(always=True), primary_key=True),
    Column("term", Text, nullable=False, unique=True),
    Column("documents", BigInteger, nullable=False),
    Index("search_terms_alike", "term", postgresql_using="gin", postgresql_ops={"term": "gin_trgm_ops"}),
)

postings = Table(
    "search_postings",
    metadata,
    Column("term", Integer, nullable=False),
    Column("document", Integer, ForeignKey("search_documents.n", ondelete="CASCADE"), nullable=False),
    Column("weight", REAL, nullable=False),
    PrimaryKeyConstraint("term", "document", name="search_postings_pkey"),
    Index("search_postings_of_a_document", "document"),
)
