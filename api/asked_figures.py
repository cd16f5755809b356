"""What a question about figures may say: the time, and the groups that it is about."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import AfterValidator

from api.callers import Caller, Handed
from api.window import window
from api.words import Moment, Word
from escalation.desk_hours import AFTER, BUSINESS
from escalation.figures import Scope
from escalation.metrics import GroupBy
from escalation.terms import Priority
from escalation.zones import zone_named

_GROUP = "Only tickets of this group, by the name that `by` gives it; `(none)` for those without one."
Group = Annotated[Word | None, Query(description=_GROUP)]


def _known(zone: str) -> str:
    zone_named(zone)
    return zone


ZoneName = Annotated[
    Word, AfterValidator(_known), Query(description="The zone by whose clocks hours and days count, by its IANA name.")
]


async def _scope(
    services: Handed,
    token: Caller,
    since: Annotated[Moment | None, Query(alias="from", description="Taken in at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Taken in before this moment.")] = None,
    imported: Annotated[bool, Query(description="Of imported logs instead of the desk's own tickets.")] = False,
    client: Group = None,
    category: Group = None,
    technician: Group = None,
    shift: Group = None,
    partner: Group = None,
    hours: Annotated[str | None, Query(description=_GROUP, pattern=f"^({BUSINESS}|{AFTER}|\\(none\\))$")] = None,
    priority: Annotated[Priority | None, Query(description=_GROUP)] = None,
) -> Scope:
    """The tickets of the last 90 days, unless a time is named; of an imported log, all of it."""
    usual, until = window(since, until, services.now())
    said: dict[GroupBy, str | None] = {
        "client": client,
        "category": category,
        "technician": technician,
        "shift": shift,
        "partner": partner,
        "hours": hours,
        "priority": priority,
    }
    only = {by: str(name) for by, name in said.items() if name is not None}
    return Scope(since=since if imported else usual, until=until, clients=token.clients, imported=imported, only=only)


Asked = Annotated[Scope, Depends(_scope)]
