"""The ports a stack listens on, and a clear word when one of them is taken."""

import errno
import socket
from dataclasses import dataclass

from tierline.faults import OperatorError
from tierline.settings import Settings


class PortTakenError(OperatorError):
    """One or more ports cannot be used; the message names each and what changes it."""


@dataclass(frozen=True)
class Listening:
    """A port that a part of the stack will listen on."""

    what: str
    setting: str
    """The field of Settings."""
    flag: str | None = None
    host: str = "127.0.0.1"

    def port(self, settings: Settings) -> int:
        port: int = getattr(settings, self.setting)
        return port

    @property
    def way_out(self) -> str:
        variable = f"TIERLINE_{self.setting.upper()}"
        return variable if self.flag is None else f"{self.flag} or {variable}"


POSTGRES = (Listening("PostgreSQL", "postgres_port", "--postgres-port"),)
TEMPORAL = (
    Listening("the Temporal server", "temporal_port", "--temporal-port"),
    Listening("the Temporal UI", "ui_port", "--ui-port"),
    Listening("the Temporal server's HTTP API", "temporal_http_port"),
    Listening("the Temporal server's metrics", "temporal_metrics_port"),
)
WORKER = (
    Listening("the worker's health", "worker_health_port"),
    Listening("the worker's metrics", "worker_metrics_port"),
)


def api(settings: Settings) -> tuple[Listening, ...]:
    """The API's port, on the address it is told to listen on."""
    return (Listening("the API", "api_port", "--api-port", settings.api_host),)


def listening(settings: Settings) -> list[Listening]:
    """All ports of the stack that these settings describe."""
    postgres = POSTGRES if settings.database_url is None else ()
    temporal = TEMPORAL if settings.temporal_embedded else ()
    return [*postgres, *temporal, *WORKER, *api(settings)]


def check_free(wanted: list[Listening], settings: Settings) -> None:
    """Raise PortTakenError for ports in use, or asked for twice."""
    problems = []
    users: dict[int, str] = {}
    for each in wanted:
        port = each.port(settings)
        if port in users:
            problems.append(
                f"port {port} is given to both {users[port]} and {each.what}: change it with {each.way_out}"
            )
        elif not is_free(each.host, port):
            problems.append(f"port {port}, for {each.what}, is taken: choose another with {each.way_out}")
        users.setdefault(port, each.what)
    if problems:
        raise PortTakenError("\n".join(problems))


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise PortTakenError(f"cannot listen on {host}:{port}: {error.strerror}") from None
    return True
