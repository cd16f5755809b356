"""The index in which published documents are looked up."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make its tables; `tierline prepare` fills them."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(_TABLES)


_TABLES = """
CREATE TABLE search_documents (
    n INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    clients TEXT[] NOT NULL,
    status TEXT,
    text TEXT NOT NULL
);
CREATE TABLE search_terms (
    n INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    term TEXT NOT NULL UNIQUE,
    documents BIGINT NOT NULL
);
CREATE INDEX search_terms_alike ON search_terms USING gin (term gin_trgm_ops);
CREATE TABLE search_postings (
    term INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES search_documents (n) ON DELETE CASCADE,
    weight REAL NOT NULL,
    PRIMARY KEY (term, document) INCLUDE (weight)
);
CREATE INDEX search_postings_of_a_document ON search_postings (document);
"""
