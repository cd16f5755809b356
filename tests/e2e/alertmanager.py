"""The real Alertmanager, as Debian ships it, on ports and files of its own."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from tests.e2e.stack import eventually

PROGRAM = "prometheus-alertmanager"


class Alertmanager:
    """One that runs; alerts are given to it by its own API, as Prometheus does."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def say(self, labels: dict[str, str], began: datetime, ended: datetime | None = None) -> None:
        """The alert fires since then; with an end, it is over."""
        alert: dict[str, Any] = {
            "labels": labels,
            "annotations": {"summary": f"{labels['alertname']} on {labels['instance']}"},
            "startsAt": began.isoformat(),
        }
        if ended is not None:
            alert["endsAt"] = ended.isoformat()
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(f"{self.url}/api/v2/alerts", json=[alert])
        assert answer.status_code == 200, answer.text


@asynccontextmanager
async def alertmanager(home: Path, config: dict[str, Any]) -> AsyncIterator[Alertmanager]:
    """One of its own, clustered with nobody: what each of a pair does that cannot see the other."""
    port = _free_port()
    process = _started(home, config, port)
    running = Alertmanager(f"http://127.0.0.1:{port}")
    try:
        await eventually(lambda: _ready(running.url), "Alertmanager answers")
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def now() -> datetime:
    """The moment, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def _started(home: Path, config: dict[str, Any], port: int) -> "subprocess.Popen[bytes]":
    home.mkdir()
    YAML().dump(config, home / "alertmanager.yml")
    flags = [
        f"--config.file={home / 'alertmanager.yml'}",
        f"--storage.path={home / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (home / "out").open("wb") as out:
        return subprocess.Popen([_program(), *flags], stdout=out, stderr=subprocess.STDOUT)


def _program() -> str:
    """Where it is; the test is skipped where it is not, but in CI it has to be there."""
    program = shutil.which(PROGRAM)
    if program is None:
        assert os.environ.get("CI") != "true", "CI has to have Alertmanager"
        pytest.skip("Alertmanager is not here: apt-get install prometheus-alertmanager")
    return program


async def _ready(url: str) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(f"{url}/-/ready")).status_code == 200
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
