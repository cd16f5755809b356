"""What a sender is told that should come again later: the status that makes this kind of sender do so."""

from collections.abc import Mapping

from api.faults import Fault, Overloaded, SlowDown
from escalation.alerts.source import SourceKind

# Alertmanager repeats after a 5xx alone, ConnectWise after some 4xx alone; a wrong one loses what they said.
_SLOW_DOWN = frozenset({SourceKind.CONNECTWISE, SourceKind.PAGERDUTY, SourceKind.CLOUDEVENTS})
_DETAIL = "This could not be kept just now; send it again."


def come_again(kind: SourceKind) -> Fault:
    """The answer to a sender of this kind."""
    return SlowDown(_DETAIL) if kind in _SLOW_DOWN else Overloaded(_DETAIL)


def come_again_whoever_it_is(headers: Mapping[str, str]) -> Fault:
    """The same where it cannot be known which source it is."""
    return come_again(SourceKind.CONNECTWISE if "x-content-signature" in headers else SourceKind.ALERTMANAGER)
