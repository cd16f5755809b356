"""The promises of an imported ticket, on clocks like those of a live one, but without marks: nothing fires."""

from datetime import datetime

from escalation import sla
from escalation.compliance import FixedTargets
from escalation.log.steps import LogStep, StepKind
from escalation.promises import FIRST_RESPONSE, RESOLUTION, Clocks
from escalation.terms import Priority


class ImportedClocks:
    """Told each step of a log in order, says which clocks the step changed."""

    def __init__(self, targets: FixedTargets | None, priority: Priority) -> None:
        self._calendars = targets.calendars if targets else {}
        self._promises = targets.promises.get(priority) if targets else None
        self._clocks: Clocks = {}

    def at(self, step: LogStep) -> Clocks:
        """The clocks that this step changed, as they then stand."""
        match step.kind:
            case StepKind.OPEN:
                return self._kept(self._started(step.at))
            case StepKind.ACCEPT:
                return self._kept(self._stopped(step.at, FIRST_RESPONSE))
            case StepKind.HOLD:
                return self._kept(self._paused(step.at, step.reason))
            case StepKind.RESUME:
                return self._kept(self._resumed(step.at))
            case StepKind.RESOLVE:
                return self._kept(self._stopped(step.at, FIRST_RESPONSE, RESOLUTION))
            case StepKind.CANCEL:
                # Shown as ended, but not kept so: a ticket that is taken up again was on the clock all the while.
                return self._kept(self._stopped(step.at, FIRST_RESPONSE)) | self._stopped(step.at, RESOLUTION)
            case StepKind.REOPEN:
                return {name: clock for name, clock in self._clocks.items() if clock.stopped_at is None}
            case _:
                return {}

    def _kept(self, changed: Clocks) -> Clocks:
        self._clocks |= changed
        return changed

    def _started(self, at: datetime) -> Clocks:
        if self._promises is None:
            return {}
        promised = {FIRST_RESPONSE: self._promises.response, RESOLUTION: self._promises.resolution}
        return {
            name: sla.start(name, target.time, target.calendar, self._calendars[target.calendar], at, {})
            for name, target in promised.items()
        }

    def _stopped(self, at: datetime, *names: str) -> Clocks:
        ended = (clock for name in names if (clock := self._clocks.get(name)) and clock.stopped_at is None)
        return {clock.name: sla.stop(clock, self._calendars[clock.calendar], at) for clock in ended}

    def _paused(self, at: datetime, reason: str) -> Clocks:
        clock = self._clocks.get(RESOLUTION)
        if clock is None or not clock.running:
            return {}
        return {RESOLUTION: sla.pause(clock, self._calendars[clock.calendar], at, reason)}

    def _resumed(self, at: datetime) -> Clocks:
        clock = self._clocks.get(RESOLUTION)
        if clock is None or not clock.paused:
            return {}
        return {RESOLUTION: sla.resume(clock, self._calendars[clock.calendar], at)}
