"""Other programs that hear of every move, as the API is handed them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from escalation.webhooks import Delivery, Health, Subscription


class Webhooks(Protocol):
    """The subscriptions of other programs."""

    def add(
        self, *, url: str, kinds: Sequence[str], clients: Sequence[str] | None, note: str, by: str, at: datetime
    ) -> tuple[Subscription, str]: ...

    def all(self) -> Sequence[tuple[Subscription, Health]]: ...

    def one(self, its_id: str) -> Subscription | None: ...

    def change(self, its_id: str, **changed: object) -> Subscription | None: ...

    def rotate(self, its_id: str, at: datetime) -> str | None: ...

    def drop(self, its_id: str) -> bool: ...


class WebhookLog(Protocol):
    """What is on its way to them, and what became of it."""

    def deliveries(self, its_id: str, state: str | None, before: int | None, most: int) -> Sequence[Delivery]: ...

    def replay(
        self, its_id: str, by: str, at: datetime, *, delivery: str | None = None, since: datetime | None = None
    ) -> int: ...


class HookBell(Protocol):
    """Has a subscription looked after now."""

    async def wake(self, webhook: str) -> None: ...
