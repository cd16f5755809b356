"""What is wrong with a source's map, field by field, before anybody relies on it."""

from collections.abc import Iterator
from typing import NamedTuple

from escalation.alerts.formats.generic import FIELDS, REQUIRED
from escalation.alerts.formats.mapping import compiled
from escalation.alerts.source import SourceKind, SourceMap
from escalation.policy import Policy

_WITH_FIELDS = frozenset({SourceKind.CLOUDEVENTS, SourceKind.STANDARD_WEBHOOKS})
_MOST_CHARACTERS = 300  # of an expression


class Wrong(NamedTuple):
    """A field of the map, and what is wrong about it."""

    field: str
    message: str


def wrong_with(kind: SourceKind, how: SourceMap, policy: Policy) -> list[Wrong]:
    """Every fault of the map under this policy; none for one that can work."""
    return [*_clients(kind, how, policy), *_sites(how, policy), *_categories(how, policy), *_expressions(kind, how)]


def _clients(kind: SourceKind, how: SourceMap, policy: Policy) -> Iterator[Wrong]:
    if kind is SourceKind.CONNECTWISE:
        return  # a changed record is fetched, and says itself whose it is
    if (how.client is None) == (how.client_from is None):
        yield Wrong("client", "name one client for all, or where the body says which: one of the two")
    if how.client_from is not None and not how.clients:
        yield Wrong("clients", "say which client each reference means")
    for field, client in [("client", how.client), *((f"clients.{name}", each) for name, each in how.clients.items())]:
        if client is not None and client not in policy.clients:
            yield Wrong(field, f"the policy knows no client {client!r}")


def _sites(how: SourceMap, policy: Policy) -> Iterator[Wrong]:
    known = {site for client in policy.clients.values() for site in client.sites}
    if how.client in policy.clients:
        known = set(policy.clients[how.client].sites)
    for field, site in [("site", how.site), *((f"sites.{name}", each) for name, each in how.sites.items())]:
        if site is not None and site not in known:
            yield Wrong(field, f"no client of this source has a site {site!r}")


def _categories(how: SourceMap, policy: Policy) -> Iterator[Wrong]:
    named = [("category", how.category), *((f"categories.{name}", each) for name, each in how.categories.items())]
    for field, category in named:
        if category is not None and category not in policy.categories:
            yield Wrong(field, f"the policy knows no category {category!r}")


def _expressions(kind: SourceKind, how: SourceMap) -> Iterator[Wrong]:
    if kind is SourceKind.GENERIC or (kind is SourceKind.STANDARD_WEBHOOKS and how.fields):
        for name in REQUIRED:
            if name not in how.fields:
                yield Wrong(f"fields.{name}", "needed: an expression that finds it in the body")
    elif how.fields and kind not in _WITH_FIELDS:
        yield Wrong("fields", "this kind has fields of its own")
    named = [(f"fields.{name}", each) for name, each in how.fields.items()]
    for field, expression in [("client_from", how.client_from), ("site_from", how.site_from), *named]:
        if field.startswith("fields.") and field.removeprefix("fields.") not in FIELDS:
            yield Wrong(field, f"there is no such field; there are {', '.join(FIELDS)}")
        elif expression is not None and (fault := _fault_of(expression)):
            yield Wrong(field, fault)


def _fault_of(expression: str) -> str | None:
    if len(expression) > _MOST_CHARACTERS:
        return f"an expression has at most {_MOST_CHARACTERS} characters"
    try:
        compiled(expression)
    except ValueError as error:
        return f"this is no JMESPath: {error}"
    return None
