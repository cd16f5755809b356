"""Where a webhook may go: addresses that people typed in must not lead into our own network."""

import socket
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network, ip_address

import httpx

from escalation.messages import TemporarilyUndeliverable, Undeliverable

# IPv6 addresses that carry an IPv4 one inside, which may well be a private one: NAT64, 6to4, Teredo.
CARRIERS = tuple(IPv6Network(net) for net in ("64:ff9b::/96", "2002::/16", "2001::/32"))


@dataclass(frozen=True)
class Destination:
    """A URL, and how to reach exactly the address that was judged."""

    url: httpx.URL
    headers: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, str] = field(default_factory=dict)


def parsed(url: str) -> httpx.URL:
    """The http or https URL, or Undeliverable; the text is not repeated, since it may hold a token."""
    try:
        found = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as bad:
        raise Undeliverable(f"the webhook address is not a URL: {bad}") from bad
    if found.scheme not in ("http", "https") or not found.host:
        raise Undeliverable("a webhook address is http:// or https:// and a host")
    return found


def pinned(url: httpx.URL, allow_private: bool) -> Destination:
    """Resolves the host once and keeps to that answer, so that a second look-up cannot give a private address."""
    allowed = [found for found in _resolved(url) if allow_private or is_public(found)]
    if not allowed:
        raise Undeliverable(f"{url.host} is not a public address")
    return Destination(
        url=url.copy_with(host=allowed[0]),
        headers={"Host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )


def is_public(address: str) -> bool:
    """True for an address that anybody on the internet could have."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in net for net in CARRIERS):
            return False
    return found.is_global and not found.is_multicast


def _resolved(url: httpx.URL) -> list[str]:
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        answers = socket.getaddrinfo(url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM)
    except UnicodeError as bad:
        raise Undeliverable(f"{url.host} cannot be the name of a host") from bad
    except OSError as unknown:
        raise TemporarilyUndeliverable(f"{url.host} was not found: {unknown}") from unknown
    return [str(sockaddr[0]) for *_, sockaddr in answers]
