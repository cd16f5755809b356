"""The text of a mail, and what is attached to it."""

import re
from contextlib import suppress
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser

from escalation.mail.headers import plain
from escalation.mail.letter import Attached
from escalation.terms import LINE

_MOST_TEXT = 200_000  # characters that are looked at
_MOST_FILES = 50
_BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol"})
_UNSEEN = frozenset({"script", "style", "head", "title"})


def text_of(mail: EmailMessage) -> str:
    """What it says: its plain text, else its HTML without the marks, what is quoted behind `>`; blank if nothing."""
    try:
        part = mail.get_body(preferencelist=("plain", "html"))
    except Exception:  # noqa: BLE001 - the standard parser raises all sorts for parts that are none
        part = None
    if part is None:
        return ""
    said = _content(part)[:_MOST_TEXT]
    return plain(_shown(said) if _kind(part) == "text/html" else said.replace("\r\n", "\n").replace("\r", "\n"))


def attached_to(mail: EmailMessage) -> tuple[Attached, ...]:
    """The files that came along, by name, kind and size in bytes."""
    try:
        parts = list(mail.iter_attachments())[:_MOST_FILES]
    except Exception:  # noqa: BLE001 - as above
        return ()
    return tuple(_attached(part, place) for place, part in enumerate(parts, 1))


def _attached(part: MIMEPart, place: int) -> Attached:
    try:
        name, content = part.get_filename() or "", part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - as above
        name, content = "", None
    size = len(content) if isinstance(content, bytes) else 0
    shown = " ".join(plain(str(name)).split())[: LINE // 2]
    return Attached(name=shown or f"attachment {place}", kind=_kind(part)[:LINE], size=size)


def _kind(part: MIMEPart) -> str:
    try:
        return part.get_content_type()
    except Exception:  # noqa: BLE001 - as above
        return ""


def _content(part: MIMEPart) -> str:
    """The text in whatever characters it says it is, else in those that fit."""
    with suppress(Exception):  # unknown or wrong characters, and all sorts besides
        said = part.get_content()
        if isinstance(said, str):
            return said
    with suppress(Exception):
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return ""


class _Reader(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unseen += tag in _UNSEEN
        self._quoted += tag == "blockquote"
        if tag in _BREAKS or tag == "blockquote":
            self._break()

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(self._unseen - (tag in _UNSEEN), 0)
        self._quoted = max(self._quoted - (tag == "blockquote"), 0)
        if (tag in _BREAKS and tag != "br") or tag == "blockquote":
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))

    def _break(self) -> None:
        self.said.append("\n" + "> " * min(self._quoted, 3))


def _shown(html: str) -> str:
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except Exception:  # noqa: BLE001 - rubbish that is no HTML: what was read so far
        reader.said.append("")
    lines = [line.rstrip() for line in "".join(reader.said).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
