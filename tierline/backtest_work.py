"""One process's share of a back-test: stories in, a part of the report out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine

from escalation.backtest import Report, TicketChanges, judge
from escalation.backtest.imported import in_words_of
from escalation.commands import Intake
from escalation.errors import UnknownName
from escalation.events import Entry, Event, Opened
from escalation.log.events import IMPORT
from escalation.log.importing import entries_of
from escalation.log.rows import LogCase, LogMapping
from escalation.policy import Policy, Slice
from stores.database import engine_for
from stores.policies import Policies
from stores.stories import stories_of

UNKNOWN = "unknown_client_or_agreement"


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
        self._slices: dict[tuple[str | None, ...], Slice | None] = {}

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
        imported = first.intake.source == IMPORT
        policy = self._slice(None, Intake(client=self._task.client, subject="") if imported else first.intake)
        if policy is None:
            report.not_judged[UNKNOWN] += 1
            return
        if imported:
            judge(report, in_words_of(policy, events), policy, self._task.until, told=told)
        else:
            then = self._slice(first.policy_version, first.intake)
            judge(report, events, policy, self._task.until, then, told)

    def _slice(self, version: str | None, intake: Intake) -> Slice | None:
        """What such a ticket is pinned to, by the other policy or a version of then; None where there is no such."""
        try:
            policy = self._past.version(version) if version else self._policy
            client = policy.clients[intake.client]
        except KeyError:
            return None
        contact = intake.contact.name if intake.contact.name in client.contact_agreements else ""
        key = (version, intake.client, contact, intake.site, intake.agreement)
        if key not in self._slices:
            try:
                self._slices[key] = policy.slice_for(
                    intake.client, contact=contact, site=intake.site, agreement=intake.agreement
                )
            except UnknownName:
                self._slices[key] = None
        return self._slices[key]

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
