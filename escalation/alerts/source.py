"""Who sends us what machines say: how a sender proves that it is itself, and how its words are read."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import AwareDatetime, Field

from escalation.alerts.alert import Action, Severity
from escalation.terms import Facts, Line


class SourceKind(StrEnum):
    """The format that a sender speaks."""

    ALERTMANAGER = "alertmanager"
    PAGERDUTY = "pagerduty"
    CLOUDEVENTS = "cloudevents"
    STANDARD_WEBHOOKS = "standard_webhooks"
    CONNECTWISE = "connectwise"
    NINJAONE = "ninjaone"
    DATTO = "datto"
    TACTICAL = "tactical"
    GENERIC = "generic"


class Scheme(StrEnum):
    """How a sender proves who it is.

    `bearer` is a key in the Authorization header, as a bearer token or as the password of Basic; `header` one in a
    header of any name; `path` one at the end of the address, for senders that can set no header.
    """

    BEARER = "bearer"
    HEADER = "header"
    PATH = "path"
    ROUTING_KEY = "routing_key"
    STANDARD_WEBHOOKS = "standard_webhooks"
    CONNECTWISE = "connectwise"


_KEYS = (Scheme.HEADER, Scheme.PATH, Scheme.BEARER)
SCHEMES: Mapping[SourceKind, tuple[Scheme, ...]] = {
    SourceKind.ALERTMANAGER: (Scheme.BEARER, Scheme.PATH),
    SourceKind.PAGERDUTY: (Scheme.ROUTING_KEY,),
    SourceKind.CLOUDEVENTS: (Scheme.BEARER, Scheme.STANDARD_WEBHOOKS, Scheme.HEADER, Scheme.PATH),
    SourceKind.STANDARD_WEBHOOKS: (Scheme.STANDARD_WEBHOOKS,),
    SourceKind.CONNECTWISE: (Scheme.CONNECTWISE,),
    SourceKind.NINJAONE: _KEYS,
    SourceKind.DATTO: _KEYS,
    SourceKind.TACTICAL: _KEYS,
    SourceKind.GENERIC: (*_KEYS, Scheme.STANDARD_WEBHOOKS),
}
"""The ways in which each kind can prove itself; the first is taken where none is asked for."""

SIGNED = frozenset({Scheme.STANDARD_WEBHOOKS, Scheme.CONNECTWISE})
"""Whose secrets are needed as they are, to work out a signature; of the others a hash is enough."""

MAIL = "mail"
"""Under which name mail lies among what machines sent."""

RESERVED = frozenset({"quarantine", "waiting", MAIL})
"""Names that the addresses under /v1/intake have for something else, and that of the mail that comes in."""


class SourceMap(Facts):
    """How a sender's words become ours.

    Whose fault it is: `client` for all, or `client_from` says where the body has a reference, which `clients` knows;
    so for sites, but a site may stay unknown. `categories` goes by what the sender calls the sort of fault, with `*`
    as in file names; `category` is for the rest. `severities` comes before the words that everybody uses. Expressions
    are JMESPath over one alert as the sender writes it; `fields` has those of a generic source.
    """

    client: Line | None = None
    client_from: Line | None = None
    clients: dict[str, str] = {}
    site: Line | None = None
    site_from: Line | None = None
    sites: dict[str, str] = {}
    category: Line | None = None
    categories: dict[str, str] = {}
    severities: dict[str, Severity] = {}
    actions: dict[str, Action] = {}
    fields: dict[str, str] = {}


class MapVersion(Facts):
    """A map as it was from one moment on; it is never changed."""

    version: int
    map: SourceMap
    made_by: Line
    made_at: AwareDatetime


class SecretLine(Facts):
    """A secret as it is listed: everything but itself."""

    id: Line
    made_by: Line
    made_at: AwareDatetime
    retired_at: AwareDatetime | None = None


class Source(Facts):
    """A sender, with the map of today."""

    id: Line
    kind: SourceKind
    scheme: Scheme
    header: Line = ""
    note: Line = ""
    made_by: Line
    made_at: AwareDatetime
    disabled_at: AwareDatetime | None = None
    version: int = 1
    map: SourceMap
    secrets: tuple[SecretLine, ...] = ()
    last_heard_at: AwareDatetime | None = None
    waiting: int = 0
    quarantined: int = 0


class Secret(Facts):
    """What a sender's proof is held against: the SHA-256 of a key, or a secret that signs."""

    id: Line
    hash: bytes | None = Field(default=None, repr=False)
    text: str | None = Field(default=None, repr=False)


class Sender(Facts):
    """What the door needs to know of a source: who it is, and its live secrets."""

    id: Line
    kind: SourceKind
    scheme: Scheme
    header: Line = ""
    secrets: tuple[Secret, ...] = ()
