"""The record of a delivery, kept as well as it can be: a database that is away must not keep a page from leaving."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from temporalio import activity

from escalation.messages import Message, Receipt, TemporarilyUndeliverable, Undeliverable
from escalation.outbox import Begun, SendState
from escalation.ports import Outbox, Unavailable
from escalation.quiet import may_wait

log = structlog.get_logger()

_LONGEST = 500
TOGETHER = timedelta(minutes=5)
"""What comes due within this time of a message goes along with it."""


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

    def gathered(self, message: Message, at: datetime) -> Sequence[Message] | None:
        """What goes with it; nothing while nobody can say, so that each goes by itself."""
        if not may_wait(message):
            return ()
        try:
            return self._outbox.gather(message, at + TOGETHER)
        except Unavailable:
            return ()

    def went_with(self, along: Sequence[Message], outlet: str, receipt: Receipt) -> None:
        """The same came of all that went along."""
        for each in along:
            try:
                self._outbox.settle(each.key, outlet, receipt)
            except Unavailable as away:
                log.warning("receipt not recorded", key=each.key, outlet=outlet, error=str(away))

    def begin(self, key: str, outlet: str) -> Begun:
        """A try begins. Without the record, any but the first may be a repeat."""
        try:
            return self._outbox.begin(key, outlet, datetime.now(UTC))
        except Unavailable as away:
            log.warning("try not recorded", key=key, outlet=outlet, error=str(away))
            return Begun(n=0, repeat=activity.info().attempt > 1)

    def later(self, key: str, outlet: str, begun: Begun, why: TemporarilyUndeliverable) -> None:
        """A try that reached nobody for now, or nobody knows whom."""
        self._end(key, outlet, begun, _receipt(_channel(outlet), "failed_temp", why.reason), unknown=why.unknown)

    def never(self, key: str, outlet: str, begun: Begun, why: Undeliverable) -> Receipt:
        """A try that can never reach anybody."""
        receipt = _receipt(_channel(outlet), "failed_perm", why.reason)
        self._end(key, outlet, begun, receipt, unknown=False)
        return receipt

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


def _channel(outlet: str) -> str:
    return outlet.rpartition(":")[0]


def _receipt(channel: str, state: SendState, detail: str) -> Receipt:
    return Receipt(channel=channel, state=state, provider_id=None, detail=detail[:_LONGEST], at=datetime.now(UTC))
