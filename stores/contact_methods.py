"""Which ways to people were tried."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.verifying import AGAIN_AFTER, Asked, Proof
from stores.database import transaction
from stores.schema import contact_methods

_TABLE = contact_methods.c


class ContactMethods:
    """The proofs, and the codes that are out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def proofs(self) -> list[Proof]:
        """Every way that was proven, whether or not its address still is the same."""
        asked = select(contact_methods).where(_TABLE.verified_at.is_not(None))
        with transaction(self._engine) as connection:
            return [
                Proof(person=row.person, method=row.method, mark=row.verified_mark, at=row.verified_at)
                for row in connection.execute(asked)
            ]

    def ask(self, person: str, method: str, mark: str, code_hash: str, at: datetime) -> bool:
        """Keep a code that goes out, in place of the one before; False where that one is not a minute old."""
        row = insert(contact_methods).values(
            person=person, method=method, asked_mark=mark, code_hash=code_hash, asked_at=at
        )
        anew = {"asked_mark": mark, "code_hash": code_hash, "asked_at": at, "tries": 0}
        old_enough = _TABLE.asked_at.is_(None) | (_TABLE.asked_at <= at - AGAIN_AFTER)
        kept = row.on_conflict_do_update(index_elements=["person", "method"], set_=anew, where=old_enough)
        with transaction(self._engine) as connection:
            return connection.execute(kept.returning(_TABLE.person)).first() is not None

    def answer(self, person: str, method: str, judged: Callable[[Asked], bool], at: datetime) -> bool:
        """Judge a code against the one that is out; each guess counts, and the right one can be used once."""
        mine = (_TABLE.person == person) & (_TABLE.method == method)
        with transaction(self._engine) as connection:
            row = connection.execute(select(contact_methods).where(mine).with_for_update()).first()
            if row is None or row.code_hash is None:
                return False
            asked = Asked(mark=row.asked_mark, code_hash=row.code_hash, at=row.asked_at, tries=row.tries)
            proven = judged(asked)
            changed: dict[str, object] = {"tries": row.tries + 1}
            if proven:
                changed = {"code_hash": None, "verified_mark": row.asked_mark, "verified_at": at}
            connection.execute(update(contact_methods).where(mine).values(changed))
        return proven
