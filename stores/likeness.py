"""Tickets that are like another one by their words: solved ones for triage, open ones that may be the same."""

from collections.abc import Sequence

from sqlalchemy import Engine, text

from escalation.likeness import Twin
from escalation.suggesting import Past
from stores.database import transaction

# The latest of those that share a word. Words that thousands have say little, so that some thousands are enough.
_MOST_PAST = 300
_PAST = text("""
WITH wanted AS (
    SELECT word, stem FROM (
        SELECT word, (ts_lexize('english_stem', word))[1] AS stem FROM unnest(CAST(:words AS TEXT[])) AS word
    ) AS asked WHERE stem IS NOT NULL
), near AS MATERIALIZED (
    SELECT category, subject, taken_in_at, ticket_id FROM tickets
    WHERE to_tsvector('english', subject)
          @@ (SELECT string_agg(quote_literal(stem), ' | ')::tsquery FROM wanted)
      AND stage = ANY (ARRAY['resolved'::text, 'closed'::text]) AND category IS NOT NULL
      AND (CAST(:clients AS TEXT[]) IS NULL OR client = ANY (CAST(:clients AS TEXT[])))
    LIMIT 5000
), latest AS (
    SELECT * FROM near ORDER BY taken_in_at DESC, ticket_id LIMIT :limit
)
SELECT category, ARRAY(
    SELECT word FROM wanted WHERE stem = ANY (tsvector_to_array(to_tsvector('english', latest.subject))) ORDER BY word
) AS words
FROM latest
""")
_LIKE = 0.45  # of 1; trigrams that two subjects share
_TWINS = text("""
SELECT a.ticket_id, b.ticket_id AS other, b.subject, b.client, b.stage, b.owner, b.opened_at,
       similarity(a.subject, b.subject) AS likeness
FROM tickets AS a JOIN tickets AS b ON b.client = a.client AND b.ticket_id <> a.ticket_id
WHERE a.stage = 'triage' AND NOT a.imported AND NOT b.imported
  AND b.stage = ANY (ARRAY['triage'::text, 'tier_1'::text, 'tier_2'::text, 'tier_3'::text])
  AND (CAST(:ticket AS TEXT) IS NULL OR a.ticket_id = CAST(:ticket AS TEXT))
  AND (CAST(:clients AS TEXT[]) IS NULL OR a.client = ANY (CAST(:clients AS TEXT[])))
  AND similarity(a.subject, b.subject) >= :like
ORDER BY likeness DESC, a.ticket_id, b.ticket_id
LIMIT :limit
""")


class Likeness:
    """Implements `escalation.likeness.Likeness`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def past(self, words: Sequence[str], clients: tuple[str, ...] | None) -> list[Past]:
        """The latest solved tickets whose subjects share a word, in any of its forms; of these clients only."""
        said = {"words": list(words), "clients": _all_or(clients), "limit": _MOST_PAST}
        with transaction(self._engine) as connection:
            return [Past(category=row.category, words=row.words) for row in connection.execute(_PAST, said)]

    def twins(self, clients: tuple[str, ...] | None, ticket_id: str | None, limit: int) -> list[Twin]:
        """Tickets in triage beside open ones of the same client that may be the same, the likest first."""
        said = {"ticket": ticket_id, "clients": _all_or(clients), "like": _LIKE, "limit": limit}
        with transaction(self._engine) as connection:
            return [Twin.model_validate(row._asdict()) for row in connection.execute(_TWINS, said)]


def _all_or(clients: tuple[str, ...] | None) -> list[str] | None:
    return None if clients is None else list(clients)
