"""A source's map, applied to one alert as its sender writes it."""

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from escalation.alerts.alert import Unreadable
from escalation.alerts.formats.said import line
from escalation.alerts.source import SourceMap


@lru_cache(maxsize=512)
def compiled(expression: str) -> ParsedResult:
    """The expression, ready to search with; ValueError where it is none."""
    try:
        return jmespath.compile(expression)
    except (JMESPathError, RecursionError) as error:
        raise ValueError(str(error).partition("\n")[0] or "cannot be read") from None


def found(expression: str, item: object) -> Any:
    """What the expression finds in it; Unreadable where it cannot be applied."""
    try:
        return compiled(expression).search(item)
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        said = str(error).partition("\n")[0]
        raise Unreadable("map_fails", f"The expression {expression!r} cannot be applied: {said}.") from None


def client(how: SourceMap, item: object) -> str:
    """Whose fault it is; Unreadable where the map does not know the reference: it never goes to anybody else."""
    if how.client_from is None:
        if how.client is None:
            raise Unreadable("no_client", "The source's map names no client.")
        return how.client
    reference = line(found(how.client_from, item))
    if not reference:
        raise Unreadable("no_client", f"{how.client_from!r} finds no client in it.")
    if reference not in how.clients:
        raise Unreadable("unknown_client", f"The source's map knows no client {reference!r}.")
    return how.clients[reference]


def site(how: SourceMap, item: object) -> str | None:
    """At which of the client's sites; None where nobody can say."""
    if how.site_from is None:
        return how.site
    return how.sites.get(line(found(how.site_from, item)), how.site)


def category(how: SourceMap, kind: str) -> str | None:
    """Our category for this sort of fault: by its name, else by the longest pattern that fits, else that for all."""
    if kind in how.categories:
        return how.categories[kind]
    fitting = [pattern for pattern in how.categories if fnmatchcase(kind.casefold(), pattern.casefold())]
    return how.categories[max(fitting, key=lambda pattern: (len(pattern), pattern))] if fitting else how.category
