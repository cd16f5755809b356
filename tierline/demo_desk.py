"""The desk as `tierline demo` uses it: everybody acts over HTTP with a token of their own, gone when the demo ends."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from escalation.policy import Policy
from escalation.ports import PersonView, Unavailable
from escalation.terms import Role
from stores.database import engine_for
from stores.people import People
from stores.policies import Policies
from stores.tokens import Tokens
from tierline.faults import OperatorError
from tierline.patience import patiently
from tierline.settings import Settings

MONITORING = "monitoring"
"""What the demo's alert comes from; its token has the role `integration`."""
_TOKEN_LIVES = timedelta(minutes=30)
_PATIENCE = 30.0  # seconds for one answer


class DemoError(OperatorError):
    """The demo cannot be played here, or something in it did not go as it should."""


@dataclass
class Desk:
    """The people of the running desk, and the API as each of them sees it."""

    api: httpx.Client
    tokens: Tokens
    people: Mapping[str, PersonView]
    policy: Policy
    _secrets: dict[str, str] = field(default_factory=dict)
    _made: list[str] = field(default_factory=list)

    def name(self, person: str) -> str:
        """What people call them."""
        known = self.people.get(person)
        return known.name if known else {"system": "Tierline", MONITORING: "Monitoring"}.get(person, person)

    def meaning(self, trigger: str) -> str:
        """What the policy says a trigger stands for."""
        return next((known.says for known in self.policy.triggers if known.id == trigger), trigger)

    def get(self, path: str, by: str, **query: str) -> httpx.Response:
        """What this person reads there; a refusal is an answer as well."""
        return self._ask("GET", path, by, params=query)

    def post(self, path: str, by: str, body: Mapping[str, Any]) -> httpx.Response:
        """What this person is answered. While a worker starts the API says so, and the same key asks again."""
        headers = {"Idempotency-Key": f"demo-{uuid4().hex}"}
        return patiently(
            lambda: self._ask("POST", path, by, json=body, headers=headers),
            lambda answer: answer.status_code != httpx.codes.SERVICE_UNAVAILABLE,
            within=_PATIENCE,
        )

    def forget_tokens(self) -> None:
        """Make every token of this demo worthless."""
        for token in self._made:
            self.tokens.revoke(token, datetime.now(UTC))

    def _ask(self, method: str, path: str, by: str, headers: Mapping[str, str] = {}, **more: Any) -> httpx.Response:
        whole = {**headers, "Authorization": f"Bearer {self._secret(by)}"}
        try:
            return self.api.request(method, f"/v1{path}", headers=whole, **more)
        except httpx.HTTPError as error:
            raise DemoError(f"the API does not answer at {self.api.base_url} ({error})") from None

    def _secret(self, person: str) -> str:
        if person not in self._secrets:
            now = datetime.now(UTC)
            known = self.people.get(person)
            token, secret = self.tokens.create(
                role=Role(known.role) if known else Role.INTEGRATION,
                person=person,
                at=now,
                expires_at=now + _TOKEN_LIVES,
                note="tierline demo",
            )
            self._secrets[person] = secret
            self._made.append(token.id)
        return self._secrets[person]


@contextmanager
def desk_of(settings: Settings) -> Iterator[Desk]:
    """The desk of the running stack; DemoError where nothing runs. Its tokens end with it."""
    engine = engine_for(settings.dsn, pool_size=2)
    try:
        people = {person.id: person for person in People(engine).people(datetime.now(UTC))}
        with httpx.Client(base_url=settings.api_url, timeout=_PATIENCE) as api:
            desk = Desk(api, Tokens(engine), people, Policies(engine).current())
            try:
                yield desk
            finally:
                desk.forget_tokens()
    except Unavailable as away:
        raise DemoError(f"{away}; is `tierline up` running?") from None
    finally:
        engine.dispose()
