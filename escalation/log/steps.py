"""From the rows of a log to what was done to the ticket, step by step, and from the steps to its facts.

The steps are what an import turns into journal events. They hold all that the figures need, so that the facts
computed from them are those of the log. Every row gives at least one step: a comment if it changed nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escalation.log.rows import LogCase, LogRow, Standing
from escalation.terms import Tier

REQUEUED = "back to the queue"
_TAKEN = {Standing.ACCEPTED, Standing.WAITING, Standing.COMMENT}


class StepKind(StrEnum):
    """What was done."""

    OPEN = "open"
    ESCALATE = "escalate"
    RETURN = "return"
    TRANSFER = "transfer"
    ACCEPT = "accept"
    HOLD = "hold"
    RESUME = "resume"
    RESOLVE = "resolve"
    CLOSE = "close"
    CANCEL = "cancel"
    REOPEN = "reopen"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class LogStep:
    """One thing done to a ticket: by whom, at which tier and team it then was.

    `row` numbers the events of the case from 0; several steps may come from one row. `queued` says of an open,
    escalate, return, transfer or reopen that it left the ticket unaccepted. `reason` is a hold's reason, a
    resolution's kind, or the log's own words.
    """

    kind: StepKind
    at: datetime
    actor: str
    tier: Tier
    team: str
    reason: str
    row: int
    queued: bool
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Before:
    """How the ticket stood before a row."""

    row: LogRow
    standing: Standing


def steps_of(case: LogCase) -> Sequence[LogStep]:
    """What the rows of a case say was done, in order."""
    steps: list[LogStep] = []
    before: _Before | None = None
    for number, row in enumerate(case.rows):
        done = list(_done_by(row, before)) or [(StepKind.COMMENT, row.substatus)]
        steps.extend(_step(kind, reason, row, number) for kind, reason in done)
        before = _Before(row, _standing_after(row, before))
    return steps


def _step(kind: StepKind, reason: str, row: LogRow, number: int) -> LogStep:
    queued = row.meaning.standing is Standing.QUEUED
    return LogStep(kind, row.at, row.actor, row.tier, row.team, reason, number, queued, row.raw)


_Done = tuple[StepKind, str]


def _done_by(row: LogRow, before: _Before | None) -> Iterator[_Done]:
    if before is None:
        yield StepKind.OPEN, row.substatus
    else:
        if _reopened(row, before):
            yield StepKind.REOPEN, row.substatus
        elif before.standing is Standing.WAITING and not _same_wait(row, before):
            yield StepKind.RESUME, row.substatus
        yield from _moved(row, before)
    yield from _taken_up(row, before)
    yield from _ended(row, before)


def _standing_after(row: LogRow, before: _Before | None) -> Standing:
    """A comment ends a wait, and after a completion leaves open how the ticket stands."""
    if row.meaning.standing is not Standing.COMMENT:
        return row.meaning.standing
    if before is None or before.standing.over:
        return Standing.COMMENT
    return Standing.ACCEPTED if before.standing is Standing.WAITING else before.standing


def _reopened(row: LogRow, before: _Before) -> bool:
    """Only work directly after a completion reopens."""
    working = {Standing.QUEUED, Standing.ACCEPTED, Standing.WAITING}
    return before.standing.over and row.meaning.standing in working


def _same_wait(row: LogRow, before: _Before) -> bool:
    """A row that only repeats a wait does not interrupt it."""
    return (row.meaning.standing, row.substatus, row.tier, row.team) == (
        Standing.WAITING,
        before.row.substatus,
        before.row.tier,
        before.row.team,
    )


def _moved(row: LogRow, before: _Before) -> Iterator[_Done]:
    if row.tier > before.row.tier:
        yield StepKind.ESCALATE, row.substatus
    elif row.tier < before.row.tier:
        yield StepKind.RETURN, row.substatus
    elif row.team != before.row.team:
        yield StepKind.TRANSFER, row.substatus
    elif row.meaning.standing is Standing.QUEUED and before.standing in _TAKEN:
        yield StepKind.TRANSFER, REQUEUED


def _taken_up(row: LogRow, before: _Before | None) -> Iterator[_Done]:
    if row.meaning.standing not in {Standing.ACCEPTED, Standing.WAITING}:
        return
    moved = before is None or (row.tier, row.team) != (before.row.tier, before.row.team)
    if moved or before is None or before.standing not in {Standing.ACCEPTED, Standing.WAITING}:
        yield StepKind.ACCEPT, row.substatus
    if row.meaning.standing is Standing.WAITING:
        waits_already = before is not None and before.standing is Standing.WAITING and _same_wait(row, before)
        if not waits_already:
            yield StepKind.HOLD, row.meaning.reason


def _ended(row: LogRow, before: _Before | None) -> Iterator[_Done]:
    was = before.standing if before else None
    unresolved = was not in {Standing.RESOLVED, Standing.CLOSED}
    match row.meaning.standing:
        case Standing.RESOLVED if unresolved:
            yield StepKind.RESOLVE, row.substatus
        case Standing.CLOSED if was is not Standing.CLOSED:
            if unresolved:
                yield StepKind.RESOLVE, row.substatus
            yield StepKind.CLOSE, row.substatus
        case Standing.CANCELLED if was not in {Standing.CANCELLED, Standing.CLOSED}:
            yield StepKind.CANCEL, row.substatus
        case _:
            return
