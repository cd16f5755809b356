"""Other systems, as the API is handed them, kept in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from escalation.ports import Unavailable
from escalation.psa.link import Link
from escalation.psa.ports import Connection, LogLine, Standing


@dataclass
class MemoryLinked:
    """The connections that a test makes."""

    kept: dict[str, Connection] = field(default_factory=dict)
    log: list[LogLine] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def connections(self) -> list[Connection]:
        return list(self.kept.values())

    def connection(self, name: str) -> Connection | None:
        return self.kept.get(name)

    def standing(self, connection: str) -> Standing:
        here = [link for link in self.links if link.connection == connection]
        run = [link for link in here if link.ticket_id]
        return Standing(linked=len(run), not_run=len(here) - len(run))

    def lines(self, connection: str | None = None, ticket_id: str | None = None, limit: int = 50) -> list[LogLine]:
        found = [line for line in self.log if connection in (None, line.connection)]
        return [line for line in reversed(found) if ticket_id in (None, line.ticket_id)][:limit]

    def links_of(self, ticket_ids: Sequence[str]) -> list[Link]:
        return [link for link in self.links if link.ticket_id in ticket_ids]


@dataclass
class MemoryWakes:
    """Remembers what it was told; it can be away."""

    woken: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    away: bool = False

    async def changed(self, connection: str, record_ids: Sequence[str]) -> None:
        self._tell(connection, "changed", record_ids)

    async def moved(self, connection: str, ticket_ids: Sequence[str]) -> None:
        self._tell(connection, "moved", ticket_ids)

    def _tell(self, connection: str, what: str, names: Sequence[str]) -> None:
        if self.away:
            raise Unavailable("Temporal does not answer")
        self.woken.append((connection, what, tuple(names)))
