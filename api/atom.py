"""What the clients of major incidents were told, as an Atom feed (RFC 4287)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.etree import ElementTree as Xml

from escalation.majors import MajorIncident

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_ID = "urn:tierline:major-incident"  # identifiers that stay the same, whatever the address of the feed


def feed(incidents: Sequence[MajorIncident], clients: Mapping[str, str], now: datetime) -> str:
    """One entry for each thing that the clients were told, the latest first."""
    root = Xml.Element("feed", {"xmlns": _ATOM})
    told = sorted(((word.at, word.text, each) for each in incidents for word in each.updates), key=lambda w: w[0])
    _text(root, "id", f"{_ID}s")
    _text(root, "title", "Major incidents")
    _text(root, "updated", (told[-1][0] if told else now).isoformat())
    for at, text, incident in reversed(told):
        entry = Xml.SubElement(root, "entry")
        _text(entry, "id", f"{_ID}:{incident.ticket_id}:{at.isoformat()}")
        over = "" if incident.ended_at is None else ", over"
        client = clients.get(incident.client, incident.client)
        _text(entry, "title", f"{incident.priority.value} {client}: {incident.subject}{over}")
        _text(entry, "updated", at.isoformat())
        _text(Xml.SubElement(entry, "author"), "name", "Service desk")
        Xml.SubElement(entry, "content", {"type": "text"}).text = _printable(text)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode")


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = _printable(text)


def _printable(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))
