"""What the tables share: their register, the type of a moment, and who wrote a row in which transaction."""

from sqlalchemy import (
    DateTime,
    MetaData,
)
from sqlalchemy.types import UserDefinedType

metadata = MetaData()
AT = DateTime(timezone=True)


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8: which transaction wrote a row. Order of commit is not order of insertion."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "XID8"
