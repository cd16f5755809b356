"""Who was asked about a ticket and has not answered, out of the journal."""

from sqlalchemy import Engine, text

from escalation.consultations import Consultation
from stores.database import transaction

# Consulting somebody again with their answer is how an answer comes on record.
_ASKED = text("""
SELECT j.ticket_id, t.subject, t.client, j.actor AS by, j.at, j.event ->> 'question' AS question
FROM journal AS j JOIN tickets AS t USING (ticket_id)
WHERE j.kind = 'consulted' AND j.event ->> 'person' = :person
  AND btrim(coalesce(j.event ->> 'answer', '')) = ''
  AND t.stage = ANY (ARRAY['triage', 'tier_1', 'tier_2', 'tier_3']) AND NOT t.imported
  AND (CAST(:clients AS TEXT[]) IS NULL OR t.client = ANY (CAST(:clients AS TEXT[])))
  AND NOT EXISTS (
      SELECT FROM journal AS later
      WHERE later.ticket_id = j.ticket_id AND later.seq > j.seq AND later.kind = 'consulted'
        AND later.event ->> 'person' = :person AND btrim(coalesce(later.event ->> 'answer', '')) <> ''
  )
ORDER BY j.at DESC, j.ticket_id, j.seq DESC
LIMIT :limit
""")


class Consultations:
    """Implements `api.services.Consultations`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def asked_of(self, person: str, clients: tuple[str, ...] | None, limit: int) -> list[Consultation]:
        """The open questions to this person about open tickets, the latest first; of these clients' only."""
        said = {"person": person, "clients": None if clients is None else list(clients), "limit": limit}
        with transaction(self._engine) as connection:
            return [Consultation.model_validate(row._asdict()) for row in connection.execute(_ASKED, said)]
