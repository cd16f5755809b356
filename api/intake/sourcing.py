"""Sources made and changed: from the API, the console and the command line alike. Blocking, as stores are."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, StringConstraints

from api.faults import Conflict, InvalidRequest, UnknownSource
from api.intake.issuing import issue
from escalation.alerts.books import NewSource, SourceBook
from escalation.alerts.checking import Wrong, wrong_with
from escalation.alerts.source import RESERVED, SCHEMES, Scheme, Source, SourceKind, SourceMap
from escalation.policy import Policy
from escalation.terms import Facts, Line

DEFAULT_HEADER = "X-Tierline-Key"
Secret = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^[\x21-\x7e]+$")]
_ID = StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
_HEADER = StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")
_EXAMPLE: dict[str, Any] = {
    "id": "prometheus-acme",
    "kind": "alertmanager",
    "map": {"client": "acme-dental", "categories": {"Disk*": "server.down"}},
}


class MapBody(SourceMap):
    """A map as it is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceBody(Facts):
    """A source to be; without a scheme it has the first of its kind's. Only who signs may bring a secret along."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    id: Annotated[str, _ID]
    kind: SourceKind
    scheme: Scheme | None = None
    header: Annotated[str, _HEADER] = DEFAULT_HEADER
    note: Line = ""
    secret: Secret | None = None
    map: MapBody = MapBody()


class Made(Facts):
    """A source with a secret that is not shown again, and the path that its sender posts to."""

    source: Source
    secret_id: Line
    secret: Line
    path: Line


def create(book: SourceBook, policy: Policy, wanted: SourceBody, by: str, at: datetime) -> Made:
    """A new source; InvalidRequest with every fault of it, Conflict where its id is taken."""
    scheme = wanted.scheme or SCHEMES[wanted.kind][0]
    _refuse([*_wrong(wanted, scheme), *_of_map(wrong_with(wanted.kind, wanted.map, policy))])
    secret, text = issue(scheme, wanted.secret)
    said = {"header": wanted.header if scheme is Scheme.HEADER else "", "note": wanted.note, "map": plain(wanted.map)}
    source = book.create(NewSource(id=wanted.id, kind=wanted.kind, scheme=scheme, **said), secret, by, at)
    if source is None:
        raise Conflict(f"There is a source {wanted.id!r} already.")
    return Made(source=source, secret_id=secret.id, secret=text, path=path_of(source, text))


def change(
    book: SourceBook, policy: Policy, source: str, how: SourceMap | None, note: str | None, by: str, at: datetime
) -> Source:
    """Another map, which is a version of its own, or another note; InvalidRequest with every fault of the map."""
    known = one(book, source)
    if how is not None:
        _refuse(_of_map(wrong_with(known.kind, how, policy)))
        book.change(source, plain(how), by, at)
    if note is not None:
        book.describe(source, note)
    return one(book, source)


def renew(book: SourceBook, source: str, given: str | None, by: str, at: datetime) -> Made:
    """Another secret beside the one in use; Conflict where two are live."""
    known = one(book, source)
    secret, text = issue(known.scheme, given)
    if not book.add_secret(source, secret, by, at):
        raise Conflict("Two secrets are live already: retire the old one, once its sender has the new one.")
    return Made(source=one(book, source), secret_id=secret.id, secret=text, path=path_of(known, text))


def retire(book: SourceBook, source: str, secret: str, at: datetime) -> Source:
    """The secret opens nothing any more; Conflict for the last, and for one that is not live."""
    one(book, source)
    if not book.retire_secret(source, secret, at):
        raise Conflict("There is no such live secret, or it is the last: make a new one first, or disable the source.")
    return one(book, source)


def turn(book: SourceBook, source: str, disabled_at: datetime | None) -> Source:
    """Disable it, or with None let it in again."""
    if not book.disable(source, disabled_at):
        raise UnknownSource(f"There is no source {source!r}.")
    return one(book, source)


def one(book: SourceBook, source: str) -> Source:
    """The source of this id; UnknownSource if there is none."""
    found = book.one(source)
    if found is None:
        raise UnknownSource(f"There is no source {source!r}.")
    return found


def path_of(source: Source, secret: str) -> str:
    """Where its sender posts to, with the key where it stands in the address."""
    if source.scheme is Scheme.ROUTING_KEY:
        return "/v2/enqueue"
    return f"/v1/intake/{source.id}" + (f"/{secret}" if source.scheme is Scheme.PATH else "")


def plain(how: SourceMap) -> SourceMap:
    """The map, and nothing of how it was sent."""
    return SourceMap.model_validate(dict(how))


def _wrong(wanted: SourceBody, scheme: Scheme) -> list[Wrong]:
    wrong = [Wrong("id", "this word has another meaning here")] if wanted.id in RESERVED else []
    if scheme not in SCHEMES[wanted.kind]:
        wrong.append(Wrong("scheme", f"a source of this kind proves itself by {', '.join(SCHEMES[wanted.kind])}"))
    return wrong


def _of_map(wrong: list[Wrong]) -> list[Wrong]:
    return [Wrong(f"map.{each.field}", each.message) for each in wrong]


def _refuse(wrong: list[Wrong]) -> None:
    if wrong:
        said = "; ".join(f"{each.field}: {each.message}" for each in wrong[:3])
        raise InvalidRequest(f"The source cannot work: {said}.", errors=[each._asdict() for each in wrong])
