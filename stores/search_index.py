"""The index of published documents, kept in the transaction that publishes or retires one.

A document is taken apart into stems by PostgreSQL's English dictionary. How much a stem says of a document is BM25's
term weight over four fields: id and title, tags with categories and symptoms, steps, and the body. How much a stem
says at all is left to the question: it follows from how many documents hold it, which search_terms counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from escalation.library.revisions import RevisionState
from escalation.library.snippet import words
from stores.schema import documents, indexed

_TITLE, _SIGNS, _STEPS, _BODY = "A", "B", "C", "D"
_SIGNS_IN = ("tags", "categories", "skills", "symptoms", "vendor", "workaround")
_MOST_WORD = 60  # characters; longer ones are no words
_ONE_AT_A_TIME = 7_417_306

_ADD = text("""
WITH stems AS (
    SELECT lexeme AS term,
           (SELECT sum(CASE w WHEN 'A' THEN 5 WHEN 'B' THEN 3 WHEN 'C' THEN 1.5 ELSE 1 END)
            FROM unnest(weights) AS w) AS often
    FROM unnest(
        setweight(to_tsvector('english', :a), 'A') || setweight(to_tsvector('english', :b), 'B')
        || setweight(to_tsvector('english', :c), 'C') || setweight(to_tsvector('english', :d), 'D')
    )
), counted AS (
    INSERT INTO search_terms AS known (term, documents)
    SELECT term, 1 FROM stems ORDER BY term
    ON CONFLICT (term) DO UPDATE SET documents = known.documents + 1
    RETURNING n, term
)
INSERT INTO search_postings (term, document, weight)
SELECT counted.n, :n, 2.2 * often / (often + 1.2 * (0.4 + 0.6 * :length / 300.0))
FROM counted JOIN stems USING (term)
""")
_FORGET = text("""
WITH gone AS (
    DELETE FROM search_postings USING search_documents
    WHERE search_postings.document = search_documents.n AND search_documents.document = :document
    RETURNING search_postings.term
)
UPDATE search_terms SET documents = documents - 1 FROM gone WHERE search_terms.n = gone.term
""")


def put(connection: Connection, document: str) -> None:
    """Have the published revision of this document found, and no other; nothing of it where none is published."""
    connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    connection.execute(_FORGET, {"document": document})
    connection.execute(delete(indexed).where(indexed.c.document == document))
    published = documents.c.state == RevisionState.PUBLISHED.value
    found = connection.execute(select(documents).where(documents.c.id == document, published)).mappings().one_or_none()
    if found is None:
        return
    row = {str(name): value for name, value in found.items()}
    fields = _fields(row)
    kept = {name: row[name] for name in ("revision", "kind", "title", "clients")}
    kept |= {"document": document, "status": row["data"].get("status"), "text": _shown(row)}
    n = connection.execute(insert(indexed).values(**kept).returning(indexed.c.n)).scalar_one()
    length = sum(len(each.split()) for each in fields.values())
    connection.execute(_ADD, {name.lower(): said for name, said in fields.items()} | {"n": n, "length": length})


def catch_up(connection: Connection) -> int:
    """Put right whatever of the index does not agree with what is published; how many documents that were."""
    published = select(documents.c.id, documents.c.revision).where(documents.c.state == RevisionState.PUBLISHED.value)
    there = {row.id: row.revision for row in connection.execute(published)}
    known = {row.document: row.revision for row in connection.execute(select(indexed.c.document, indexed.c.revision))}
    wrong = [name for name in sorted({*there, *known}) if there.get(name) != known.get(name)]
    for name in wrong:
        put(connection, name)
    return len(wrong)


def plain(text: str) -> str:
    """The words of a text as the index has them, between single spaces."""
    return " ".join(word for word in words(text) if len(word) <= _MOST_WORD)


def _fields(row: Mapping[str, Any]) -> dict[str, str]:
    data = dict(row["data"])
    title = [row["id"], row["title"]]
    signs = [said for name in _SIGNS_IN for said in _strings(data.pop(name, ()))]
    for name in ("id", "kind", "title", "clients", "status", "tier"):
        data.pop(name, None)
    steps = _strings(list(data.values()))
    said = {_TITLE: title, _SIGNS: signs, _STEPS: steps, _BODY: [row["body"]]}
    return {name: plain(" ".join(each)) for name, each in said.items()}


def _shown(row: Mapping[str, Any]) -> str:
    """What a snippet is taken from: what the front matter says in words, and the body."""
    data = row["data"]
    first = [said for name in ("symptoms", "workaround", "steps") for said in _strings(data.get(name, ()))]
    sentences = [said for said in first if " " in said]
    return "\n".join([*sentences, row["body"]])


def _strings(said: object) -> Iterator[str]:
    match said:
        case str():
            yield said
        case dict():
            yield from _every(said.values())
        case list() | tuple():
            yield from _every(said)
        case _:
            return


def _every(said: Iterable[object]) -> Iterator[str]:
    for each in said:
        yield from _strings(each)
