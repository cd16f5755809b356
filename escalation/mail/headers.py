"""The headers of a mail, as text whatever is wrong with them: the standard parser raises for some."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime

from escalation.terms import LINE

_ID = re.compile(r"<[^<>\s]{1,490}>")
_MAILBOX = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_NAMED = re.compile(r"([^<>]*)<\s*([^<>\s]*)\s*>\s*")
_QUOTED = re.compile(r'"[^"]*"')
_SEVERAL = re.compile(r"@.*,")
_MOST_IDS = 50


class Headers:
    """By their names, in any case; each as it was written."""

    def __init__(self, mail: "Message[str, str]") -> None:
        self._all: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in mail.raw_items():
            self._all[name.lower()].append(plain(str(value)))

    def __contains__(self, name: str) -> bool:
        return name in self._all

    def names(self) -> set[str]:
        """All that there are, in small letters."""
        return set(self._all)

    def raw(self, name: str) -> str:
        """The first of this name on one line, blank if there is none."""
        return " ".join(self._all[name][0].split()) if name in self._all else ""

    def text(self, name: str) -> str:
        """The same with what was encoded made readable."""
        said = self.raw(name)
        try:
            read = str(make_header(decode_header(said)))
        except (HeaderParseError, LookupError, ValueError):
            read = said
        return " ".join(plain(read).split())[:LINE]

    def ids(self, name: str) -> list[str]:
        """The ids of mails in it, in order."""
        return _ID.findall(" ".join(self._all.get(name, ())))[:_MOST_IDS]

    def mailbox(self, name: str) -> tuple[str, str]:
        """The name and the bare address in small letters; blank where it is none, or more than one."""
        said = self.raw(name)
        named = _NAMED.fullmatch(said)
        shown, address = named.groups() if named else ("", said.strip())
        if not _MAILBOX.fullmatch(address) or len(address) > LINE or _SEVERAL.search(_QUOTED.sub("", shown)):
            return "", ""
        return self._shown(shown.strip().strip('"')), address.lower()

    def moment(self, name: str) -> datetime | None:
        """The moment that it names, if it names one."""
        try:
            said = parsedate_to_datetime(self.raw(name))
            return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None

    def _shown(self, name: str) -> str:
        try:
            return " ".join(plain(str(make_header(decode_header(name)))).split())[:LINE]
        except (HeaderParseError, LookupError, ValueError):
            return name[:LINE]


def plain(text: str) -> str:
    """Without what no reader sees and no store keeps: control characters, and halves of characters."""
    whole = text.encode("utf-8", "replace").decode()
    return "".join(each for each in whole if each in "\n\t" or each.isprintable() or each.isspace())
