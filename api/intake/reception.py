"""A request from the door to the store: known, proven, kept, and whoever deals with it woken."""

from hashlib import sha256
from typing import NamedTuple

from pydantic_core import from_json, to_json

from api.faults import NotAuthenticated, UnknownSource
from api.intake.batches import Batches
from api.intake.bell import Bell
from api.intake.crowd import Crowd
from api.intake.knock import Knock
from api.intake.overload import come_again, come_again_whoever_it_is
from api.intake.proof import key_of, proven, routing_key
from api.intake.senders import Senders
from api.services import Services
from escalation.alerts import formats
from escalation.alerts.books import Arrival
from escalation.alerts.formats.connectwise import key_url
from escalation.alerts.source import Scheme, Secret, Sender, SourceKind
from escalation.ports import Unavailable

_MOST_AT_ONCE = 256  # requests of one process on their way into the store
_REDACTED = "(redacted)"


class Kept(NamedTuple):
    """What kind of source it was, and the body as it is kept."""

    kind: SourceKind
    body: bytes


class Reception:
    """Takes requests of senders in."""

    def __init__(self, services: Services) -> None:
        self._now = services.now
        self._senders = Senders(services.sources, services.now)
        self._batches, self._bell = Batches(services.bodies), Bell(services.intake)
        self._crowd = Crowd(services.bodies, services.intake_most_waiting)
        self._keys = services.connectwise_keys
        self._inside = 0

    async def take(self, source: str, knock: Knock) -> Kept:
        """Keep what a source of this id sent.

        UnknownSource, NotAuthenticated, or what makes this kind of sender come again.
        """
        try:
            sender = await self._senders.named(source)
        except Unavailable:
            raise come_again_whoever_it_is(knock.headers) from None
        if sender is None:
            raise UnknownSource("There is no such source, or it is disabled.")
        return await self._take(sender, knock)

    async def take_by_routing_key(self, knock: Knock) -> Kept:
        """The same for whoever the routing key in the body belongs to."""
        try:
            sender = await self._senders.by_routing_key(sha256(routing_key(knock.body).encode()).digest())
        except Unavailable:
            raise come_again_whoever_it_is(knock.headers) from None
        if sender is None:
            raise NotAuthenticated("There is no source with this routing key.")
        return await self._take(sender, knock)

    async def _take(self, sender: Sender, knock: Knock) -> Kept:
        if not await self._proven(sender, knock):
            raise NotAuthenticated("The source's key or signature is missing, wrong or too old.")
        self._crowd.look()
        if self._crowd.full or self._inside >= _MOST_AT_ONCE:
            raise come_again(sender.kind)
        arrival = self._arrival(sender, knock)
        self._inside += 1
        try:
            await self._batches.store(arrival)
        except Unavailable:
            raise come_again(sender.kind) from None
        finally:
            self._inside -= 1
        self._bell.ring()
        return Kept(sender.kind, arrival.body)

    async def _proven(self, sender: Sender, knock: Knock) -> bool:
        if proven(sender, knock) is not None:
            return True
        url = key_url(knock.body) if sender.scheme is Scheme.CONNECTWISE else None
        if url is None or all(secret.text for secret in sender.secrets):
            return False
        try:
            for anew in (False, True):
                key = await self._keys.key(url, anew=anew)
                if key and proven(_with_key(sender, key), knock):
                    return True
        except Unavailable:
            raise come_again(sender.kind) from None
        return False

    def _arrival(self, sender: Sender, knock: Knock) -> Arrival:
        return Arrival(
            source=sender.id,
            received_at=self._now(),
            sender_key=_sender_key(sender, knock),
            headers=knock.kept(sender),
            body=_without_key(sender, knock),
        )


def _with_key(sender: Sender, key: str) -> Sender:
    return sender.model_copy(update={"secrets": (Secret(id="fetched", text=key),)})


def _sender_key(sender: Sender, knock: Knock) -> str | None:
    """The sender's own id of the request, by its digest: it may be long."""
    if sender.scheme is Scheme.STANDARD_WEBHOOKS:
        said: str | None = knock.headers.get("webhook-id")
    else:
        said = formats.sender_key(sender.kind, dict(knock.headers), knock.body)
    return said and sha256(said.encode(errors="replace")).hexdigest()


def _without_key(sender: Sender, knock: Knock) -> bytes:
    """The body as it came, but for a key in it."""
    if sender.scheme is not Scheme.ROUTING_KEY:
        return knock.body
    key = key_of(sender, knock).encode()
    if key in knock.body:
        return knock.body.replace(key, _REDACTED.encode())
    return to_json({**from_json(knock.body), "routing_key": _REDACTED})  # written with escapes
