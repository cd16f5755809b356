"""Major incidents; implements `escalation.majors.Majors` in two statements, however many there are."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, select

from escalation.majors import MajorIncident, MajorWord
from escalation.records import Major
from stores.database import transaction
from stores.schema import journal, tickets
from stores.ticket_filter import HAS_BEEN_MAJOR, IS_MAJOR

MOST_AT_ONCE = 100


class Majors:
    """What is known of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def incidents(self, clients: tuple[str, ...] | None, *, running: bool, limit: int) -> Sequence[MajorIncident]:
        """Those of these clients, the latest first."""
        asked = select(
            *(tickets.c[name] for name in ("ticket_id", "subject", "client", "category", "priority", "stage")),
            tickets.c.state["major"].label("major"),
            tickets.c.state["children"].label("children"),
        ).where(HAS_BEEN_MAJOR, *([IS_MAJOR] if running else []))
        if clients is not None:
            asked = asked.where(tickets.c.client.in_(clients))
        asked = asked.order_by(tickets.c.state["major"]["since"].astext.desc(), tickets.c.ticket_id)
        with transaction(self._engine) as connection:
            rows = connection.execute(asked.limit(max(1, min(limit, MOST_AT_ONCE)))).all()
            words = _words(connection, [row.ticket_id for row in rows])
        found = []
        for row in rows:
            said, major = row._asdict(), Major.model_validate(row.major)
            led = major.model_dump(include=set(Major.model_fields) & set(MajorIncident.model_fields) - {"updates"})
            told = tuple(word for word in words[row.ticket_id] if word.at >= major.since)
            found.append(MajorIncident(**said | led | {"children": len(row.children or ()), "updates": told}))
        return found


def _words(connection: Connection, ids: Sequence[str]) -> dict[str, list[MajorWord]]:
    """What was said of each, the latest first."""
    found: defaultdict[str, list[MajorWord]] = defaultdict(list)
    asked = (
        select(journal.c.ticket_id, journal.c.at, journal.c.actor, journal.c.event["text"].astext.label("text"))
        .where(journal.c.ticket_id.in_(ids), journal.c.kind == "major_updated")
        .order_by(journal.c.seq.desc())
    )
    for row in connection.execute(asked):
        found[row.ticket_id].append(MajorWord(at=row.at, by=row.actor, text=row.text))
    return found
