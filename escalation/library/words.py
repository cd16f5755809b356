"""What may be written in a document: one line or many, nothing that a database or YAML could not hold."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from escalation.durations import Duration

MOST_BODY = 200_000  # characters
_PRINTED = r"^[^\x00-\x1f\x7f]+$"

DocumentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
StepId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=_PRINTED)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=_PRINTED)]
TierNumber = Annotated[int, Field(ge=1, le=3)]
Wait = Annotated[Duration, Field(gt=timedelta(), le=timedelta(days=366))]


def _clean(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()


Body = Annotated[str, Field(max_length=MOST_BODY), AfterValidator(_clean)]
"""Markdown; blank lines at both ends do not count."""
