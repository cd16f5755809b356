"""Which week, month or quarter an audit is about: the last whole one before a moment, by the clocks of a zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from pydantic import AwareDatetime

from escalation.errors import Refusal
from escalation.terms import Facts
from escalation.zones import zone_named

AuditKind = Literal["weekly", "monthly", "quarterly"]
KINDS: tuple[AuditKind, ...] = ("weekly", "monthly", "quarterly")
_MONTHS: dict[AuditKind, int] = {"monthly": 1, "quarterly": 3}


class Window(Facts):
    """From a moment up to, and not including, another."""

    since: AwareDatetime
    until: AwareDatetime

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies in the window."""
        return self.since <= at < self.until


class WindowNotOver(Refusal, code="window_not_over"):
    """An audit is made once and for good; its window has to be over."""


def judge_window(window: Window, at: datetime) -> None:
    """Raise WindowNotOver for a window that is empty, or that has not ended yet."""
    if not window.since < window.until <= at:
        said = f"from {window.since.isoformat()} to {window.until.isoformat()}"
        raise WindowNotOver(f"There can be no audit {said}: a window ends after it begins, and is over.")


def last_whole(kind: AuditKind, at: datetime, zone: str) -> Window:
    """The week (from Monday), month or quarter that ended last, at midnight there."""
    there = zone_named(zone)
    today = at.astimezone(there).date()
    end = today - timedelta(days=today.weekday()) if kind == "weekly" else _first_of(today, _MONTHS[kind])
    begin = end - timedelta(weeks=1) if kind == "weekly" else _first_of(end - timedelta(days=1), _MONTHS[kind])
    since, until = (datetime.combine(day, time(), there).astimezone(UTC) for day in (begin, end))
    return Window(since=since, until=until)


def audit_id(kind: AuditKind, window: Window, zone: str) -> str:
    """One for each kind and window: `weekly-2026-11-16`, and the whole window where it is another than the usual."""
    there = zone_named(zone)
    since, until = window.since.astimezone(there), window.until.astimezone(there)
    if last_whole(kind, window.until, zone) == window:
        return f"{kind}-{since:%Y-%m-%d}"
    return f"{kind}-{since:%Y%m%dT%H%M}-{until:%Y%m%dT%H%M}"


def _first_of(day: date, months: int) -> date:
    """The first day of the month, or of the stretch of so many months, that holds the day."""
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)
