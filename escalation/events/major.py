"""What happened to a ticket as a major incident."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.durations import Duration
from escalation.events.fact import Fact


class MajorDeclared(Fact):
    """Somebody commands, somebody communicates, and the clients hear every so often; again, where that changed."""

    kind: Literal["major_declared"] = "major_declared"
    commander: str
    communicator: str
    update_every: Duration
    update_due_at: AwareDatetime
    reason: str = ""


class MajorUpdated(Fact):
    """The clients were told how it stands, all in the same words."""

    kind: Literal["major_updated"] = "major_updated"
    text: str
    update_due_at: AwareDatetime


class MajorUpdateMissed(Fact):
    """The clients have heard nothing for longer than they were promised: `n` times in a row by now."""

    kind: Literal["major_update_missed"] = "major_update_missed"
    n: int
    due_at: AwareDatetime
    update_due_at: AwareDatetime


class MajorEnded(Fact):
    """It is no major incident any more."""

    kind: Literal["major_ended"] = "major_ended"
    reason: str = ""
