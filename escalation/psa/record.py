"""A ticket as another system keeps it, in one shape for every such system."""

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime

from escalation.terms import LINE, TEXT, Facts

Field = Literal["status", "priority", "title", "description", "queue", "assignee"]
FIELDS: tuple[Field, ...] = ("status", "priority", "title", "description", "queue", "assignee")
Values = Mapping[Field, str]
"""What a record says in these fields, in the words of its own system; "" is nothing, as for a record of nobody."""


class Said(Facts):
    """A comment on a record: `author` is their id of whoever wrote it, None for the requester.

    `status` is what the record was set to with it, where their system says so.
    """

    id: str
    author: str | None = None
    public: bool = False
    text: str = ""
    status: str | None = None
    at: AwareDatetime | None = None


class Record(Facts):
    """What a record says now. `version` is another one after each change, whatever it is made of."""

    id: str
    version: str = ""
    updated_at: AwareDatetime | None = None
    status: str = ""
    priority: str = ""
    title: str = ""
    description: str = ""
    queue: str = ""
    assignee: str = ""
    requester_name: str = ""
    requester_email: str = ""
    resolution: str = ""
    comments: tuple[Said, ...] = ()

    @property
    def values(self) -> dict[Field, str]:
        """The fields that both sides have, as they are compared."""
        return {name: fit(name, getattr(self, name)) for name in FIELDS}


class NewRecord(Facts):
    """What a record is made of there; `mark` finds it again, should nobody hear that it was made."""

    title: str
    description: str
    queue: str
    priority: str
    requester_email: str = ""
    mark: str


def fit(name: Field, value: str) -> str:
    """The value as both systems can hold it: blanks at its ends and kinds of line breaks are no difference."""
    if name == "description":
        return "\n".join(line.rstrip() for line in value.splitlines()).strip()[:TEXT]
    return " ".join(value.split())[:LINE]


class PsaAway(Exception):
    """The other system cannot be asked just now; asking again later is right."""


class PsaRefused(Exception):
    """The other system will not do this, and would not if it were asked again; `reason` is what it said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
