"""Chat, push, SMS and whatever else apprise knows a URL for."""

import warnings
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import apprise

from escalation.messages import NO_WAY_BACK, Address, Receipt, TemporarilyUndeliverable, Undeliverable, WayBack


class AppriseUrls:
    """One URL a call, tried once; apprise has no place for the key, so a repeat is seen twice."""

    name = "apprise"

    def __init__(self, timeout: timedelta = timedelta(seconds=20)) -> None:
        self._timeout = timeout.total_seconds()
        _load_services()

    def reaches(self, to: Address) -> bool:
        """Whether this recipient has an address here."""
        return bool(to.apprise)

    def send(
        self,
        message_key: str,  # noqa: ARG002 - apprise has no place for it
        to: Address,
        subject: str,
        body: str,
        urgent: bool,
        back: WayBack = NO_WAY_BACK,  # noqa: ARG002 - the link stands in the text
    ) -> Receipt:
        if len(to.apprise) != 1:
            raise Undeliverable(f"one apprise URL a call, not {len(to.apprise)}")
        name = label(to.apprise[0])
        result = self._notify(_service(to.apprise[0]), subject, body, urgent)
        if not result:
            raise TemporarilyUndeliverable(f"{name}: apprise says {result.status.name.lower()}")
        return Receipt(channel=name, state="accepted", provider_id=None, detail="accepted", at=datetime.now(UTC))

    def _notify(self, service: apprise.NotifyBase, subject: str, body: str, urgent: bool) -> apprise.AppriseResult:
        outlet = apprise.Apprise(asset=service.asset)
        outlet.add(service)
        return outlet.notify(
            body=body or subject or "-",  # apprise refuses to send nothing at all
            title=subject,
            notify_type=apprise.NotifyType.WARNING if urgent else apprise.NotifyType.INFO,
            body_format=apprise.NotifyFormat.TEXT,
            timeout=self._timeout,
        )


def label(url: str) -> str:
    """A name for the URL that is always the same and gives no token away, such as `apprise:slack:5d41402abc4b`."""
    return f"apprise:{url.partition('://')[0].lower()}:{sha256(url.encode()).hexdigest()[:12]}"


def _load_services() -> None:
    """Takes a second once, so that the first page need not."""
    with warnings.catch_warnings():
        # One of them imports a module that Python is about to drop; it knows what to do without.
        warnings.filterwarnings("ignore", "'imghdr' is deprecated", DeprecationWarning)
        apprise.Apprise.instantiate("json://localhost")  # to look one service up, it loads them all


def _service(url: str) -> apprise.NotifyBase:
    service = apprise.Apprise.instantiate(url, asset=apprise.AppriseAsset(storage_mode="memory", http_redirects=False))
    if service is None:
        raise Undeliverable(f"{label(url)} is no URL that apprise can use")
    service.retry = 0  # Temporal retries
    service.optional = False  # an optional service would report success when it failed
    return service
