"""What joins tickets that share one fault."""

from typing import Literal

from escalation.events.fact import Fact
from escalation.terms import Following


class Attached(Fact):
    """The ticket became a child of another."""

    kind: Literal["attached"] = "attached"
    parent: str
    previous: str | None = None
    reason: str = ""


class Detached(Fact):
    """The ticket goes on by itself."""

    kind: Literal["detached"] = "detached"
    parent: str
    reason: str = ""


class ChildJoined(Fact):
    """Another ticket became a child of this one."""

    kind: Literal["child_joined"] = "child_joined"
    ticket_id: str


class ChildLeft(Fact):
    """A child goes on by itself."""

    kind: Literal["child_left"] = "child_left"
    ticket_id: str


class Followed(Fact):
    """Something became of the parent, and this ticket goes with it; `text` is what the client may read of it."""

    kind: Literal["followed"] = "followed"
    parent: str
    what: Following
    author: str
    text: str = ""
