"""What activities count. They run at least once, so what is tried again counts again."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio.common import MetricMeter

_WRITES = ("tierline_journal_writes", "Errands to the journal.")
_DELIVERIES = ("tierline_deliveries", "Tries at messages, by channel.")
_LAG = ("tierline_journal_lag_seconds", "From an event to its entry in the journal, the oldest of each errand.", "s")
_LOOKED = ("tierline_duty_last_look_timestamp_seconds", "When the desk's watch last looked.", "s")


@dataclass(frozen=True)
class Measures:
    """The counters of one process, on this meter; without one, nothing is counted."""

    meter: MetricMeter = MetricMeter.noop

    def begin(self, channels: Iterable[str]) -> None:
        """Have every counter stand at 0, so that the first of its kind is seen as a rise."""
        for outcome in ("written", "away", "refused"):
            self._wrote(outcome, 0)
        for channel in channels:
            for outcome in ("sent", "later", "failed"):
                self._tried(channel, outcome, 0)
        for outcome in ("no_way", "given_up"):
            self._tried("none", outcome, 0)

    def wrote(self, outcome: str) -> None:
        """One errand to the journal: `written`, `away` or `refused`."""
        self._wrote(outcome, 1)

    def lagged(self, seconds: float) -> None:
        """From an event to its entry in the journal."""
        self.meter.create_histogram_float(*_LAG).record(max(seconds, 0.0))

    def tried(self, outlet: str, outcome: str) -> None:
        """One try at a message: `sent`, `later`, `failed`, or by no channel `no_way` or `given_up`.

        The name of an outlet may end in a mark of its address; that mark is no label.
        """
        self._tried(":".join(outlet.split(":")[:2]), outcome, 1)

    def looked(self) -> None:
        """The desk's watch has looked at who is away."""
        self.meter.create_gauge_float(*_LOOKED).set(time.time())

    def _wrote(self, outcome: str, times: int) -> None:
        self.meter.create_counter(*_WRITES).add(times, {"outcome": outcome})

    def _tried(self, channel: str, outcome: str, times: int) -> None:
        self.meter.create_counter(*_DELIVERIES).add(times, {"channel": channel, "outcome": outcome})


UNCOUNTED = Measures()
