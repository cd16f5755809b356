"""What Prometheus is shown of the desk: gauges of the last look, every stage and priority among them."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from api.pulse import Look
from escalation.lifecycle import TIERS, Stage
from escalation.pulse import Line, Pulse
from escalation.terms import Priority


class DeskCollector(Collector):
    """The desk as it was last looked at; nothing of it while the read side cannot be asked."""

    def __init__(self) -> None:
        self.look: Look | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges of the last look."""
        if self.look is None:
            return
        yield _single("tierline_read_side_up", "Whether the read side answers.", float(self.look.pulse is not None))
        up = GaugeMetricFamily("tierline_part_up", "Whether a part that the API needs answers.", labels=("part",))
        for part, answers in self.look.parts.items():
            up.add_metric((part,), float(answers))
        yield up
        yield _single("tierline_stream_listeners", "Open streams of the queues.", self.look.listeners)
        if self.look.pulse is not None:
            lag = self.look.pulse.lag.total_seconds() if self.look.pulse.lag else 0.0
            yield _single("tierline_read_side_lag_seconds", "From an event to its entry, the longest lately.", lag)
            yield from self._intake(self.look.pulse)
            yield from self._tickets({(line.stage, line.priority): line for line in self.look.pulse.lines})

    def _intake(self, pulse: Pulse) -> Iterator[GaugeMetricFamily]:
        waits, oldest = pulse.intake, pulse.intake.oldest_at
        age = max((pulse.at - oldest).total_seconds(), 0.0) if oldest else 0.0
        yield _single("tierline_intake_waiting", "Requests of machines that nobody has dealt with yet.", waits.many)
        yield _single("tierline_intake_oldest_seconds", "Age of the oldest of them; 0 without one.", age)
        aside = GaugeMetricFamily(
            "tierline_intake_quarantined", "Requests of machines that nobody could read.", labels=("source",)
        )
        for source, many in waits.quarantined.items():
            aside.add_metric((source,), many)
        yield aside

    def _tickets(self, lines: dict[tuple[str, Priority], Line]) -> Iterator[GaugeMetricFamily]:
        for name, words in _COUNTED.items():
            gauge = GaugeMetricFamily(f"tierline_tickets_{name}", words, labels=("stage", "priority"))
            for stage in (Stage.TRIAGE, *TIERS):
                for priority in Priority:
                    line = lines.get((stage.value, priority))
                    gauge.add_metric((stage.value, priority.value), getattr(line, name) if line else 0)
            yield gauge
        yield self._oldest(lines)

    def _oldest(self, lines: dict[tuple[str, Priority], Line]) -> GaugeMetricFamily:
        words = "Age of the oldest handoff that nobody accepted; 0 without one."
        oldest = GaugeMetricFamily("tierline_oldest_unaccepted_seconds", words, labels=("stage", "priority"))
        now = self.look.pulse.at if self.look and self.look.pulse else None
        for stage in TIERS:
            for priority in Priority:
                line = lines.get((stage.value, priority))
                since = line.oldest_unaccepted_at if line else None
                age = max((now - since).total_seconds(), 0.0) if now and since else 0.0
                oldest.add_metric((stage.value, priority.value), age)
        return oldest


_COUNTED = {
    "open": "Live tickets.",
    "on_hold": "Live tickets on hold.",
    "unaccepted": "Handoffs that nobody accepted yet.",
    "at_risk": "Live tickets that used 75 % of a promise to the client.",
    "breached": "Live tickets that broke a promise to the client.",
    "emergencies": "Live emergencies.",
}


def _single(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)
