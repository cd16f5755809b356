"""Other systems that tickets are in step with, as the API is handed them."""

from collections.abc import Sequence
from typing import Protocol

from escalation.psa.link import Link
from escalation.psa.ports import Connection, LogLine, Standing


class Linked(Protocol):
    """The connections, and what people should know of them; no secret is ever among it."""

    def connections(self) -> Sequence[Connection]: ...

    def connection(self, name: str) -> Connection | None: ...

    def standing(self, connection: str) -> Standing: ...

    def lines(
        self, connection: str | None = None, ticket_id: str | None = None, limit: int = 50
    ) -> Sequence[LogLine]: ...

    def links_of(self, ticket_ids: Sequence[str]) -> Sequence[Link]: ...
