"""Ports for a product of its own beside whatever else runs here: for benchmarks and for tests."""

import random
import socket
from contextlib import ExitStack, closing, suppress

from tierline.settings import Settings

# Below what Linux hands out for outgoing connections: a client that knocks at a part which is down for a moment
# could otherwise be given that part's own port.
_LOW, _HIGH = 15_000, 32_000


def free_ports() -> dict[str, int]:
    """A port for each of the settings that name one, free just now."""
    names = [name for name in Settings.model_fields if name.endswith("_port")]
    found: dict[str, int] = {}
    with ExitStack() as held:
        while len(found) < len(names):
            with suppress(OSError):
                taken = held.enter_context(closing(socket.create_server(("127.0.0.1", random.randint(_LOW, _HIGH)))))
                found[names[len(found)]] = taken.getsockname()[1]
    return found
