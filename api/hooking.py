"""Subscriptions of other programs: who may have one, and what becomes of it; for the API and the console alike."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from temporalio.service import RPCError

from api.callers import manages
from api.current_policy import CurrentPolicy
from api.faults import InvalidRequest, NotFound
from api.patience import patiently
from api.services import Services
from escalation.ports import Token
from escalation.webhooks import Subscription, never_sent

log = structlog.get_logger()


async def subscribe(
    services: Services,
    policy: CurrentPolicy,
    token: Token,
    *,
    url: str,
    kinds: Sequence[str],
    clients: Sequence[str] | None,
    note: str,
) -> tuple[Subscription, str]:
    """A new subscription and its secret; InvalidRequest names what cannot be."""
    manages(token)
    check(url, kinds, clients, set((await policy.get()).clients))
    return await patiently(
        services.webhooks.add,
        url=url,
        kinds=kinds,
        clients=clients,
        note=note,
        by=token.person,
        at=services.now(),
    )


async def change(
    services: Services, policy: CurrentPolicy, token: Token, its_id: str, changed: dict[str, object]
) -> Subscription:
    """The same with other facts; switched on again, it goes on where it was."""
    manages(token)
    before = await found(services, its_id)
    after = before.model_copy(update=changed)
    check(after.url, after.kinds, after.clients, set((await policy.get()).clients))
    if after.state == "on":
        changed |= {"off_because": ""}
    known = await patiently(services.webhooks.change, its_id, **_listed(changed))
    if known is None:
        raise NotFound("There is no such webhook.")
    await woken(services, its_id)
    return known


async def found(services: Services, its_id: str) -> Subscription:
    """The subscription of this id; NotFound."""
    known = await patiently(services.webhooks.one, its_id) if "\x00" not in its_id else None
    if known is None:
        raise NotFound("There is no such webhook.")
    return known


async def rotate(services: Services, token: Token, its_id: str) -> str:
    """A new secret; the one before signs beside it for a day."""
    manages(token)
    secret = await patiently(services.webhooks.rotate, (await found(services, its_id)).id, services.now())
    if secret is None:
        raise NotFound("There is no such webhook.")
    return secret


async def drop(services: Services, token: Token, its_id: str) -> None:
    """Forget a subscription and its log."""
    manages(token)
    await patiently(services.webhooks.drop, (await found(services, its_id)).id)


async def replay(
    services: Services, token: Token, its_id: str, *, delivery: str | None = None, since: datetime | None = None
) -> int:
    """Send one delivery again, or all that failed since; how many. NotFound for a delivery that is not there."""
    manages(token)
    await found(services, its_id)
    asked = {"delivery": delivery} if delivery else {"since": since}
    count = await patiently(services.webhook_log.replay, its_id, token.person, services.now(), **asked)
    if delivery and not count:
        raise NotFound("This webhook has no such delivery.")
    await woken(services, its_id)
    return count


async def woken(services: Services, its_id: str) -> None:
    """Have it looked after; where Temporal is away, it is found later."""
    try:
        await services.hook_bell.wake(its_id)
    except RPCError as away:
        log.warning("webhook not woken", webhook=its_id, error=str(away))


def check(url: str, kinds: Sequence[str], clients: Sequence[str] | None, known: set[str]) -> None:
    """Raise InvalidRequest, with every field that cannot be."""
    errors = []
    if not _is_address(url):
        errors.append({"field": "url", "message": "is http:// or https:// and a host, without a name and password"})
    if not kinds or (never := never_sent(kinds)):
        errors.append({"field": "kinds", "message": f"nothing of this kind is ever sent: {', '.join(never or ['-'])}"
                       if kinds else "names at least one kind, such as ticket.*"})  # fmt: skip
    if clients is not None and (strangers := [each for each in clients if each not in known]):
        errors.append({"field": "clients", "message": f"there is no client {', '.join(strangers)}"})
    if errors:
        said = "; ".join(f"{each['field']}: {each['message']}" for each in errors)
        raise InvalidRequest(f"This webhook cannot be: {said}.", errors=errors)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and url.isprintable()


def _listed(changed: dict[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in changed.items()}
