"""`tierline quarantine`: what machines sent and nobody could read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.table import Column, Table

from escalation.ports import Unavailable
from stores.database import engine_for
from stores.inbox import Bodies
from tierline.faults import OperatorError
from tierline.settings import Settings

_MOST = 200


class QuarantineError(OperatorError):
    """A body cannot be looked at, replayed or discarded as asked."""


def list_all(settings: Settings, source: str | None) -> None:
    """Show what lies in quarantine, the latest first, with why."""
    with _bodies(settings) as bodies:
        aside = bodies.aside(source, _MOST)
    table = Table(Column("number", no_wrap=True), "source", "came", "bytes", "code", "why", box=None)
    for each in aside:
        came = f"{each.received_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(each.number), each.source, came, str(each.size), each.code, each.reason)
    Console().print(table)


def show(settings: Settings, number: int) -> None:
    """Print a body as it came."""
    with _bodies(settings) as bodies:
        found = bodies.body(number)
    if found is None:
        raise QuarantineError(f"nothing of number {number} came in")
    typer.echo(found[1].body.decode(errors="replace"))


def replay(settings: Settings, number: int | None, source: str | None) -> None:
    """Have one read again, or all of a source."""
    if (number is None) == (source is None):
        raise QuarantineError("name a number, or a source with --source: one of the two")
    with _bodies(settings) as bodies:
        many = bodies.replay_all(source) if source is not None else int(bodies.replay(number or 0))
    if number is not None and not many:
        raise QuarantineError(f"{number} is not in quarantine")
    typer.echo(f"{many} will be read again within a minute, by today's map")


def discard(settings: Settings, number: int, reason: str) -> None:
    """Put one out of sight."""
    with _bodies(settings) as bodies:
        if not bodies.discard(number, reason, "operator", datetime.now(UTC)):
            raise QuarantineError(f"{number} is not in quarantine")
    typer.echo(f"{number} is discarded: it is kept, and never read")


@contextmanager
def _bodies(settings: Settings) -> Iterator[Bodies]:
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        yield Bodies(engine)
    except Unavailable as away:
        raise QuarantineError(f"{away}; is `tierline up` running?") from None
    finally:
        engine.dispose()
