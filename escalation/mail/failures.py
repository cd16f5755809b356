"""What a mail server says of a mail that it could not deliver (RFC 3464)."""

from email.message import EmailMessage, Message

from escalation.mail.headers import Headers
from escalation.mail.letter import Failure
from escalation.terms import LINE

_MOST_PARTS = 20


def failure_in(mail: EmailMessage, headers: Headers) -> Failure | None:
    """The failure that it reports; None where it is no such report, or reports something else."""
    if "delivery-status" not in headers.raw("content-type").lower():
        return None
    parts = _parts(mail)
    fields = next((_fields(part) for part in parts if _kind(part) == "message/delivery-status"), {})
    action = fields.get("action", "").lower()
    if action not in ("failed", "delayed"):
        return None
    ids = [found for part in parts for found in _ids(part)]
    ids += [*headers.ids("in-reply-to"), *headers.ids("references")]
    said = fields.get("diagnostic-code") or fields.get("status") or action
    who = fields.get("final-recipient", "").rpartition(";")[2].strip()
    detail = f"{who}: {said}" if who else said
    return Failure(message_ids=tuple(dict.fromkeys(ids)), final=action == "failed", detail=detail[:LINE])


def _parts(mail: EmailMessage) -> list["Message[str, str]"]:
    try:
        payload = mail.get_payload()
    except Exception:  # noqa: BLE001 - the standard parser raises all sorts for parts that are none
        return []
    return [part for part in payload if isinstance(part, Message)][:_MOST_PARTS] if isinstance(payload, list) else []


def _kind(part: "Message[str, str]") -> str:
    try:
        return part.get_content_type()
    except Exception:  # noqa: BLE001 - as above
        return ""


def _fields(part: "Message[str, str]") -> dict[str, str]:
    """Of all its groups together; the first of a name counts."""
    found: dict[str, str] = {}
    payload = part.get_payload()
    for group in payload if isinstance(payload, list) else [part]:
        if isinstance(group, Message):
            headers = Headers(group)
            for name in headers.names():
                found.setdefault(name, headers.raw(name))
    return found


def _ids(part: "Message[str, str]") -> list[str]:
    """The id of the mail that comes back, whole or as its headers alone."""
    payload = part.get_payload()
    if _kind(part) == "message/rfc822" and isinstance(payload, list):
        return [each for inner in payload if isinstance(inner, Message) for each in Headers(inner).ids("message-id")]
    if _kind(part) == "text/rfc822-headers" and isinstance(payload, str):
        lines = (line for line in payload.splitlines() if line.lower().startswith("message-id:"))
        return [line.partition(":")[2].strip()[:LINE] for line in lines]
    return []
