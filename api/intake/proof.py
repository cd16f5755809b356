"""Whether a sender is who it says: a key whose hash is known, or a signature over the body. Pure but for the clock."""

from base64 import b64decode, b64encode
from hashlib import sha256
from hmac import compare_digest
from hmac import new as signed

from pydantic_core import from_json
from standardwebhooks import Webhook

from api.intake.knock import Knock
from escalation.alerts.source import Scheme, Secret, Sender


def proven(sender: Sender, knock: Knock) -> Secret | None:
    """The live secret that the request was made with; None if with none of them."""
    match sender.scheme:
        case Scheme.STANDARD_WEBHOOKS:
            return next((each for each in sender.secrets if _signed_as_a_webhook(each, knock)), None)
        case Scheme.CONNECTWISE:
            return next((each for each in sender.secrets if _signed_as_connectwise_does(each, knock)), None)
        case _:
            return _known(sender, key_of(sender, knock))


def key_of(sender: Sender, knock: Knock) -> str:
    """The key that the request carries in the place that this source has for it; empty if none."""
    match sender.scheme:
        case Scheme.BEARER:
            return "" if knock.path_key else _authorization(knock.headers.get("authorization", ""))
        case Scheme.HEADER:
            return "" if knock.path_key else knock.headers.get(sender.header.lower(), "")
        case Scheme.PATH:
            return knock.path_key
        case Scheme.ROUTING_KEY:
            return routing_key(knock.body)
        case Scheme.STANDARD_WEBHOOKS | Scheme.CONNECTWISE:
            return ""


def routing_key(body: bytes) -> str:
    """The routing key of a PagerDuty event; empty for what is none."""
    try:
        said = from_json(body)
    except ValueError:
        return ""
    key = said.get("routing_key") if isinstance(said, dict) else None
    return key if isinstance(key, str) else ""


def _known(sender: Sender, key: str) -> Secret | None:
    if not key:
        return None
    digest = sha256(key.encode(errors="replace")).digest()
    return next((each for each in sender.secrets if each.hash and compare_digest(each.hash, digest)), None)


def _authorization(said: str) -> str:
    """A bearer token, or the password of Basic."""
    scheme, _, rest = said.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(rest, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _signed_as_a_webhook(secret: Secret, knock: Knock) -> bool:
    """Signed as Standard Webhooks says, less than five minutes ago."""
    try:
        Webhook(secret.text or "").verify(knock.body, dict(knock.headers), json_parse=False)
    except Exception:  # noqa: BLE001 - for a malformed header, or for a body in another encoding, it raises all sorts
        return False
    return True


def _signed_as_connectwise_does(secret: Secret, knock: Knock) -> bool:
    if not secret.text:
        return False
    key = sha256(secret.text.encode()).digest()
    expected = b64encode(signed(key, knock.body, sha256).digest())
    said = knock.headers.get("x-content-signature", "").strip().encode("latin-1", "replace")
    return compare_digest(expected, said)
