"""One thing a sender says about one fault, as every format is read into."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from escalation.terms import Facts, Line, Text

Action = Literal["trigger", "acknowledge", "clear", "update"]
Severity = Annotated[int, Field(ge=1, le=4)]
"""From 1, critical, to 4, for information; what a sender calls otherwise counts as 3, and is marked as unknown."""


class Link(Facts):
    """Where to read on."""

    href: Line
    text: Line = ""


class Alert(Facts):
    """What a sender says of a fault.

    `event_id` is the sender's id of this saying: the same again is a repeat, and changes nothing. `fault` is its id of
    the fault itself, the same as long as that lasts, whatever its severity or wording: with client and source it tells
    faults apart. `group` is what the sender itself holds together. `kind` is what sort of fault it is, the same for
    every client; `client` is one of the policy's.
    """

    source: Line
    event_id: Line
    fault: Line
    action: Action
    client: Line
    site: Line | None = None
    asset: Line | None = None
    kind: Line = ""
    category: Line | None = None
    group: Line | None = None
    summary: Line
    details: Text = ""
    severity: Severity = 3
    severity_unknown: bool = False
    occurred_at: AwareDatetime
    links: tuple[Link, ...] = ()
    labels: dict[str, str] = {}


class Hint(Facts):
    """Word that a record of another system has changed; what it says now has to be fetched from there."""

    source: Line
    event_id: Line
    record_kind: Line
    record_id: Line
    action: Literal["added", "updated", "deleted"]
    occurred_at: AwareDatetime


class Unread(Facts):
    """A part of a body that says nothing we can act on, by its place from 1 on; see Unreadable."""

    place: int
    code: Line
    reason: Line


class Reading(Facts):
    """Everything that one body says, in order.

    Where `unread` is not empty, the body goes to quarantine once the rest is dealt with; read again after its source's
    map was mended, what was dealt with is a repeat.
    """

    alerts: tuple[Alert, ...] = ()
    hints: tuple[Hint, ...] = ()
    unread: tuple[Unread, ...] = ()


class Unreadable(Exception):
    """A body that says nothing we can act on; `code` is stable, `reason` is for the person who mends it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return self.reason
