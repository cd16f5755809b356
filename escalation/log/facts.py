"""The facts of a ticket, folded from the steps that were done to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from escalation.facts import Stay, TicketFacts, Wait
from escalation.log.rows import LogCase
from escalation.log.steps import LogStep, StepKind, steps_of
from escalation.terms import Tier


def facts_of_case(case: LogCase) -> TicketFacts:
    """The facts of a case of a log; it has ended where the log ends."""
    first = case.rows[0]
    facts = facts_of_steps(case.case_id, steps_of(case))
    return replace(facts, priority=first.priority.value, client=first.client, category=first.category)


def facts_of_steps(ticket_id: str, steps: Sequence[LogStep]) -> TicketFacts:
    """The facts that these steps tell; what lasts at the last step ends with it."""
    life = _Life()
    for step in steps:
        life.take(step)
    return life.told(ticket_id, opened_at=steps[0].at, ended_at=steps[-1].at)


@dataclass
class _Life:
    """What has become known of a ticket, step by step."""

    stays: list[Stay] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    arrived_row: int = 0
    queued: timedelta = timedelta()
    queued_at: datetime | None = None
    first_response_at: datetime | None = None
    completed_at: datetime | None = None
    completed_as: str = ""
    resolved_tier: Tier | None = None
    reopens: int = 0

    def take(self, step: LogStep) -> None:
        self.rows.add(step.row)
        match step.kind:
            case StepKind.OPEN | StepKind.ESCALATE | StepKind.RETURN | StepKind.TRANSFER:
                self._arrived(step)
            case StepKind.ACCEPT:
                self._accepted(step)
            case StepKind.HOLD:
                self.waits.append(Wait(step.at, None, step.reason))
            case StepKind.RESUME:
                self._end_wait(step.at)
            case StepKind.RESOLVE | StepKind.CANCEL:
                self._completed(step)
            case StepKind.REOPEN:
                self.reopens += 1
                self._queue(step)
            case StepKind.CLOSE | StepKind.COMMENT:
                pass
            case _:
                assert_never(step.kind)

    def _arrived(self, step: LogStep) -> None:
        if not self.stays or self.stays[-1].tier != step.tier:
            self._end_stay(step.at)
            self.stays.append(Stay(step.tier, step.at, queued=step.queued))
            self.arrived_row = step.row
        if not self.teams or self.teams[-1] != step.team:
            self.teams.append(step.team)
        self._queue(step)

    def _queue(self, step: LogStep) -> None:
        if not step.queued:
            self._unqueue(step.at)
        elif self.queued_at is None:
            self.queued_at = step.at

    def _unqueue(self, at: datetime) -> None:
        if self.queued_at is not None:
            self.queued += at - self.queued_at
            self.queued_at = None

    def _accepted(self, step: LogStep) -> None:
        self._responded(step.at)
        self._unqueue(step.at)
        stay = self.stays[-1]
        # A stay that arrived completed and was reopened later was not handed over to be accepted.
        if stay.accepted_at is None and not stay.completed and (stay.queued or step.row == self.arrived_row):
            self.stays[-1] = replace(stay, accepted_at=step.at)

    def _completed(self, step: LogStep) -> None:
        self._responded(step.at)
        self._unqueue(step.at)
        stay = self.stays[-1]
        if stay.accepted_at is None:
            self.stays[-1] = replace(stay, completed=True)
        if step.kind is StepKind.RESOLVE and self.completed_at is None:
            self.completed_at, self.completed_as, self.resolved_tier = step.at, step.reason, step.tier

    def _responded(self, at: datetime) -> None:
        self.first_response_at = self.first_response_at or at

    def _end_wait(self, at: datetime) -> None:
        if self.waits and self.waits[-1].ended_at is None:
            self.waits[-1] = replace(self.waits[-1], ended_at=at)

    def _end_stay(self, at: datetime) -> None:
        if self.stays:
            self.stays[-1] = replace(self.stays[-1], ended_at=at)

    def told(self, ticket_id: str, opened_at: datetime, ended_at: datetime) -> TicketFacts:
        self._unqueue(ended_at)
        self._end_wait(ended_at)
        self._end_stay(ended_at)
        return TicketFacts(
            ticket_id=ticket_id,
            opened_at=opened_at,
            stays=tuple(self.stays),
            waits=tuple(self.waits),
            first_response_at=self.first_response_at,
            completed_at=self.completed_at,
            completed_as=self.completed_as,
            resolved_tier=self.resolved_tier,
            reopens=self.reopens,
            events=len(self.rows),
            queued=self.queued,
            teams=tuple(self.teams),
        )


def facts_of_log(cases: Iterable[LogCase]) -> list[TicketFacts]:
    """The facts of every case."""
    return [facts_of_case(case) for case in cases]
