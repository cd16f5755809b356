"""`tierline psa`: connect another system, check its map, see how far it is, have it looked at again."""

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Column, Table

from activities.psa.waking import TemporalWakes
from escalation.ports import Unavailable
from escalation.psa.ports import Connection, LogLine
from stores.database import engine_for
from stores.policies import Policies
from stores.psa import PsaBook
from tierline.faults import OperatorError
from tierline.operator import operator
from tierline.policy_file import load_policy
from tierline.psa_connectors import CONNECTORS
from tierline.psa_map import read_map
from tierline.settings import Settings
from tierline.wiring import temporal

SECRET_FROM = "TIERLINE_PSA_SECRET"  # noqa: S105 - where it is, not what


class PsaError(OperatorError):
    """A connection cannot be made or found as asked."""


def check(path: Path, policy: Path) -> None:
    """Say whether the map holds, and where it does not."""
    reading = read_map(_text(path), load_policy(policy))
    _say_faults(path, reading.faults)
    untested = reading.rules.untested if reading.rules else None
    typer.echo(f"{path}: sound" + (f"; untested: {untested}" if untested else ""))


def connect(settings: Settings, name: str, url: str, user: str, path: Path, every: int) -> None:
    """Keep the connection and its map, and begin; a connection of this name goes on with the new ones."""
    secret = os.environ.get(SECRET_FROM) or typer.prompt("Secret", hide_input=True)
    text = _text(path)
    with _database(settings) as (book, policies):
        reading = read_map(text, policies.current())
        _say_faults(path, reading.faults)
        rules = reading.sound
        if rules is None or rules.connector not in CONNECTORS:
            raise PsaError(f"there is a map for {rules and rules.connector}, and no connector; there is {_names()}")
        now = datetime.now(UTC)
        new = Connection(
            name=name, connector=rules.connector, url=url, user=user, every=every, made_by=operator(), made_at=now
        )
        book.connect(new, secret)
        version = book.publish(name, text, rules, operator(), now)
    _wake(settings, name, ())
    typer.echo(f"{name}: connected, with version {version} of its map")


def show(settings: Settings) -> None:
    """Every connection: how many records are run here, how many are behind, when it was last in step."""
    table = Table(
        Column("connection", no_wrap=True),
        *("system", "run here", "not run", "behind", "last sync", "last look", "state"),
        box=None,
    )
    with _database(settings) as (book, _):
        for each in book.connections():
            at = book.standing(each.name)
            state = f"away since {_day(each.away_since)}: {each.error}" if each.away_since else "in touch"
            counts = [str(number) for number in (at.linked, at.not_run, at.behind)]
            table.add_row(
                each.name, each.connector, *counts, _day(each.synced_at), _day(each.reconciled_at),
                state if each.enabled else "rests",
            )  # fmt: skip
    Console().print(table)


def show_log(settings: Settings, name: str, limit: int) -> None:
    """Conflicts, refusals and what was not taken in, the latest last."""
    with _database(settings) as (book, _):
        _known(book, name)
        lines = book.lines(name, limit=limit)
    for line in reversed(lines):
        typer.echo(said(line))


def said(line: LogLine) -> str:
    """One line of the log as it is printed."""
    ticket = f" {line.ticket_id}" if line.ticket_id else ""
    return f"{_day(line.at)} #{line.record_id}{ticket} {line.kind.replace('_', ' ')}: {line.text}"


def sync(settings: Settings, name: str, record_ids: tuple[str, ...]) -> None:
    """Have these records looked at again, or everything."""
    with _database(settings) as (book, _):
        _known(book, name)
    _wake(settings, name, record_ids)
    typer.echo(f"{name}: {', '.join(record_ids) or 'everything'} is looked at again")


def rest(settings: Settings, name: str, *, enabled: bool) -> None:
    """Let a connection rest, or go on."""
    with _database(settings) as (book, _):
        _known(book, name)
        book.enable(name, enabled=enabled)
    _wake(settings, name, ())
    typer.echo(f"{name}: {'goes on' if enabled else 'rests'}")


def remove(settings: Settings, name: str) -> None:
    """Forget a connection with its links; the tickets stay on both sides."""
    with _database(settings) as (book, _):
        _known(book, name)
        book.remove(name)
    _wake(settings, name, ())
    typer.echo(f"{name}: removed")


def _known(book: PsaBook, name: str) -> Connection:
    found = book.connection(name)
    if found is None:
        there = ", ".join(each.name for each in book.connections())
        raise PsaError(f"there is no connection {name!r}; there is {there or 'none'}")
    return found


def _wake(settings: Settings, name: str, record_ids: tuple[str, ...]) -> None:
    async def wake() -> None:
        await TemporalWakes(await temporal(settings), settings.task_queue).changed(name, record_ids)

    _run(wake())


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except (Unavailable, RuntimeError) as away:
        raise PsaError(f"Temporal does not answer: {away}; is `tierline up` running?") from None


def _say_faults(path: Path, faults: tuple[object, ...]) -> None:
    for fault in faults:
        typer.echo(f"{path}:{fault}", err=True)
    if faults:
        raise PsaError(f"{path}: {len(faults)} fault(s)")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PsaError(f"{path} cannot be read: {error}") from None


def _names() -> str:
    return ", ".join(CONNECTORS)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "never"


@contextmanager
def _database(settings: Settings) -> Iterator[tuple[PsaBook, Policies]]:
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        yield PsaBook(engine), Policies(engine)
    except Unavailable as away:
        raise PsaError(f"{away}; is `tierline up` running?") from None
    finally:
        engine.dispose()
