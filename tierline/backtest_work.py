"""One process's share of a back-test: stories in, a part of the report out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine

from escalation.backtest import Regime, Report, TicketChanges, judge
from escalation.backtest.imported import in_words_of
from escalation.events import Entry, Event, Opened
from escalation.log.events import IMPORT
from escalation.log.importing import entries_of
from escalation.log.rows import LogCase, LogMapping
from escalation.policy import Policy, Slice
from escalation.ticket import opened
from stores.database import engine_for
from stores.policies import Policies
from stores.stories import stories_of
from tierline.backtest_regimes import Regimes

UNKNOWN = "unknown_client_or_agreement"


@dataclass(frozen=True)
class Task:
    """What every process is told: the other policy, until when, and where the stories come from.

    Without `policy` each ticket is judged by what it was pinned to. `client` is whose promises hold for the cases of a
    log; `detailed` asks for a line on each changed ticket.
    """

    policy: str | None
    until: datetime
    client: str = ""
    dsn: str = ""
    mapping: LogMapping | None = None
    detailed: bool = False
    examples: int = 20


@dataclass
class Part:
    """What came of some stories: their sums, and a line of JSON for each ticket that would change."""

    report: Report
    lines: list[str] = field(default_factory=list)


class Bench:
    """The other policy, the policies of the past, and the way to the journal."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._trial = Policy.model_validate_json(task.policy) if task.policy else None

    def ids(self, ticket_ids: Sequence[str]) -> Part:
        """Judge these tickets of the journal."""
        return self._judged(stories_of(self._engine, ticket_ids))

    def cases(self, cases: Sequence[LogCase]) -> Part:
        """Judge these cases of a log."""
        mapping = self._task.mapping
        return self._judged([entries_of(case, mapping) for case in cases] if mapping else [])

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def _judged(self, stories: Sequence[Sequence[Entry]]) -> Part:
        part = Part(Report(most_examples=self._task.examples))

        def told(changes: TicketChanges) -> None:
            if self._task.detailed:
                part.lines.append(changes.model_dump_json())

        for entries in stories:
            self._judge(part.report, entries, told)
        return part

    def _judge(self, report: Report, entries: Sequence[Entry], told: Callable[[TicketChanges], None]) -> None:
        events: list[Event] = [entry.event for entry in entries]
        first = events[0]
        if not isinstance(first, Opened):
            return
        if first.intake.source == IMPORT and self._of_log:
            judge(report, in_words_of(self._of_log, events), Regime(self._of_log), self._task.until, told=told)
            return
        ticket = opened(first)
        policy = self._regimes.on_trial(ticket)
        if policy is None:
            report.not_judged[UNKNOWN] += 1
            return
        judge(report, events, policy, self._task.until, self._regimes.then(ticket), told)

    @cached_property
    def _of_log(self) -> Slice | None:
        """What the cases of a log are judged by."""
        return self._trial.slice_for(self._task.client) if self._trial else None

    @cached_property
    def _regimes(self) -> Regimes:
        return Regimes(self._trial, Policies(self._engine))

    @cached_property
    def _engine(self) -> Engine:
        return engine_for(self._task.dsn, pool_size=1)


_benches: list[Bench] = []


def begin(task: Task) -> None:
    """Get a process ready; it keeps its bench."""
    _benches[:] = [Bench(task)]


def end() -> None:
    """The process is done; its bench goes."""
    for bench in _benches:
        bench.close()
    _benches.clear()


def judge_ids(ticket_ids: Sequence[str]) -> Part:
    """In a process that is ready: these tickets of the journal."""
    return _benches[0].ids(ticket_ids)


def judge_cases(cases: Sequence[LogCase]) -> Part:
    """In a process that is ready: these cases of a log."""
    return _benches[0].cases(cases)
