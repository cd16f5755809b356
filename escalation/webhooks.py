"""What other programs hear of tickets: who subscribed to what, what they are sent, and when it is tried again. Pure.

Payloads are thin: what happened to which ticket, and where to read the rest. Order is not promised; numbers are, so a
receiver sees what it has not got yet.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, get_args

from pydantic import AwareDatetime

from escalation.events import Entry, Event, Handoff
from escalation.terms import Facts

# Of the Standard Webhooks specification: ten tries over 75 hours.
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.1
"""A wait is up to a tenth longer or shorter, so that a receiver that comes back is not met by everything at once."""
OLD_SECRET_LIVES = timedelta(hours=24)

_GONE = 410

State = Literal["on", "off"]
DeliveryState = Literal["queued", "retrying", "delivered", "failed"]


class Subscription(Facts):
    """Who is told what: kinds may hold `*`; `clients` None is all of them. `off_because`: who switched it off."""

    id: str
    url: str
    kinds: tuple[str, ...] = ("*",)
    clients: tuple[str, ...] | None = None
    note: str = ""
    state: State = "on"
    off_because: str = ""
    made_by: str
    made_at: AwareDatetime
    sequence: int = 0
    old_secret_until: AwareDatetime | None = None

    def wants(self, kind: str, client: str) -> bool:
        """Whether this is sent."""
        return (self.clients is None or client in self.clients) and any(fnmatchcase(kind, want) for want in self.kinds)


class Health(Facts):
    """How a subscription fares: how many wait, how many failed for good, and what was heard last."""

    waiting: int = 0
    failed: int = 0
    delivered: int = 0
    last_try_at: AwareDatetime | None = None
    last_said: str = ""
    next_at: AwareDatetime | None = None


class Try(Facts):
    """One try: what the receiver answered, or what kept it from answering; or where somebody had it sent again."""

    at: AwareDatetime
    status: int | None = None
    said: str = ""
    again_by: str | None = None


class Delivery(Facts):
    """One event on its way to one subscription; `id` is the webhook-id, the same at every try."""

    id: str
    sequence: int
    kind: str
    ticket_id: str
    at: AwareDatetime
    state: DeliveryState = "queued"
    tries: tuple[Try, ...] = ()
    next_at: AwareDatetime | None = None
    payload: dict[str, object] = {}


class Answer(Facts):
    """What one POST came to; `status` None: nobody answered. `wait` is what the receiver asked for."""

    status: int | None
    said: str
    wait: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def unwanted(self) -> bool:
        """Whether it wants no more of any kind."""
        return self.status == _GONE


def after(delivery: Delivery, answer: Answer, at: datetime, chance: float) -> Delivery:
    """The delivery after one more try; `chance`, from 0 up to 1, spreads the waits."""
    tried = delivery.model_copy(
        update={"tries": (*delivery.tries, Try(at=at, status=answer.status, said=answer.said)), "next_at": None}
    )
    if answer.taken:
        return tried.model_copy(update={"state": "delivered"})
    n = _since_asked(tried)
    if answer.unwanted or n > len(SCHEDULE):
        return tried.model_copy(update={"state": "failed"})
    spread = SCHEDULE[n - 1] * (1 + JITTER * (2 * chance - 1))
    return tried.model_copy(update={"state": "retrying", "next_at": at + max(spread, answer.wait or spread)})


def _since_asked(delivery: Delivery) -> int:
    """How many tries there were since somebody had it sent again, or from the beginning."""
    asked = [place for place, each in enumerate(delivery.tries) if each.again_by]
    return len(delivery.tries) - (asked[-1] + 1 if asked else 0)


def kind_of(entry: Entry) -> str:
    """The kind of an event as subscriptions name it, such as `ticket.escalated`."""
    return f"ticket.{entry.event.kind}"


def payload(entry: Entry, client: str, sequence: int, ticket_url: str) -> dict[str, object]:
    """What is sent: what happened, and where to read the rest; nothing that a client wrote."""
    event = entry.event
    data: dict[str, object] = {
        "ticket_id": entry.ticket_id,
        "seq": entry.seq,
        "client": client,
        "by": event.by,
        "sequence": sequence,
        "url": ticket_url,
    }
    if isinstance(event, Handoff):
        data |= {
            "owner": event.owner,
            "stage": event.stage.value,
            "from_tier": event.from_tier,
            "to_tier": event.to_tier,
        }
    return {"type": kind_of(entry), "timestamp": event.at.isoformat(), "data": data}


KINDS = tuple(f"ticket.{kind.model_fields['kind'].default}" for kind in get_args(get_args(Event)[0]))
"""Every kind that is ever sent."""


def never_sent(kinds: Sequence[str]) -> list[str]:
    """The kinds asked for of which none is ever sent."""
    return [want for want in kinds if not any(fnmatchcase(kind, want) for kind in KINDS)]
