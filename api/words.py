"""What a client may write in a path or a query."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, StringConstraints

_YEARS = range(1970, 2200)


def _sensible(at: datetime) -> datetime:
    if at.year not in _YEARS:
        raise ValueError(f"the year lies between {_YEARS.start} and {_YEARS.stop - 1}")
    return at.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]
"""A moment with its offset from UTC."""

_PLAIN = StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
Word = Annotated[str, _PLAIN]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[A-Za-z0-9_=-]+$")]
WordInPath = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Number = Annotated[int, Path(ge=1, lt=2**63)]
