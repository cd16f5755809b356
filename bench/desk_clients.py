"""People of the desk, and an integration, as clients of the HTTP API: each acts with a token of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from escalation.policy import Policy
from escalation.terms import Role
from stores.database import engine_for
from stores.tokens import Tokens
from tierline.settings import Settings

_NOTE = "bench.api"
_DESK = {role.value: role for role in (Role.TECHNICIAN, Role.DISPATCHER, Role.TEAM_LEAD, Role.SERVICE_MANAGER)}


@dataclass(frozen=True)
class Secrets:
    """A token for each person, and one for the integration that takes tickets in."""

    integration: str
    people: dict[str, str]

    def of(self, person: str) -> dict[str, str]:
        """The headers with which this person asks."""
        return {"Authorization": f"Bearer {self.people[person]}"}

    @property
    def intake(self) -> dict[str, str]:
        """The headers of the integration."""
        return {"Authorization": f"Bearer {self.integration}"}


@contextmanager
def tokens(settings: Settings, policy: Policy) -> Iterator[Secrets]:
    """Tokens made for the length of the benchmark, and revoked after it."""
    engine = engine_for(settings.dsn, pool_size=1)
    store, now = Tokens(engine), datetime.now(UTC)
    made: list[str] = []

    def secret(role: Role, person: str) -> str:
        token, clear = store.create(role=role, person=person, at=now, note=_NOTE)
        made.append(token.id)
        return clear

    try:
        people = {p.id: secret(_DESK[p.role], p.id) for p in policy.people.values() if p.role in _DESK}
        yield Secrets(secret(Role.INTEGRATION, "bench"), people)
    finally:
        for token_id in made:
            store.revoke(token_id, datetime.now(UTC))
        engine.dispose()
