"""Starting back-tests: from the API and from the console alike."""

import json
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.faults import Forbidden, KeyReused, NotFound
from api.patience import patiently, within
from api.services import Services
from api.window import window
from api.words import Moment, Word
from escalation.backtest.kept import Backtest, BacktestResult
from escalation.policy import Policy
from escalation.ports import Token
from escalation.terms import Role

_STARTERS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER})
_REACHES = {
    "people": {"__all__": {"email", "apprise", "slack", "teams", "sms", "voice"}}
}  # how people are reached changes no judgement
_TO_READ = 20.0  # seconds: a document is checked whole, which takes one or two where nothing else runs
_GONE = "There is no back-test of this id."


class BacktestBody(BaseModel):
    """A published version or a document on trial, and the tickets: of the last so many days, or of a window."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": "2026.1", "days": 30}]})

    version: Word | None = None
    document: Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]*$")] | None = None
    days: Literal[7, 30, 90] | None = None
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _one_of_each(self) -> "BacktestBody":
        if (self.version is None) == (self.document is None):
            raise ValueError("name a published version, or send a document to try: one of the two")
        if self.days is not None and (self.since or self.until):
            raise ValueError("name days, or a window with `from` and `to`: one of the two")
        return self


def starts(token: Token) -> None:
    """Raise Forbidden for a role that starts no back-tests."""
    if not may_start(token):
        raise Forbidden("A team lead or a service manager starts a back-test.", role=token.role.value)


def may_start(token: Token) -> bool:
    """Whether this role starts back-tests."""
    return token.role in _STARTERS


async def begin(services: Services, token: Token, wanted: BacktestBody, key: str | None) -> Backtest:
    """Start it, once for each key; KeyReused where the key was used for another, PolicyUnsound for a faulty document.

    NotConfirmed while Temporal does not answer: it is kept, and begins when it is asked for again with the same key.
    """
    starts(token)
    now = services.now()
    since, until = _window(wanted, now)
    policy = await within(_TO_READ, _policy, services, wanted, now)
    new = Backtest(
        id=_id(token, key),
        version=policy.version,
        trial=wanted.document is not None,
        since=since,
        until=until,
        made_by=token.person,
        made_at=now,
    )
    body = policy.model_dump_json(exclude=_REACHES) if new.trial else None
    asked = _fingerprint(wanted)
    kept, fingerprint = await patiently(services.backtests.begin, new, body, asked)
    if fingerprint != asked:
        raise KeyReused("This key was used for another back-test.")
    if not kept.over:
        await services.judging.begin(kept)
    return kept


async def remove(services: Services, token: Token, name: str) -> None:
    """Delete one's own; Forbidden for another's."""
    found = await patiently(services.backtests.one, name)
    if found is None:
        raise NotFound(_GONE)
    if found.made_by != token.person:
        raise Forbidden("Whoever started a back-test deletes it.")
    await patiently(services.backtests.remove, name)


def one(services: Services, name: str) -> BacktestResult:
    """One of them; NotFound if there is none."""
    found = services.backtests.one(name)
    if found is None:
        raise NotFound(_GONE)
    return found


def _window(wanted: BacktestBody, now: datetime) -> tuple[datetime, datetime]:
    if wanted.days is not None:
        return now - timedelta(days=wanted.days), now
    since, until = window(wanted.since, wanted.until, now)
    return since, until or now


def _policy(services: Services, wanted: BacktestBody, now: datetime) -> Policy:
    if wanted.document is not None:
        return services.publisher.read(wanted.document, at=now)
    if all(line.version != wanted.version for line in services.policies.all()):
        raise NotFound("No policy of this version was published.")
    return services.policies.version(wanted.version or "")


def _id(token: Token, key: str | None) -> str:
    seed = f"{token.person}\n{key}".encode() if key else secrets.token_bytes(16)
    return f"B-{sha256(seed).hexdigest()[:12].upper()}"


def _fingerprint(wanted: BacktestBody) -> str:
    said = wanted.model_dump(mode="json", exclude_defaults=True)
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
