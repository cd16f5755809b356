"""Templates into pages: one environment, whose filters say moments, names and durations to the one who looks."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import sha256
from json import dumps
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from api.console import drawing, times
from api.console.names import Names, said
from api.console.ticket.words import field

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def environment() -> Environment:
    """Everything is escaped, and a name that a template does not know is a fault."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        said=said, iso=times.iso, span=times.span, hours=times.hours, clock=_clock, full=_full, day=_day, until=_until,
        person=_person, client=_client, field_of_note=field, pair=lambda value, words: (value, words(value)),
    )  # fmt: skip
    env.filters.update(snippet=Markup)  # the search escapes all but its marks
    env.globals.update(static=_addresses(), draw=drawing, words_for=said, same=str, plainly=plainly)
    return env


def plainly(value: object) -> str:
    """Data as a person reads it, on one line."""
    return "" if value is None else value if isinstance(value, str) else dumps(value, ensure_ascii=False)


def _addresses() -> Callable[[str], str]:
    """The address of a shipped file, which changes with what is in it: a browser may keep it for good."""
    marks = {path: sha256((STATIC / path).read_bytes()).hexdigest()[:12] for path in _shipped()}
    return lambda path: f"/console/static/{path}?v={marks[path]}"


def _shipped() -> list[str]:
    return [path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()]


@pass_context
def _clock(context: Context, at: datetime) -> str:
    return times.clock(at, context["viewer"].zone, context["now"])


@pass_context
def _full(context: Context, at: datetime) -> str:
    return times.full(at, context["viewer"].zone)


@pass_context
def _day(context: Context, at: datetime) -> str:
    return times.day(at, context["viewer"].zone)


@pass_context
def _until(context: Context, at: datetime) -> str:
    return times.until(at, context["now"])


@pass_context
def _person(context: Context, person: str) -> str:
    return _named(context).person(person)


@pass_context
def _client(context: Context, client: str) -> str:
    return _named(context).client(client)


def _named(context: Context) -> Names:
    names: Names = context["names"]
    return names
