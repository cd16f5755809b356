"""`tierline oncall`: who is on call now and over the next days, in the reader's own zone, and where nobody is."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from api.routers.on_call import OnCall, Schedule
from escalation.zones import zone_named
from tierline.ask_api import ask
from tierline.faults import OperatorError
from tierline.settings import Settings


def show(settings: Settings, *, days: int, rota: str | None, zone: str | None, as_json: bool) -> None:
    """Print who answers now, the schedule of the next `days`, and its gaps; as JSON, as the API gives them."""
    where = _zone(zone)
    query = {"days": str(days)} | ({"rota": rota} if rota else {})
    said = {
        "now": ask(settings, "/v1/on-call", {}),
        "schedule": ask(settings, "/v1/on-call/schedule", query),
        "gaps": ask(settings, "/v1/on-call/gaps", {"days": str(days)}),
    }
    if as_json:
        typer.echo(json.dumps(said, indent=1))
        return
    console = Console()
    console.print(_now(OnCall.model_validate(said["now"]), where))
    console.print(_schedule(Schedule.model_validate(said["schedule"]), where))
    for line in _gaps(Schedule.model_validate(said["gaps"]), where):
        console.print(line, style="bold red")


def _now(now: OnCall, where: ZoneInfo | None) -> Table:
    table = Table("rota", "tier", "on call", "until", "why", title=f"On call {_shown(now.at, where)}")
    for line in now.rotas:
        until = _shown(line.until, where) if line.until else ""
        table.add_row(line.rota, str(line.tier or ""), line.person or "–", until, line.why)
    return table


def _schedule(schedule: Schedule, where: ZoneInfo | None) -> Table:
    table = Table("rota", "from", "to", "on call", "why", title=f"Until {_shown(schedule.end, where)}")
    for rota in schedule.rotas:
        for duty in rota.duties:
            times = _shown(duty.start, where), _shown(duty.end, where)
            table.add_row(rota.rota, *times, duty.person or "–", duty.why)
        table.add_section()
    return table


def _gaps(found: Schedule, where: ZoneInfo | None) -> list[str]:
    return [
        f"Nobody answers {rota.rota} from {_shown(duty.start, where)} to {_shown(duty.end, where)}: {duty.why}"
        for rota in found.rotas
        for duty in rota.duties
    ]


def _shown(at: datetime, where: ZoneInfo | None) -> str:
    return at.astimezone(where).strftime("%a %d %b %H:%M %Z")


def _zone(name: str | None) -> ZoneInfo | None:
    """The zone asked for; None stands for the machine's own."""
    try:
        return zone_named(name) if name else None
    except ValueError:
        raise OperatorError(f"there is no time zone {name!r}") from None
