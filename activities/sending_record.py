"""The record of a delivery, kept as well as it can be: a database that is away must not keep a page from leaving."""

from datetime import UTC, datetime

import structlog
from temporalio import activity

from escalation.messages import Receipt
from escalation.outbox import Begun, SendState
from escalation.ports import Outbox, Unavailable

log = structlog.get_logger()

_LONGEST = 500


class Record:
    """Writes down each try and what came of it."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def settled(self, key: str) -> frozenset[str]:
        """The outlets by which the message is out or never can be; none while nobody can say."""
        try:
            return self._outbox.settled(key)
        except Unavailable:
            return frozenset()

    def begin(self, key: str, outlet: str) -> Begun:
        """A try begins. Without the record, any but the first may be a repeat."""
        try:
            return self._outbox.begin(key, outlet, datetime.now(UTC))
        except Unavailable as away:
            log.warning("try not recorded", key=key, outlet=outlet, error=str(away))
            return Begun(n=0, repeat=activity.info().attempt > 1)

    def end(self, key: str, outlet: str, begun: Begun, state: SendState, why: str, *, unknown: bool = False) -> None:
        """What came of a try that reached nobody, or nobody knows whom."""
        self._end(key, outlet, begun, _receipt(outlet.rpartition(":")[0], state, why), unknown=unknown)

    def taken(self, key: str, outlet: str, begun: Begun, receipt: Receipt) -> None:
        """A try that was taken over by whoever carries it on."""
        self._end(key, outlet, begun, receipt, unknown=False)

    def given_up(self, key: str, why: str, state: SendState) -> None:
        """It is tried no more; Unavailable while that cannot be written down."""
        self._outbox.settle(key, "given up", _receipt("none", state, why))

    def nowhere(self, key: str, why: str) -> None:
        """No way leads to its recipient."""
        try:
            self._outbox.settle(key, "none", _receipt("none", "failed_perm", why))
        except Unavailable as away:
            log.warning("receipt not recorded", key=key, outlet="none", error=str(away))

    def _end(self, key: str, outlet: str, begun: Begun, receipt: Receipt, *, unknown: bool) -> None:
        try:
            self._outbox.end(key, outlet, begun.n, receipt, unknown=unknown)
        except Unavailable as away:
            log.warning("receipt not recorded", key=key, outlet=outlet, error=str(away))


def _receipt(channel: str, state: SendState, detail: str) -> Receipt:
    return Receipt(channel=channel, state=state, provider_id=None, detail=detail[:_LONGEST], at=datetime.now(UTC))
