"""API tokens: `tl_<id>_<secret>`, of which only the SHA-256 is kept. 256 random bits need no slower hash."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import Engine, Row, exists, insert, or_, select, update

from escalation.ports import Token
from escalation.terms import Facts, Role
from stores.database import transaction
from stores.schema import people, tokens

_NOTED_AT_MOST_EVERY = timedelta(minutes=1)


class TokenLine(Facts):
    """A token as it is listed: everything but its secret."""

    token: Token
    note: str
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None = None
    last_used_at: AwareDatetime | None = None


def hashed(secret: str) -> bytes:
    """What is kept of a token."""
    return sha256(secret.encode()).digest()


class Tokens:
    """The tokens that the API accepts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(
        self,
        *,
        role: Role,
        person: str,
        at: datetime,
        clients: tuple[str, ...] | None = None,
        expires_at: datetime | None = None,
        note: str = "",
        keep: Callable[[str], object] = lambda _secret: None,
    ) -> tuple[Token, str]:
        """A new token and its secret text, which nobody can ever be shown again.

        `keep` is handed the secret before the token counts, so that a first token is never lost on its way to a file.
        """
        token = Token(id=secrets.token_hex(6), person=person, role=role, clients=clients, expires_at=expires_at)
        secret = f"tl_{token.id}_{secrets.token_urlsafe(32)}"
        row = token.model_dump() | {
            "hash": hashed(secret),
            "clients": None if clients is None else list(clients),
            "note": note,
            "created_at": at,
        }
        with transaction(self._engine) as connection:
            connection.execute(insert(tokens), row)
            keep(secret)
        return token, secret

    def all(self) -> list[TokenLine]:
        """Every token ever made, the latest first."""
        asked = select(tokens).order_by(tokens.c.created_at.desc(), tokens.c.id)
        with transaction(self._engine) as connection:
            return [_line(row) for row in connection.execute(asked)]

    def revoke(self, token_id: str, at: datetime) -> bool:
        """Make a token worthless from now on; False if there is none of this id, or it was revoked before."""
        live = update(tokens).where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None)).values(revoked_at=at)
        with transaction(self._engine) as connection:
            return bool(connection.execute(live).rowcount)

    def verify(self, secret: str, at: datetime) -> Token | None:
        """Whose token this is; None if it is unknown, expired or revoked, or its holder has left.

        Its use is noted about once a minute.
        """
        asked = select(tokens).where(tokens.c.hash == hashed(secret), _GOOD)
        with transaction(self._engine) as connection:
            row = connection.execute(asked).one_or_none()
            if row is None or (row.expires_at is not None and row.expires_at <= at):
                return None
            if row.last_used_at is None or row.last_used_at <= at - _NOTED_AT_MOST_EVERY:
                connection.execute(update(tokens).where(tokens.c.id == row.id).values(last_used_at=at))
        return _token(row)

    def snapshot(self, at: datetime) -> Mapping[bytes, Token]:
        """Every live token by the hash of its secret, so that a door can stay open while PostgreSQL is away.

        Whoever keeps it must look at `expires_at` themselves.
        """
        live = _GOOD & or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > at)
        with transaction(self._engine) as connection:
            return {bytes(row.hash): _token(row) for row in connection.execute(select(tokens).where(live))}


# Somebody who is no longer in the policy comes in no more; should they come back with a later one, so does their token.
_LEFT = exists().where(people.c.id == tokens.c.person, ~people.c.active)
_GOOD = tokens.c.revoked_at.is_(None) & ~_LEFT


def _token(row: Row[*tuple[Any, ...]]) -> Token:
    return Token(
        id=row.id,
        person=row.person,
        role=row.role,
        clients=None if row.clients is None else tuple(row.clients),
        expires_at=row.expires_at,
    )


def _line(row: Row[*tuple[Any, ...]]) -> TokenLine:
    said = {name: getattr(row, name) for name in ("note", "created_at", "revoked_at", "last_used_at")}
    return TokenLine(token=_token(row), **said)
