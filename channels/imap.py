"""Mail in over IMAP: what lies in a folder, and out of it into another once it was dealt with."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from time import mktime
from urllib.parse import unquote, urlsplit

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from escalation.mail.books import Raw
from escalation.ports import Unavailable

PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}
MOST_BYTES = 25 * 1024 * 1024
_AT_ONCE_BYTES = 2 * MOST_BYTES
_SIZE = re.compile(rb"UID (\d+)|RFC822\.SIZE (\d+)")
_PASSES = "NOT DELETED"


@dataclass(frozen=True)
class Account:
    """A mailbox, as its URL names it; the password stays out of its repr."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


def account_at(url: str) -> Account:
    """The mailbox in `imaps://` or `imap+starttls://user:password@host:port/folder`, or ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("a mailbox is imaps://user:password@host/INBOX, or imap+starttls://…")
    if not parts.username or not parts.password:
        raise ValueError("a mailbox needs a user and a password: imaps://user:password@host/INBOX")
    if parts.scheme == "imap" and not _is_this_machine(parts.hostname):
        raise ValueError("imap:// would send the password in the clear; use imaps:// or imap+starttls://")
    return Account(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


class Imap:
    """One connection for each look. Nothing is marked as read; what was dealt with goes to the folder `done`."""

    def __init__(
        self,
        account: Account,
        done: str,
        timeout: timedelta = timedelta(seconds=20),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._account, self._done = account, done
        self._timeout, self._tls = timeout.total_seconds(), tls or ssl.create_default_context()

    def new(self, limit: int) -> list[Raw]:
        """The oldest that lie there, up to 50 MiB of them; one above 25 MiB with its headers alone."""
        with self._opened() as (box, validity):
            found, room = list[Raw](), _AT_ONCE_BYTES
            for uid, size in _sizes(box, box.uids(_PASSES)[:limit]):
                large = size > MOST_BYTES
                room -= 0 if large else size
                if room < 0:
                    break
                raw = _fetched(box, uid, headers_only=large)
                if raw is not None:
                    found.append(Raw(uid=f"{validity}.{uid}", arrived_at=raw[0], body=raw[1], too_large=large))
            return found

    def put_away(self, uids: Sequence[str]) -> None:
        """Into the folder of mail that was dealt with, which is made if there is none."""
        if not uids:
            return
        with self._opened() as (box, validity):
            # A folder that was made anew since then numbers from the beginning: those are other mails.
            mine = [uid for named in uids for was, _, uid in [named.partition(".")] if was == validity]
            if not mine:
                return
            if not box.folder.exists(self._done):
                box.folder.create(self._done)
            box.move(mine, self._done)

    @contextmanager
    def _opened(self) -> Iterator[tuple[BaseMailBox, str]]:
        """The folder, and the number that tells it from one of the same name that was made anew."""
        at = self._account
        box: BaseMailBox | None = None
        try:
            box = self._connected()
            log_in = box.login if (at.user + at.password).isascii() else box.login_utf8
            log_in(at.user, at.password, at.folder)
            yield box, _validity(box)
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as broken:
            said = str(broken).replace(at.password, "***")[:300] or type(broken).__name__
            raise Unavailable(f"the mailbox at {at.host} cannot be read: {said}") from None
        finally:
            if box is not None:
                with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
                    box.logout()

    def _connected(self) -> BaseMailBox:
        at = self._account
        match at.scheme:
            case "imaps":
                return MailBox(at.host, at.port, timeout=self._timeout, ssl_context=self._tls)
            case "imap+starttls":
                return MailBoxStartTls(at.host, at.port, timeout=self._timeout, ssl_context=self._tls)
            case _:
                return MailBoxUnencrypted(at.host, at.port, timeout=self._timeout)


def _validity(box: BaseMailBox) -> str:
    _, said = box.client.response("UIDVALIDITY")
    return said[-1].decode() if said and isinstance(said[-1], bytes) else "0"


def _sizes(box: BaseMailBox, uids: Sequence[str]) -> list[tuple[str, int]]:
    """Each with its size in bytes, the oldest first."""
    if not uids:
        return []
    _, lines = box.client.uid("FETCH", ",".join(uids), "(UID RFC822.SIZE)")
    found: dict[str, int] = {}
    for line in lines:
        if isinstance(line, bytes):
            parts = [each for pair in _SIZE.findall(line) for each in pair if each]
            if len(parts) == len(("uid", "size")):
                uid, size = parts if b"UID" in line[: line.find(b"RFC822.SIZE")] else reversed(parts)
                found[uid.decode()] = int(size)
    return [(uid, found[uid]) for uid in uids if uid in found]


def _fetched(box: BaseMailBox, uid: str, *, headers_only: bool) -> tuple[datetime, bytes] | None:
    """When it arrived, and the mail itself; None if it has gone meanwhile."""
    part = "BODY.PEEK[HEADER]" if headers_only else "BODY.PEEK[]"
    _, lines = box.client.uid("FETCH", uid, f"(INTERNALDATE {part})")
    for line in lines:
        if isinstance(line, tuple):
            came = imaplib.Internaldate2tuple(line[0])
            moment = datetime.fromtimestamp(mktime(came), UTC) if came else datetime.now(UTC)
            return moment, bytes(line[1])
    return None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
