"""`tierline import`: an event log into the journal and the read side, with its own times. No workflow, no message."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psycopg.errors
import typer
from pydantic import ValidationError
from rich.progress import Progress
from sqlalchemy.exc import ProgrammingError

from escalation.calendar import NeverOpen
from escalation.events import Entry
from escalation.log.importing import entries_of, imported_id
from escalation.log.rows import LogCase, LogMapping
from escalation.ports import Unavailable
from stores.database import engine_for
from stores.imports import Added, AnotherStory, Imports
from tierline.faults import OperatorError
from tierline.log_files import DEFAULT_MAPPING, LogFileError, read_log, read_mapping
from tierline.progress import progress_bar, watched
from tierline.settings import Settings

CASES_AT_ONCE = 100


class ImportFailedError(OperatorError):
    """The import stopped; what went before it is there whole, and the import can be run again."""


@dataclass
class Counted:
    """What an import read, and what of it was new."""

    cases: int = 0
    rows: int = 0
    tickets: int = 0
    entries: int = 0


def run(settings: Settings, log: Path, mapping: Path | None = None) -> None:
    """Import the log, and say what was new. A log that cannot be read to its end is refused before it is begun."""
    reading = read_mapping(mapping or DEFAULT_MAPPING)
    with progress_bar() as progress:
        for _ in _cases(log, reading, progress, "Checking"):
            pass
        counted = _import(settings, log, reading, progress)
    typer.echo(_said(counted, log))


def _import(settings: Settings, log: Path, mapping: LogMapping, progress: Progress) -> Counted:
    counted = Counted()
    cases = _cases(log, mapping, progress, "Importing")
    with _imports(settings) as imports:
        while batch := list(islice(cases, CASES_AT_ONCE)):
            added = _added(imports, batch, mapping, log)
            counted.cases += len(batch)
            counted.rows += sum(len(case.rows) for case in batch)
            counted.tickets += added.tickets
            counted.entries += added.entries
    return counted


def _added(imports: Imports, cases: Sequence[LogCase], mapping: LogMapping, log: Path) -> Added:
    try:
        return imports.add(_told(cases, mapping, log))
    except AnotherStory as other:
        case = next(case for case in cases if imported_id(case.case_id) == other.ticket_id)
        raise ImportFailedError(
            f"{log}: line {case.rows[0].line}: case {case.case_id!r} was imported before, and from entry {other.seq} "
            f"of {other.ticket_id} on this log tells another story. The journal is never rewritten: a log may grow, "
            "and is imported under one mapping"
        ) from None


def _told(cases: Sequence[LogCase], mapping: LogMapping, log: Path) -> list[list[Entry]]:
    stories = []
    for case in cases:
        try:
            stories.append(entries_of(case, mapping))
        except (ValidationError, NeverOpen) as error:
            said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
            raise LogFileError(f"{log}: line {case.rows[0].line}: case {case.case_id!r}: {said}") from error
    return stories


@contextmanager
def _imports(settings: Settings) -> Iterator[Imports]:
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        yield Imports(engine)
    except Unavailable as away:
        raise ImportFailedError(f"{away}; is `tierline up` running?") from None
    except ProgrammingError as error:
        if isinstance(error.orig, psycopg.errors.UndefinedTable):
            raise ImportFailedError("the database has no tables yet: run `tierline prepare`") from None
        raise
    finally:
        engine.dispose()


def _cases(log: Path, mapping: LogMapping, progress: Progress, what: str) -> Iterator[LogCase]:
    return read_log(log, mapping, watched(progress, what, log))


def _said(counted: Counted, log: Path) -> str:
    if not counted.cases:
        return f"{log.name} holds no case: there is nothing to import."
    read = f"{counted.cases:,} cases, {counted.rows:,} events"
    if not counted.entries:
        return f"{log.name}: {read}; all of it is there already."
    return (
        f"{log.name}: {read}; {counted.tickets:,} new tickets, {counted.entries:,} journal entries, times as in the "
        "log. Nothing was sent to anyone. See `tierline metrics --imported`."
    )
