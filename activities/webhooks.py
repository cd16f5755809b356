"""Carrying events to other programs: out of the journal, onto the way, and there."""

import json
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from pydantic import AwareDatetime
from temporalio import activity

from escalation.terms import Facts
from escalation.webhooks import Answer, Delivery, Subscription, after

log = structlog.get_logger()

_AT_A_TIME = 100
_RUNS_FOR = timedelta(seconds=40)
_GIVES_UP_AFTER = 3  # failures one after the other: a receiver that hangs would hold this up for the rest of the run


class Subscriptions(Protocol):
    """Who subscribed."""

    def one(self, its_id: str) -> Subscription | None: ...

    def secrets(self, its_id: str, at: datetime) -> tuple[str, ...]: ...


class Log(Protocol):
    """What is on its way."""

    def feed(self, its_id: str, at: datetime) -> bool: ...

    def due(self, its_id: str, at: datetime, most: int) -> list[Delivery]: ...

    def next_at(self, its_id: str) -> datetime | None: ...

    def tried(self, delivery: Delivery) -> None: ...

    def switch_off(self, its_id: str, why: str) -> None: ...


class Poster(Protocol):
    """Posts, and raises nothing that a receiver could cause."""

    def post(self, url: str, secrets: Sequence[str], its_id: str, content: str) -> Answer: ...


class Carry(Facts):
    """Which subscription is looked after, as of which moment."""

    webhook: str
    at: AwareDatetime


class Carried(Facts):
    """What is left: `more` now, the next at a moment, or nothing; `over`: it is switched off, or not there any more."""

    more: bool = False
    next_at: AwareDatetime | None = None
    over: bool = False


class WebhookActivities:
    """One subscription's turn."""

    def __init__(self, subscriptions: Subscriptions, deliveries: Log, poster: Poster) -> None:
        self._subscriptions, self._log, self._poster = subscriptions, deliveries, poster

    @activity.defn
    def carry_webhook(self, carry: Carry) -> Carried:
        """Put what is new on its way, and try what is due, for 40 seconds at most.

        Each is tried at least once: killed between the answer and its record, it is sent again under the same id.
        """
        wanted = self._subscriptions.one(carry.webhook)
        if wanted is None or wanted.state == "off":
            return Carried(over=True)
        more = self._log.feed(wanted.id, carry.at)
        due = self._log.due(wanted.id, carry.at, _AT_A_TIME)
        if not self._try_all(wanted, due, carry.at):
            return Carried(over=True)
        next_at = self._log.next_at(wanted.id)
        return Carried(more=more or (next_at is not None and next_at <= carry.at), next_at=next_at)

    def _try_all(self, wanted: Subscription, due: Sequence[Delivery], at: datetime) -> bool:
        """Whether the receiver wants more."""
        secrets, failed, began = self._subscriptions.secrets(wanted.id, at), 0, time.monotonic()
        for delivery in due:
            answer = self._poster.post(wanted.url, secrets, delivery.id, json.dumps(delivery.payload))
            self._log.tried(after(delivery, answer, at, random.random()))  # noqa: S311 - spreads waits, hides nothing
            if answer.unwanted:
                self._log.switch_off(wanted.id, f"its receiver answered 410 at {at:%d %b %Y %H:%M} UTC")
                log.warning("webhook switched off", webhook=wanted.id)
                return False
            failed = 0 if answer.taken else failed + 1
            if failed >= _GIVES_UP_AFTER or time.monotonic() - began > _RUNS_FOR.total_seconds():
                break
        return True
