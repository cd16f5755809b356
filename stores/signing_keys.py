"""The secrets that sign links in messages: kept as they are, since they have to sign."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, or_, select, text, update

from escalation.links import LIVES, SigningKey
from stores.database import transaction
from stores.schema import signing_keys

_LENGTH = 32  # bytes
_ONE_AT_A_TIME = text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")


class SigningKeys:
    """Implements `escalation.ports.SigningKeys`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def live(self, at: datetime) -> list[SigningKey]:
        """The key that signs, and those that were retired so lately that a link of theirs may still be good."""
        retired = signing_keys.c.retired_at
        asked = (
            select(signing_keys.c.id, signing_keys.c.secret)
            .where(or_(retired.is_(None), retired > at - LIVES))
            .order_by(retired.is_not(None), signing_keys.c.made_at.desc())
        )
        with transaction(self._engine) as connection:
            return [SigningKey(row.id, bytes(row.secret)) for row in connection.execute(asked)]

    def make_first(self, at: datetime) -> bool:
        """Make a key where there is none yet; whether there was none."""
        with transaction(self._engine) as connection:
            connection.execute(_ONE_AT_A_TIME)
            if connection.execute(select(signing_keys.c.id).limit(1)).first() is not None:
                return False
            _make(connection, at)
        return True

    def rotate(self, at: datetime) -> str:
        """Sign with a new key from now on; what others have signed stays good for as long as it would have been."""
        with transaction(self._engine) as connection:
            connection.execute(_ONE_AT_A_TIME)
            connection.execute(update(signing_keys).where(signing_keys.c.retired_at.is_(None)).values(retired_at=at))
            return _make(connection, at)


def _make(connection: Connection, at: datetime) -> str:
    key = SigningKey(secrets.token_hex(4), secrets.token_bytes(_LENGTH))
    connection.execute(insert(signing_keys), {"id": key.id, "secret": key.secret, "made_at": at})
    return key.id
