"""The product as `tierline up` runs it, on a state of its own and free ports, for as long as a benchmark needs it."""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from bench.bare_worker import READY
from bench.play import published
from bench.ports import free_ports
from tierline import PARTS_ROOT
from tierline.patience import patiently
from tierline.prepare import prepare_database
from tierline.settings import Settings

_READY_WITHIN = 300.0
_STOPPED_WITHIN = 60.0
_NOT_PASSED_ON = ("TIERLINE_", "TEMPORAL_", "OTEL_", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Stack:
    """A running product, and the worker of the bare workflow where one was asked for."""

    settings: Settings
    up_pid: int
    bare_pid: int | None = None


@contextmanager
def running(*, bare: bool) -> Iterator[Stack]:
    """Everything up and answering; stopped and gone afterwards."""
    with ExitStack() as until_end:
        state = until_end.enter_context(tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True))
        told = {"state": Path(state) / "state", "policy_path": published(Path(state) / "policy.yaml")}
        settings = Settings.model_validate(told | free_ports())
        env = _environment(settings)
        log = until_end.enter_context((Path(state) / "up.log").open("w+", encoding="utf-8"))
        up = subprocess.Popen([sys.executable, "-m", "tierline", "up"], env=env, stdout=log, stderr=log, text=True)
        until_end.callback(_stop, up)
        _await_health(up, settings, Path(log.name))
        bare_pid = until_end.enter_context(_bare_worker(env)) if bare else None
        yield Stack(settings, up.pid, bare_pid)


@contextmanager
def postgres() -> Iterator[Settings]:
    """PostgreSQL alone, as `tierline up` runs it; stopped and gone afterwards."""
    with ExitStack() as until_end:
        state = until_end.enter_context(tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True))
        settings = Settings.model_validate({"state": Path(state) / "state"} | free_ports())
        argv = [sys.executable, "-m", "tierline", "up", "--only", "postgres"]
        quiet = subprocess.DEVNULL
        up = subprocess.Popen(argv, env=_environment(settings), stdout=quiet, stderr=quiet, text=True)
        until_end.callback(_stop, up)
        if not _comes_up(up, lambda: _connects(settings)):
            raise RuntimeError("PostgreSQL did not start")
        yield settings


@contextmanager
def door_alone() -> Iterator[Settings]:
    """PostgreSQL with everything made, and an API before it; neither Temporal nor a worker."""
    with ExitStack() as until_end:
        settings = until_end.enter_context(postgres())
        prepare_database(settings)
        quiet = subprocess.DEVNULL
        argv = [sys.executable, "-m", "tierline", "api"]
        api = subprocess.Popen(argv, env=_environment(settings), stdout=quiet, stderr=quiet, text=True)
        until_end.callback(_stop, api)
        if not _comes_up(api, lambda: _answers(f"http://127.0.0.1:{settings.api_port}/healthz")):
            raise RuntimeError("the API did not start")
        yield settings


def _connects(settings: Settings) -> bool:
    server = make_url(settings.dsn).set(drivername="postgresql", database="postgres")
    try:
        psycopg.connect(server.render_as_string(hide_password=False), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _bare_worker(env: dict[str, str]) -> Iterator[int]:
    argv = [sys.executable, "-m", "bench.bare_worker"]
    worker = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout is not None
        if worker.stdout.readline().strip() != READY:
            raise RuntimeError("the bare worker did not start")
        yield worker.pid
    finally:
        _stop(worker)


def _environment(settings: Settings) -> dict[str, str]:
    """The ports and the state, nothing of an operator's own configuration, and byte code kept as it mostly is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_PASSED_ON)}
    told = {name: str(value) for name, value in settings if name in ("state", "policy_path") or name.endswith("_port")}
    return kept | {"PYTHONPATH": str(PARTS_ROOT)} | {f"TIERLINE_{name.upper()}": value for name, value in told.items()}


def _await_health(up: "subprocess.Popen[str]", settings: Settings, log: Path) -> None:
    if not _comes_up(up, lambda: _answers(f"http://127.0.0.1:{settings.api_port}/readyz")):
        raise RuntimeError(f"the product did not start:\n{log.read_text(encoding='utf-8')}")


def _comes_up(up: "subprocess.Popen[str]", answers: Callable[[], bool]) -> bool:
    """Whether it answers in time; not waited for once its process has ended."""
    return patiently(answers, lambda so: so or up.poll() is not None, _READY_WITHIN)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
