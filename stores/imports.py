"""Whole stories of the past, many at a time, into the journal and the read side. Repeating one adds nothing."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from escalation.events import Entry
from escalation.terms import Facts
from stores.database import transaction
from stores.journal import Journal, entry_of
from stores.projection import AnotherStory
from stores.schema import journal

__all__ = ["Added", "AnotherStory", "Imports"]


class Added(Facts):
    """What an import added; tickets that were there already, or grew, are not counted as new."""

    tickets: int = 0
    entries: int = 0


class Imports:
    """Adds stories of tickets that no workflow runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._journal = engine, Journal(engine)

    def add(self, stories: Sequence[Sequence[Entry]]) -> Added:
        """Add what is new in these stories, all or nothing; AnotherStory where the journal contradicts them."""
        there = self._there([story[0].ticket_id for story in stories])
        new: list[Entry] = []
        begun = 0
        for story in stories:
            known = there.get(story[0].ticket_id, [])
            for told, ours in zip(story, known, strict=False):
                if told != ours:
                    raise AnotherStory(told.ticket_id, told.seq)
            begun += not known
            new += story[len(known) :]
        self._journal.append(new)
        return Added(tickets=begun, entries=len(new))

    def _there(self, ticket_ids: Sequence[str]) -> dict[str, list[Entry]]:
        asked = select(journal).where(journal.c.ticket_id.in_(ticket_ids)).order_by(journal.c.ticket_id, journal.c.seq)
        there: dict[str, list[Entry]] = {}
        with transaction(self._engine) as connection:
            for row in connection.execute(asked):
                there.setdefault(row.ticket_id, []).append(entry_of(row))
        return there
