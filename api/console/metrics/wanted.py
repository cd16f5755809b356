"""What the form over the figures asks for: it stands in the address, so that a view can be kept and passed on."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from escalation.figures import ONLY, Every, Scope
from escalation.metrics import GroupBy

Span = Literal["", "7", "30", "90", "month", "last_month", "quarter", "last_quarter", "all", "dates"]
Hours = Literal["", "business_hours", "after_hours", "(none)"]
SPANS: tuple[tuple[Span, str], ...] = (
    ("7", "Last 7 days"),
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
    ("month", "This month"),
    ("last_month", "Last month"),
    ("quarter", "This quarter"),
    ("last_quarter", "Last quarter"),
    ("all", "All of it"),
    ("dates", "From … to …"),
)
_YEARS = range(1970, 2200)
_MOST_BY_DAY, _MOST_BY_WEEK = timedelta(days=45), timedelta(days=400)


class Window(NamedTuple):
    """From a moment, or from the first ticket, up to but not including another, or up to now."""

    since: datetime | None
    until: datetime | None


class Wanted(BaseModel):
    """The form. `since` and `until` are days on the viewer's clock, which both belong to the window, or moments."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    log: Literal["", "imported"] = ""
    span: Span = ""
    since: str = Field(default="", alias="from", max_length=40)
    until: str = Field(default="", alias="to", max_length=40)
    client: str = Field(default="", max_length=200)
    category: str = Field(default="", max_length=200)
    technician: str = Field(default="", max_length=200)
    shift: str = Field(default="", max_length=200)
    partner: str = Field(default="", max_length=200)
    hours: Hours = ""
    priority: Literal["", "P1", "P2", "P3", "P4"] = ""

    @property
    def imported(self) -> bool:
        """Whether it asks for imported logs instead of the desk's own tickets."""
        return self.log == "imported"

    @property
    def usual(self) -> Span:
        """The span that is meant: of the desk's own tickets ninety days, of a log all of it."""
        if self.span:
            return self.span
        if self.since or self.until:
            return "dates"
        return "all" if self.imported else "90"

    @property
    def only(self) -> dict[GroupBy, str]:
        """The groups to which it is narrowed."""
        return {by: said for by in ONLY if (said := str(getattr(self, by)))}

    def asked(self, **changes: str) -> dict[str, str]:
        """What an address says of it, with changes; an empty one is left out."""
        said = {name: str(value) for name, value in self.model_dump(by_alias=True).items()}
        if self.usual != "dates":
            said |= {"from": "", "to": ""}
        return {name: value for name, value in (said | changes).items() if value}

    def wrong(self) -> dict[str, str]:
        """What is wrong with it, by field."""
        if self.usual != "dates":
            return {}
        said = {name: said for name, said in (("from", self.since), ("to", self.until)) if said}
        read = {name: _moment(text, UTC, last=name == "to") for name, text in said.items()}
        wrong = {name: "Write a day as 2026-11-28." for name, at in read.items() if at is None}
        first, end = read.get("from"), read.get("to")
        if first and end and end <= first:
            wrong["to"] = "This lies before the first day."
        if not said:
            wrong["from"] = "Say from which day on, or up to which."
        return wrong

    def window(self, now: datetime, zone: ZoneInfo) -> Window:
        """The time that it is about; of a form that is not wrong."""
        if self.usual == "dates":
            return Window(_moment(self.since, zone), _moment(self.until, zone, last=True))
        return _SPANS[self.usual](now, zone)

    def scope(self, window: Window, clients: tuple[str, ...] | None) -> Scope:
        """The tickets that the figures are about."""
        since, until = window
        return Scope(since=since, until=until, clients=clients, imported=self.imported, only=self.only)


def usual_every(window: Window, now: datetime) -> Every:
    """In what steps a window is best looked at."""
    if window.since is None:
        return "month"
    length = (window.until or now) - window.since
    return "day" if length <= _MOST_BY_DAY else "week" if length <= _MOST_BY_WEEK else "month"


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins there."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _moment(said: str, zone: tzinfo, *, last: bool = False) -> datetime | None:
    """When a day begins, or as the last one ends, there; of a moment the moment itself; None for what is neither."""
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    if at.year not in _YEARS:
        return None
    if at.tzinfo:
        return at.astimezone(UTC)
    return midnight(at.date() + timedelta(days=1) if last else at.date(), zone)


def _last_days(days: int) -> Callable[[datetime, ZoneInfo], Window]:
    return lambda now, _: Window(now - timedelta(days=days), None)


def _calendar(months: int, *, back: bool) -> Callable[[datetime, ZoneInfo], Window]:
    """So many months that begin where the calendar lets them, this one or the ones before them."""

    def of(now: datetime, zone: ZoneInfo) -> Window:
        this = _first(now.astimezone(zone).date(), months)
        if not back:
            return Window(midnight(this, zone), None)
        return Window(midnight(_first(this - timedelta(days=1), months), zone), midnight(this, zone))

    return of


def _first(day: date, months: int) -> date:
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


_SPANS: Mapping[str, Callable[[datetime, ZoneInfo], Window]] = {
    "7": _last_days(7),
    "30": _last_days(30),
    "90": _last_days(90),
    "month": _calendar(1, back=False),
    "last_month": _calendar(1, back=True),
    "quarter": _calendar(3, back=False),
    "last_quarter": _calendar(3, back=True),
    "all": lambda _now, _zone: Window(None, None),
}
