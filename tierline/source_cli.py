"""`tierline source`: let machines in, change how their words are read, renew their secrets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Column, Table

from api.faults import Fault
from api.intake import sourcing
from api.intake.sourcing import Made, MapBody, SourceBody
from api.intake.trying import Trial, try_out
from escalation.alerts.source import Source
from escalation.policy import Policy
from escalation.ports import Unavailable
from stores.database import engine_for
from stores.policies import Policies
from stores.sources import Sources
from tierline import yaml_text
from tierline.faults import OperatorError
from tierline.settings import Settings

_OPERATOR = "operator"


class SourceError(OperatorError):
    """A source cannot be made or changed as asked."""


class _Books(NamedTuple):
    sources: Sources
    policy: Callable[[], Policy]


def add(settings: Settings, map_file: Path | None, client: str | None, **wanted: object) -> None:
    """Let another machine in, and show its secret and address, once."""
    with _books(settings) as books:
        how = _map(map_file) if map_file else MapBody(client=client)
        body = SourceBody.model_validate({name: each for name, each in wanted.items() if each is not None})
        body = body.model_copy(update={"map": how})
        made = sourcing.create(books.sources, books.policy(), body, _OPERATOR, datetime.now(UTC))
    _show_secret(made, settings)


def list_all(settings: Settings) -> None:
    """Show the sources."""
    with _books(settings) as books:
        sources = books.sources.all()
    table = Table(
        Column("id", no_wrap=True), "kind", "proves itself by", "clients", "last heard", "waiting", "quarantined",
        "note", box=None,
    )  # fmt: skip
    for source in sources:
        table.add_row(*_cells(source), style="dim" if source.disabled_at else None)
    Console().print(table)


def show(settings: Settings, source: str) -> None:
    """Print a source as JSON, with its map."""
    with _books(settings) as books:
        typer.echo(sourcing.one(books.sources, source).model_dump_json(indent=2, exclude_defaults=True))


def change_map(settings: Settings, source: str, map_file: Path) -> None:
    """Read the source's words by this map from now on."""
    with _books(settings) as books:
        now = datetime.now(UTC)
        changed = sourcing.change(books.sources, books.policy(), source, _map(map_file), None, _OPERATOR, now)
    typer.echo(f"{source} is read by version {changed.version} of its map")


def renew(settings: Settings, source: str, given: str | None) -> None:
    """Make a second secret, and show it, once."""
    with _books(settings) as books:
        made = sourcing.renew(books.sources, source, given, _OPERATOR, datetime.now(UTC))
    _show_secret(made, settings)


def retire(settings: Settings, source: str, secret: str) -> None:
    """Retire a secret."""
    with _books(settings) as books:
        sourcing.retire(books.sources, source, secret, datetime.now(UTC))
    typer.echo(f"{secret} opens nothing any more; running API servers notice within seconds")


def turn(settings: Settings, source: str, *, on: bool) -> None:
    """Shut a source out, or let it in again."""
    with _books(settings) as books:
        sourcing.turn(books.sources, source, None if on else datetime.now(UTC))
    typer.echo(f"{source} is {'let in' if on else 'shut out'}")


def try_file(settings: Settings, source: str, body: Path, map_file: Path | None) -> bool:
    """Print what a body would say, as JSON; False if something is wrong with it or with the map."""
    with _books(settings) as books:
        known = sourcing.one(books.sources, source)
        trial = Trial(body=_text(body), map=_map(map_file) if map_file else None)
        tried = try_out(known, books.policy(), trial, datetime.now(UTC))
    typer.echo(tried.model_dump_json(indent=2, exclude_defaults=True))
    return not tried.wrong and not tried.unread


def _show_secret(made: Made, settings: Settings) -> None:
    typer.echo(f"address  {settings.api_url}{made.path}")
    if made.secret:
        typer.echo(f"secret   {made.secret}")
        typer.echo(f"Keep it: it is not shown again. Its id is {made.secret_id}.", err=True)


def _cells(source: Source) -> list[str]:
    how = source.map
    clients = how.client or ", ".join(sorted(set(how.clients.values()))) or "-"
    heard = f"{source.last_heard_at:%Y-%m-%d %H:%M}" if source.last_heard_at else "never"
    counts = [str(source.waiting), str(source.quarantined)]
    note = f"shut out; {source.note}".rstrip("; ") if source.disabled_at else source.note
    return [source.id, source.kind.value, source.scheme.value, clients, heard, *counts, note]


def _map(file: Path) -> MapBody:
    said = yaml_text.loaded(_text(file), "a map")  # JSON is YAML as well
    if isinstance(said, yaml_text.Fault):
        raise SourceError(f"{file}:{said}")
    return MapBody.model_validate(said)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file} cannot be read: {error}") from None


@contextmanager
def _books(settings: Settings) -> Iterator[_Books]:
    """The books of the running desk; whatever is wrong is said in words."""
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        yield _Books(Sources(engine), Policies(engine).current)
    except Unavailable as away:
        raise SourceError(f"{away}; is `tierline up` running?") from None
    except Fault as fault:
        raise SourceError(fault.detail) from None
    except ValidationError as error:
        raise SourceError("\n".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())) from None
    finally:
        engine.dispose()
