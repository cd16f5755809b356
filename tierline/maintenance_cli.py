"""`tierline maintenance`: windows planned, shown and ended, through the running API."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from escalation.alerts.windows import Window
from escalation.zones import zone_named
from tierline.ask_api import ask, post
from tierline.faults import OperatorError
from tierline.settings import Settings

_PATH = "/v1/maintenance"


def plan(settings: Settings, start: datetime | None, until: datetime, reason: str, **limits: str | None) -> None:
    """Plan a window and say what it covers."""
    starts_at = start.replace(tzinfo=UTC) if start else datetime.now(UTC)
    said: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
    body = said | {"starts_at": starts_at.isoformat(), "ends_at": until.replace(tzinfo=UTC).isoformat()}
    window = Window.model_validate(post(settings, _PATH, body | {"reason": reason}))
    typer.echo(f"Window {window.id}: {covered(window)}, until {window.until:%Y-%m-%d %H:%M} UTC.")


def show(settings: Settings, zone: str | None) -> None:
    """Print the windows that hold or are to come, in the reader's zone."""
    where = _zone(zone)
    table = Table("number", "covers", "from", "until", "by", "reason")
    for each in ask(settings, _PATH, {})["windows"]:
        window = Window.model_validate(each)
        times = [_shown(at, where) for at in (window.starts_at, window.until)]
        table.add_row(str(window.id), covered(window), *times, window.made_by, window.reason)
    Console().print(table)


def end(settings: Settings, number: int) -> None:
    """End a window."""
    window = Window.model_validate(post(settings, f"{_PATH}/{number}/end", {}))
    typer.echo(f"Window {window.id} ended {window.until:%Y-%m-%d %H:%M} UTC.")


def covered(window: Window) -> str:
    """What a window covers, in words."""
    named = [f"{name} {value}" for name in ("client", "site", "asset", "kind") if (value := getattr(window, name))]
    return ", ".join(named)


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return zone_named(name)
    except ValueError as unknown:
        raise OperatorError(f"There is no time zone {name!r}.") from unknown


def _shown(at: datetime, where: ZoneInfo | None) -> str:
    return f"{at.astimezone(where):%a %d %b %H:%M %Z}"
