"""A request at the door, and what of its headers may be kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from api.intake.path_keys import STATE
from escalation.alerts.source import Sender

_SECRET = ("auth", "cookie", "key", "token", "secret", "signature", "password")
_HIDDEN = "(redacted)"
_MOST_HEADERS, _MOST_CHARACTERS = 64, 1_000


@dataclass(frozen=True)
class Knock:
    """What came: headers by their names in small letters, the body as it is, a key that stood in the address."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    path_key: str = field(default="", repr=False)

    @classmethod
    async def of(cls, request: Request) -> "Knock":
        """The request, read to its end."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        return cls(headers, await request.body(), str(getattr(request.state, STATE, "")))

    def kept(self, sender: Sender) -> dict[str, str]:
        """The headers without what proves anything."""
        first = list(self.headers.items())[:_MOST_HEADERS]
        return {name: _HIDDEN if _proves(name, sender) else value[:_MOST_CHARACTERS] for name, value in first}


def _proves(name: str, sender: Sender) -> bool:
    return name == sender.header.lower() or any(part in name for part in _SECRET)
