"""One module for each format: a body, its headers and the source's map in; a Reading out, or Unreadable."""

from collections.abc import Callable, Mapping

from escalation.alerts.alert import Reading
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats import (
    alertmanager,
    cloudevents,
    connectwise,
    generic,
    ninjaone,
    pagerduty,
    templated,
    webhooks,
)
from escalation.alerts.source import SourceKind, SourceMap

Reader = Callable[[Arrived, SourceMap], Reading]

READERS: Mapping[SourceKind, Reader] = {
    SourceKind.ALERTMANAGER: alertmanager.read,
    SourceKind.PAGERDUTY: pagerduty.read,
    SourceKind.CLOUDEVENTS: cloudevents.read,
    SourceKind.STANDARD_WEBHOOKS: webhooks.read,
    SourceKind.CONNECTWISE: connectwise.read,
    SourceKind.NINJAONE: ninjaone.read,
    SourceKind.DATTO: templated.read_datto,
    SourceKind.TACTICAL: templated.read_tactical,
    SourceKind.GENERIC: generic.read,
}


def read(kind: SourceKind, arrived: Arrived, how: SourceMap) -> Reading:
    """What the body says; Unreadable if it says nothing that we can act on."""
    return READERS[kind](arrived, how)


def sender_key(kind: SourceKind, headers: dict[str, str], body: bytes) -> str | None:
    """The sender's own id of the request, the same when it sends it again; None where its format has none."""
    match kind:
        case SourceKind.CLOUDEVENTS:
            return cloudevents.sender_key(headers, body)
        case SourceKind.CONNECTWISE:
            return connectwise.sender_key(body)
        case _:
            return None
