"""One module for each format: a body, its headers and the source's map in; a Reading out, or Unreadable."""

from collections.abc import Callable, Mapping

from escalation.alerts.alert import Reading
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats import alertmanager, generic, pagerduty
from escalation.alerts.source import SourceKind, SourceMap

Reader = Callable[[Arrived, SourceMap], Reading]

READERS: Mapping[SourceKind, Reader] = {
    SourceKind.ALERTMANAGER: alertmanager.read,
    SourceKind.PAGERDUTY: pagerduty.read,
    SourceKind.GENERIC: generic.read,
}


def read(kind: SourceKind, arrived: Arrived, how: SourceMap) -> Reading:
    """What the body says; Unreadable if it says nothing that we can act on."""
    return READERS[kind](arrived, how)
