"""Alerts made of what a format found, and of the source's map."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pydantic import Field

from escalation.alerts.alert import Action, Alert, Link, Reading, Unread, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats import mapping
from escalation.alerts.formats.said import line
from escalation.alerts.formats.severities import severity
from escalation.alerts.source import SourceMap
from escalation.terms import Facts


class Found(Facts):
    """What a format finds in one alert; `word` is the sender's own for how bad it is."""

    event_id: str
    fault: str
    action: Action
    kind: str = ""
    summary: str
    details: str = ""
    word: str = ""
    asset: str = ""
    group: str = ""
    occurred_at: datetime | None = None
    links: tuple[Link, ...] = ()
    labels: dict[str, str] = Field(default={})


def alert(arrived: Arrived, how: SourceMap, item: object, found: Found) -> Alert:
    """The alert; Unreadable where nobody can say whose it is."""
    level, unknown = severity(found.word, how)
    said = found.model_dump(include={"event_id", "fault", "action", "kind", "details", "labels"})
    return Alert(
        **said,
        source=arrived.source,
        client=mapping.client(how, item),
        site=mapping.site(how, item),
        category=mapping.category(how, found.kind),
        asset=found.asset or None,
        group=found.group or None,
        summary=found.summary or found.kind or found.fault,
        severity=level,
        severity_unknown=unknown,
        occurred_at=found.occurred_at or arrived.received_at,
        links=found.links,
    )


def reading(items: Iterable[Any], read: Callable[[Any], Alert]) -> Reading:
    """All that can be read; what cannot is named with its place, and keeps nobody from the rest.

    Unreadable where it is the whole.
    """
    alerts: list[Alert] = []
    unread: list[Unread] = []
    for place, item in enumerate(items, 1):
        try:
            alerts.append(read(item))
        except Unreadable as fault:
            unread.append(Unread(place=place, code=fault.code, reason=line(fault.reason)))
    if unread and not alerts:
        raise Unreadable(unread[0].code, unread[0].reason)
    return Reading(alerts=tuple(alerts), unread=tuple(unread))
