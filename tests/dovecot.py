"""A real mail server: Debian's Dovecot as an ordinary process, with a configuration and a mailbox of the test's own."""

import getpass
import imaplib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.ports import some_ports
from tests.waiting import wait_until

USER, PASSWORD = "desk@msp.example", "p@ss word"
_NOBODY = 65534


class Dovecot:
    """The mailbox of one desk, as mail servers and people see it."""

    def __init__(self, place: Path, port: int, tls_port: int) -> None:
        self.place, self.port, self.tls_port = place, port, tls_port

    @property
    def url(self) -> str:
        return f"imap://desk%40msp.example:p%40ss%20word@127.0.0.1:{self.port}/INBOX"

    def deliver(self, mail: bytes) -> None:
        """Have a mail arrive."""
        with self._opened() as box:
            told, _ = box.append("INBOX", "", None, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            assert told == "OK"

    def count(self, folder: str) -> int:
        """How many mails lie in a folder; 0 if there is none."""
        with self._opened() as box:
            told, said = box.select(folder, readonly=True)
            return int(said[0] or b"0") if told == "OK" else 0

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as box:
            box.login(USER, PASSWORD)
            yield box


def program() -> str:
    """Where Dovecot is; a test that needs it is skipped where there is none, but not in CI."""
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        assert not os.environ.get("CI"), "dovecot-imapd is not installed, and CI must not pass it over"
        pytest.skip("no dovecot here (apt-get install dovecot-imapd): mail in is not tried against a real server")
    return found


@contextmanager
def dovecot(place: Path, certificate: Path | None = None) -> Iterator[Dovecot]:
    """A server from its first answer to its end; with a certificate it speaks TLS on a port of its own as well."""
    server = Dovecot(place, *some_ports(2))
    place.chmod(0o755)
    config = place / "dovecot.conf"
    config.write_text(_configuration(server, certificate))
    (place / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    home = place / "home"
    home.mkdir()
    if os.getuid() == 0:
        os.chown(home, _NOBODY, _NOBODY)
    process = subprocess.Popen([program(), "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or _greets(server.port), "dovecot answers")
        assert process.poll() is None, (place / "dovecot.log").read_text()
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _configuration(server: Dovecot, certificate: Path | None) -> str:
    root = os.getuid() == 0
    user, group = ("dovecot", "dovecot") if root else (getpass.getuser(), "")
    login = "dovenull" if root else user
    uid, gid = (_NOBODY, _NOBODY) if root else (os.getuid(), os.getgid())
    tls = (
        f"ssl = yes\nssl_cert = <{certificate.with_suffix('.crt')}\nssl_key = <{certificate}"
        if certificate
        else "ssl = no"
    )
    return f"""
base_dir = {server.place}/run
state_dir = {server.place}/state
log_path = {server.place}/dovecot.log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
{tls}
default_internal_user = {user}
{f"default_internal_group = {group}" if group else ""}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:~/mail
mailbox_list_index = no
passdb {{
  driver = passwd-file
  args = username_format=%u {server.place}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={server.place}/home/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port if certificate else 0}
    ssl = yes
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as probe:
            probe.settimeout(5)
            return probe.recv(4) == b"* OK"
    except OSError:
        return False
