"""Maintenance windows: alerts are recorded and page nobody; what still fires at the end is judged anew."""

from datetime import datetime
from fnmatch import fnmatchcase

from pydantic import AwareDatetime, Field

from escalation.alerts.fault import Fault
from escalation.errors import IncompleteCommand
from escalation.terms import Facts, Line, Text


class Planned(Facts):
    """A window as somebody asks for it; what is left out is any. `kind` may be a pattern, such as `backup*`.

    A window of no client would silence every client's alerts, so it names a kind at least.
    """

    client: Line | None = None
    site: Line | None = None
    asset: Line | None = None
    kind: Line | None = None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Text = ""


class Window(Planned):
    """A window on record; one that was ended early ends there. `begun`: the tickets that it covers have heard of it."""

    id: int = Field(ge=1)
    made_by: Line
    made_at: AwareDatetime
    ended_by: Line | None = None
    ended_at: AwareDatetime | None = None
    begun: bool = False
    over: bool = False

    @property
    def until(self) -> datetime:
        """Up to when, and not including, it holds."""
        return min(self.ends_at, self.ended_at) if self.ended_at else self.ends_at

    def covers(self, fault: Fault, moment: datetime) -> bool:
        """Whether a fault that fires at that moment is expected to."""
        return self.starts_at <= moment < self.until and self.concerns(fault)

    def concerns(self, fault: Fault) -> bool:
        """Whether the fault is one of those, whenever it fires."""
        return (
            self.client in (None, fault.client)
            and self.site in (None, fault.site)
            and self.asset in (None, fault.asset)
            and (self.kind is None or fnmatchcase(fault.kind, self.kind))
        )


def check_planned(wanted: Planned, now: datetime) -> None:
    """Raise IncompleteCommand for a window that silences nothing, everything, or what is over already."""
    if not wanted.reason.strip():
        raise IncompleteCommand("Say what is done in the window.", ["reason"])
    if wanted.client is None and not (wanted.kind or "").strip("*? "):
        raise IncompleteCommand("A window of no client needs a kind of fault.", ["client"])
    if (wanted.site or wanted.asset) and wanted.client is None:
        raise IncompleteCommand("A site or an asset is one of a client.", ["client"])
    if wanted.ends_at <= wanted.starts_at:
        raise IncompleteCommand("A window ends after it starts.", ["ends_at"])
    if wanted.ends_at <= now:
        raise IncompleteCommand("The window is over already.", ["ends_at"])
