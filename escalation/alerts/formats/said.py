"""What senders write, taken leniently: whatever stands where a word should, it becomes a word, and nothing raises."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from escalation.alerts.alert import Link, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.terms import LINE, TEXT

_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)
_YEARS = range(1970, 2200)
_MOST_ID = 200  # characters
_MOST_LABELS, _MOST_LINKS = 64, 10
_BOM = b"\xef\xbb\xbf"


def parsed(arrived: Arrived) -> Any:
    """The body as JSON; Unreadable where it is none."""
    try:
        return from_json(arrived.body.removeprefix(_BOM))
    except ValueError as error:
        raise Unreadable("not_json", f"The body is not JSON: {error}.") from None


def record(value: object) -> dict[str, Any]:
    """An object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Any]:
    """A list; empty for anything else."""
    return value if isinstance(value, list) else []


def line(value: object) -> str:
    """One line of it, cut where it is too long; empty for nothing."""
    return " ".join(_plain(value).split())[:LINE]


def text(value: object) -> str:
    """The text, cut where it is too long; empty for nothing."""
    return _plain(value).strip()[:TEXT]


def ident(value: object) -> str:
    """An id that fits: what is too long is known by its digest, never cut, or two would be one."""
    said = _plain(value).strip()
    return said if len(said) <= _MOST_ID else sha256(said.encode()).hexdigest()


def digest(value: object) -> str:
    """The same for the same JSON value, in whatever order its fields stand."""
    return sha256(to_json(_ordered(value), inf_nan_mode="constants")).hexdigest()


def moment(value: object) -> datetime | None:
    """The moment in UTC, from RFC 3339 or epoch seconds; None for what is none, and for the year 1 that means never."""
    try:
        at = _MOMENT.validate_python(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValidationError, ValueError, OverflowError):
        return None
    return at if at.year in _YEARS else None


def labels(value: object) -> dict[str, str]:
    """Names and values, the first few dozen."""
    return {line(name): line(each) for name, each in list(record(value).items())[:_MOST_LABELS]}


def links(*said: tuple[object, str]) -> tuple[Link, ...]:
    """Those that lead to the web, once each: nobody is offered `javascript:` to click on."""
    found = {line(href): line(words) for href, words in said if line(href).startswith(("https://", "http://"))}
    return tuple(Link(href=href, text=words) for href, words in list(found.items())[:_MOST_LINKS])


def lines_of(value: Mapping[str, Any]) -> str:
    """`name: value`, line by line."""
    return "\n".join(f"{line(name)}: {text(each)}" for name, each in value.items())


def paragraphs(*said: str) -> str:
    """Those that say something, one below the other."""
    return "\n\n".join(filter(None, said))[:TEXT]


def _plain(value: object) -> str:
    if value is None:
        return ""
    written = value if isinstance(value, str) else to_json(value, inf_nan_mode="constants").decode()
    return "".join(_readable(written)) if not written.isprintable() else written


def _readable(written: str) -> Iterator[str]:
    for each in written:
        yield each if each.isprintable() or each in "\n\t" else " "


def _ordered(value: object) -> object:
    match value:
        case dict():
            return {name: _ordered(value[name]) for name in sorted(value)}
        case list():
            return [_ordered(each) for each in value]
        case _:
            return value
