"""A real PostgreSQL for tests: the product's own embedded server, on a free port and a directory of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from bench.ports import free_ports
from tests.waiting import wait_until
from tierline.local_postgres import postgres_part
from tierline.root_account import account_for_root
from tierline.settings import Settings

MIGRATED = "migrated"
"""The database that others are copies of: up to date, and empty."""


class Server:
    """A server that can be stopped and started again on its data."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="tierline-postgres-"))
        self.settings = Settings(state=self._home, postgres_port=free_ports()["postgres_port"])
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0

    def start(self) -> None:
        account = account_for_root()
        part = postgres_part(self.settings, account, lambda _: None)
        self._process = subprocess.Popen(
            [*part.argv, "-c", "fsync=off", "-c", "max_connections=200"],
            env={**os.environ, **part.env},
            cwd=part.cwd,
            user=part.user,
            group=part.user and (account.group if account else None),
            extra_groups=None if part.user is None else (),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "PostgreSQL answers")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """At once, whoever is connected."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)  # no checkpoint of data that is thrown away
        shutil.rmtree(self._home)

    def url(self, database: str) -> str:
        return self.settings.dsn.rpartition("/")[0] + f"/{database}"

    def new_database(self, template: str = "template1") -> str:
        """The URL of a database of its own: an empty one, or a copy of the template."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def run(self, statements: str, database: str = "postgres") -> None:
        url = self.url(database).replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statements.encode())

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True
