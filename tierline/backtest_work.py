"""One process's share of a back-test: stories in, a part of the report out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine

from escalation.backtest import Report, TicketChanges, judge
from escalation.backtest.imported import in_words_of
from escalation.events import Entry, Event, Opened
from escalation.log.events import IMPORT
from escalation.log.importing import entries_of
from escalation.log.rows import LogCase, LogMapping
from escalation.policy import Policy, Slice
from stores.database import engine_for
from stores.policies import Policies
from stores.stories import stories_of

UNKNOWN_CLIENT = "unknown_client"


@dataclass(frozen=True)
class Task:
    """What every process is told: the other policy, until when, and where the stories come from.

    `client` is whose promises hold for the cases of a log; `detailed` asks for a line on each changed ticket.
    """

    policy: str
    until: datetime
    client: str
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
        self._policy = Policy.model_validate_json(task.policy)
        self._slices: dict[str, Slice | None] = {}
        self._then: dict[tuple[str, str], Slice | None] = {}

    def ids(self, ticket_ids: Sequence[str]) -> Part:
        """Judge these tickets of the journal."""
        return self._judged(stories_of(self._engine, ticket_ids))

    def cases(self, cases: Sequence[LogCase]) -> Part:
        """Judge these cases of a log."""
        mapping = self._task.mapping
        return self._judged([entries_of(case, mapping) for case in cases] if mapping else [])

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
        imported = first.intake.source == IMPORT
        policy = self._slice(self._task.client if imported else first.intake.client)
        if policy is None:
            report.not_judged[UNKNOWN_CLIENT] += 1
            return
        if imported:
            judge(report, in_words_of(policy, events), policy, self._task.until, told=told)
        else:
            then = self._slice_then(first.policy_version, first.intake.client)
            judge(report, events, policy, self._task.until, then, told)

    def _slice(self, client: str) -> Slice | None:
        if client not in self._slices:
            known = client in self._policy.clients
            self._slices[client] = self._policy.slice_for(client) if known else None
        return self._slices[client]

    def _slice_then(self, version: str, client: str) -> Slice | None:
        """The slice that was in force then; None where it is not on record."""
        if (version, client) not in self._then:
            try:
                self._then[version, client] = self._past.version(version).slice_for(client)
            except KeyError:
                self._then[version, client] = None
        return self._then[version, client]

    @cached_property
    def _engine(self) -> Engine:
        return engine_for(self._task.dsn, pool_size=1)

    @cached_property
    def _past(self) -> Policies:
        return Policies(self._engine)


_benches: list[Bench] = []


def begin(task: Task) -> None:
    """Get a process ready; it keeps its bench."""
    _benches[:] = [Bench(task)]


def judge_ids(ticket_ids: Sequence[str]) -> Part:
    """In a process that is ready: these tickets of the journal."""
    return _benches[0].ids(ticket_ids)


def judge_cases(cases: Sequence[LogCase]) -> Part:
    """In a process that is ready: these cases of a log."""
    return _benches[0].cases(cases)
