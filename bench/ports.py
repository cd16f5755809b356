"""Ports for a product of its own beside whatever else runs here: for benchmarks and for tests."""

import random
import socket
from contextlib import ExitStack, closing, suppress

from tierline.settings import Settings

# Below what Linux hands out for outgoing connections: a client that knocks at a part which is down for a moment
# could otherwise be given that part's own port.
_LOW, _HIGH = 15_000, 32_000

# UDP, which nothing of ours speaks: whoever else looks for ports meanwhile finds these taken, while a server, which
# listens on TCP, comes and goes on its port as it likes.
_reserved: list[socket.socket] = []


def free_ports() -> dict[str, int]:
    """A port for each of the settings that name one, free just now; nobody else is given it until this process ends."""
    names = [name for name in Settings.model_fields if name.endswith("_port")]
    return dict(zip(names, some_ports(len(names)), strict=True))


def some_ports(count: int) -> list[int]:
    """The same for so many of anything."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            with suppress(OSError):
                port = random.randint(_LOW, _HIGH)
                _reserved.append(_reservation(port))
                held.enter_context(closing(socket.create_server(("127.0.0.1", port))))
                found.append(port)
    return found


def _reservation(port: int) -> socket.socket:
    reserved = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        reserved.bind(("127.0.0.1", port))
    except OSError:
        reserved.close()
        raise
    return reserved
