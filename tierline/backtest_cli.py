"""`tierline policy backtest`: past tickets through another policy, on every core, a few at a time in memory."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import Progress

from escalation.backtest import Report
from escalation.log.rows import LogCase, LogMapping
from escalation.policy import Policy
from escalation.ports import Unavailable
from stores.database import engine_for
from stores.stories import Stories
from tierline.backtest_pool import AT_ONCE, pool
from tierline.backtest_shown import show
from tierline.backtest_work import Part, Task, begin, end, judge_cases, judge_ids
from tierline.faults import OperatorError
from tierline.log_files import DEFAULT_MAPPING, read_log, read_mapping
from tierline.policy_file import load_sound_policy
from tierline.progress import progress_bar, watched
from tierline.settings import Settings

IN_FORCE = "as in force then"
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)

Batch = TypeVar("Batch")


class BacktestError(OperatorError):
    """The past cannot be judged as asked."""


@dataclass(frozen=True)
class Wanted:
    """What to judge, and how to say it; without `policy` by the versions that the tickets really had."""

    policy: Path | None = None
    since: datetime | None = None
    until: datetime | None = None
    log: Path | None = None
    mapping: Path | None = None
    client: str | None = None
    imported: bool = False
    workers: int = 2
    examples: int = 20
    details: Path | None = None
    as_json: bool = False


def run(settings: Settings, wanted: Wanted) -> None:
    """Judge, and say what would have changed."""
    policy = load_sound_policy(wanted.policy) if wanted.policy else None
    if policy is None and (wanted.log or wanted.imported):
        raise BacktestError("a log was never pinned to a policy: name the one to judge it by")
    if policy and wanted.client is not None and wanted.client not in policy.clients:
        raise BacktestError(f"policy {policy.version} has no client {wanted.client!r}")
    version = policy.version if policy else IN_FORCE
    try:
        report = backtest(settings, wanted, policy)
    except Unavailable as away:
        raise BacktestError(f"{away}; is `tierline up` running?") from None
    if wanted.as_json:
        typer.echo(json.dumps({"policy": version} | report.as_json(), indent=1))
    else:
        show(report, version, Console())


def backtest(settings: Settings, wanted: Wanted, policy: Policy | None) -> Report:
    """The report on everything that is wanted."""
    mapping = read_mapping(wanted.mapping or DEFAULT_MAPPING) if wanted.log else None
    task = Task(
        policy=policy.model_dump_json() if policy else None,
        until=wanted.until or (_LONG_AGO if wanted.log else datetime.now(UTC)),  # a log ends with its last row
        client=wanted.client or (next(iter(policy.clients)) if policy else ""),
        dsn=settings.dsn,
        mapping=mapping,
        detailed=wanted.details is not None,
        examples=wanted.examples,
    )
    report = Report(most_examples=wanted.examples)
    with progress_bar() as progress, _details(wanted.details) as details:
        for part in _parts(task, wanted, progress):
            report.absorb(part.report)
            details(part.lines)
    return report


def _parts(task: Task, wanted: Wanted, progress: Progress) -> Iterator[Part]:
    if wanted.log and task.mapping:
        yield from _spread(task, wanted.workers, judge_cases, _cases(wanted.log, task.mapping, progress))
        return
    engine = engine_for(task.dsn, pool_size=1)
    try:
        stories = Stories(engine, wanted.since, wanted.until, imported=wanted.imported)
        bar = progress.add_task("Judging tickets", total=stories.count())
        for part in _spread(task, wanted.workers, judge_ids, stories.ids(AT_ONCE)):
            progress.advance(bar, part.report.tickets + part.report.not_judged.total())
            yield part
    finally:
        engine.dispose()


def _cases(log: Path, mapping: LogMapping, progress: Progress) -> Iterator[list[LogCase]]:
    cases = read_log(log, mapping, watched(progress, "Judging", log))
    while batch := list(islice(cases, AT_ONCE)):
        yield batch


def _spread(task: Task, workers: int, do: Callable[[Batch], Part], batches: Iterable[Batch]) -> Iterator[Part]:
    """Every batch done in one of the processes; only a few of them are under way, whatever there is in all."""
    if workers <= 1:
        begin(task)
        try:
            yield from map(do, batches)
        finally:
            end()
        return
    with pool(task, workers) as processes:
        left = iter(batches)
        under_way = {processes.submit(do, batch) for batch in islice(left, 2 * workers)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            under_way |= {processes.submit(do, batch) for batch in islice(left, len(done))}
            yield from (each.result() for each in done)


@contextmanager
def _details(path: Path | None) -> Iterator[Callable[[Sequence[str]], None]]:
    """Writes a line for each changed ticket where a file was asked for."""
    if path is None:
        yield lambda _: None
        return
    with path.open("w", encoding="utf-8") as file:
        yield lambda lines: file.writelines(f"{line}\n" for line in lines)
