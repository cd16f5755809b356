"""Looking something up among the published documents: the words that say most first, and words mistyped as well.

A stem that few documents hold says much (BM25's inverse document frequency); one that most of them hold says next to
nothing, and is not looked at where others say more. A word that no document holds stands for those that it begins,
or that are a slip or two away, at a discount.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, func, select, text

from escalation.library.search import Found, Sought
from escalation.library.snippet import snippet
from escalation.library.spelling import distance, tolerated
from stores.database import transaction
from stores.schema import indexed, terms
from stores.search_index import plain

_MOST_WORDS = 200  # of a question that are looked at
_MOST_STEMS = 12  # that are searched for, those that say most
_COMMON = 0.25  # of all documents; a stem in more of them waits for rarer ones
_ALIKE = 3  # words that a mistyped one may stand for
_BEGUN, _ONE_SLIP, _TWO_SLIPS = 0.8, 0.7, 0.5

_STEMS = text("SELECT lexeme FROM unnest(to_tsvector('english', :words)) ORDER BY positions[1]")
_NEAR = text("""
SELECT asked.word, near.n, near.term, near.documents
FROM unnest(CAST(:words AS TEXT[])) AS asked (word) CROSS JOIN LATERAL (
    SELECT n, term, documents FROM search_terms
    WHERE documents > 0 AND (term % asked.word OR (length(asked.word) >= 3 AND term LIKE asked.word || '%'))
    ORDER BY similarity(term, asked.word) DESC, documents DESC, term LIMIT 20
) AS near
""")
_BEST = text("""
WITH best AS (
    SELECT p.document AS n,
           sum(w.worth * p.weight) * (0.4 + 0.6 * sum(w.worth) / CAST(:all_of_it AS DOUBLE PRECISION)) AS score
    FROM unnest(CAST(:terms AS INT[]), CAST(:worths AS DOUBLE PRECISION[])) AS w (term, worth)
    JOIN search_postings AS p ON p.term = w.term
    JOIN search_documents AS d ON d.n = p.document
    WHERE (CAST(:kinds AS TEXT[]) IS NULL OR d.kind = ANY (CAST(:kinds AS TEXT[])))
      AND (d.clients = '{}' OR CAST(:client AS TEXT) IS NULL OR CAST(:client AS TEXT) = ANY (d.clients))
      AND (d.clients = '{}' OR CAST(:clients AS TEXT[]) IS NULL OR d.clients && CAST(:clients AS TEXT[]))
      AND (NOT :open_only OR d.status IS DISTINCT FROM 'fixed')
    GROUP BY p.document
    ORDER BY score DESC, n
    LIMIT :limit
)
SELECT d.document, d.kind, d.title, d.revision, d.text, best.score, o.categories
FROM best JOIN search_documents AS d USING (n) LEFT JOIN documents AS o ON (o.id, o.revision) = (d.document, d.revision)
ORDER BY best.score DESC, d.document
""")


class _Stem(NamedTuple):
    """A stem of the index, and how much it says of what was asked."""

    term: int
    stem: str
    worth: float


class Search:
    """Implements `api.services.Search`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, sought: Sought) -> list[Found]:
        """The documents that fit best, the best first; none for a question without a word in it."""
        with transaction(self._engine) as connection:
            stems = _stems(connection, sought.text)
            if not stems:
                return []
            said = {
                "terms": [each.term for each in stems],
                "worths": [each.worth for each in stems],
                "all_of_it": sum(each.worth for each in stems),
                "kinds": [kind.value for kind in sought.kinds] or None,
                "client": sought.client,
                "clients": None if sought.clients is None else list(sought.clients),
                "open_only": sought.open_only,
                "limit": sought.limit,
            }
            rows = connection.execute(_BEST, said).all()
        marked = {each.stem for each in stems}
        return [_found(row, round(row.score, 4), marked) for row in rows]

    def sop(self, category: str, named: str | None, client: str, clients: tuple[str, ...] | None) -> Found | None:
        """The published SOP for a category: the one named for it, or else one that says so, the client's own first."""
        readers = None if clients is None else list(clients)
        said = {"category": category, "named": named, "client": client, "clients": readers}
        with transaction(self._engine) as connection:
            row = connection.execute(_SOP, said).one_or_none()
        return _found(row, 0.0, ()) if row else None


def _found(row: Row[*tuple[Any, ...]], score: float, stems: Collection[str]) -> Found:
    marked = snippet(row.text, set(stems))
    return Found(
        id=row.document,
        kind=row.kind,
        title=row.title,
        revision=row.revision,
        score=score,
        snippet=marked,
        categories=tuple(row.categories or ()),
    )


_SOP = text("""
SELECT d.document, d.kind, d.title, d.revision, d.text, o.categories
FROM search_documents AS d JOIN documents AS o ON (o.id, o.revision) = (d.document, d.revision)
WHERE d.kind = 'sop' AND (d.document = :named OR CAST(:category AS TEXT) = ANY (o.categories))
  AND (d.clients = '{}' OR CAST(:client AS TEXT) = ANY (d.clients))
  AND (d.clients = '{}' OR CAST(:clients AS TEXT[]) IS NULL OR d.clients && CAST(:clients AS TEXT[]))
ORDER BY (d.document = :named) IS TRUE DESC, (d.clients = '{}'), d.document
LIMIT 1
""")


def _stems(connection: Connection, asked: str) -> list[_Stem]:
    """What to look for: those stems of the question that say most, and what mistyped ones stand for."""
    question = " ".join(plain(asked).split()[:_MOST_WORDS])
    wanted = list(connection.execute(_STEMS, {"words": question}).scalars()) if question else []
    if not wanted:
        return []
    every = connection.execute(select(func.count()).select_from(indexed)).scalar_one()
    known = {
        row.term: _Stem(row.n, row.term, _worth(row.documents, every))
        for row in connection.execute(select(terms).where(terms.c.term.in_(wanted), terms.c.documents > 0))
    }
    shares = {stem: each.worth for stem, each in known.items()}
    found = _telling([each for stem in wanted if (each := known.get(stem))], _worth(_COMMON * every, every))
    strange = [stem for stem in wanted if stem not in shares][:_MOST_STEMS]
    best: dict[int, _Stem] = {}
    for each in [*found, *_meant(connection, strange, every)]:
        if each.term not in best or best[each.term].worth < each.worth:
            best[each.term] = each
    return sorted(best.values(), key=lambda each: -each.worth)[:_MOST_STEMS]


def _telling(found: Sequence[_Stem], least: float) -> list[_Stem]:
    """Without the stems that most documents hold, where there are others."""
    return [each for each in found if each.worth >= least] or list(found)


def _meant(connection: Connection, strange: Sequence[str], every: int) -> list[_Stem]:
    """What words that no document holds may have been meant for, the nearest three of each."""
    if not strange:
        return []
    near: Mapping[str, list[tuple[float, _Stem]]] = defaultdict(list)
    for row in connection.execute(_NEAR, {"words": list(strange)}):
        discount = _discount(row.word, row.term)
        if discount:
            stem = _Stem(row.n, row.term, discount * _worth(row.documents, every))
            near[row.word].append((discount, stem))
    return [stem for each in near.values() for _, stem in sorted(each, key=lambda one: -one[0])[:_ALIKE]]


def _discount(word: str, term: str) -> float:
    if term.startswith(word):
        return _BEGUN
    most = tolerated(word)
    apart = distance(word, term, most)
    return 0.0 if apart > most else _ONE_SLIP if apart == 1 else _TWO_SLIPS


def _worth(holding: float, every: int) -> float:
    return log(1 + (every - holding + 0.5) / (holding + 0.5))
