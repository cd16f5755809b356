"""Real servers on loopback, for the ways out to reach: one for mail, one for HTTP."""

import asyncio
import email
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Postbox:
    """What arrived at the mail server, and what it is told to answer."""

    port: int = 0
    rcpt_answer: str = "250 OK"
    data_answer: str = "250 OK queued"
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = email.message_from_bytes(content, policy=default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.recipients.extend(envelope.rcpt_tos)
        self.encrypted.append(session.ssl is not None)
        return self.data_answer


class LoopbackMail(Controller):
    """An aiosmtpd server on whatever port was free."""

    def __init__(self, postbox: Postbox, **parameters: Any) -> None:
        super().__init__(postbox, hostname="127.0.0.1", port=0, **parameters)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def mail_port(postbox: Postbox) -> Iterator[int]:
    server = LoopbackMail(postbox)
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def guarded_mail_port(postbox: Postbox, server_tls: ssl.SSLContext) -> Iterator[int]:
    """A mail server that takes nothing before STARTTLS and a login as desk / p@ss."""

    def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"desk", b"p@ss"), handled=False)

    server = LoopbackMail(
        postbox, tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=knows
    )
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def encrypted_mail_port(postbox: Postbox, server_tls: ssl.SSLContext) -> Iterator[int]:
    """A mail server that speaks TLS from the first byte."""
    server = LoopbackMail(postbox, ssl_context=server_tls)
    server.start()
    yield server.port
    server.stop()


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What arrived at the HTTP server, and what it is told to answer; `silent` keeps callers waiting."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    silent: bool = False
    released: threading.Event = field(default_factory=threading.Event)
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            state.requests.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if state.silent:
                state.released.wait(30)
                return
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        do_GET = do_POST  # noqa: N815 - what a followed redirect would ask for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the standard library
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield state
        state.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port where nobody listens, nor can begin to: it is taken."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1, made for this run."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    pem = tmp_path_factory.mktemp("tls") / "loopback.pem"
    names = ["-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(pem), "-out", str(pem.with_suffix(".crt"))]
    subprocess.run([openssl, "req", "-x509", "-days", "2", *curve, *names, *files], check=True, capture_output=True)
    return pem


@pytest.fixture(scope="session")
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.with_suffix(".crt"), certificate)
    return context


@pytest.fixture(scope="session")
def client_tls(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))


@pytest.fixture
def encrypted_port(server_tls: ssl.SSLContext) -> Iterator[int]:
    """An HTTPS server that takes every POST, with a certificate that nobody trusts who was not told to."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the standard library
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that does not trust the certificate goes away in the midst of it."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        server.socket = server_tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
