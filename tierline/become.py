"""Turn this process into a worker or an API server, so that signals reach it without a parent in between."""

import os
import sys
from typing import NoReturn

from tierline import PARTS_ROOT
from tierline.settings import Settings


def become_worker() -> NoReturn:
    """Run worker.py in place of this command."""
    _become(worker_argv())


def become_api(settings: Settings) -> NoReturn:
    """Run uvicorn in place of this command."""
    _become(api_argv(settings))


def worker_argv() -> list[str]:
    return [sys.executable, str(PARTS_ROOT / "worker.py")]


def api_argv(settings: Settings) -> list[str]:
    """Without a time limit, an open event stream would keep uvicorn from ever stopping."""
    listen = ["--host", settings.api_host, "--port", str(settings.api_port)]
    return [
        *(sys.executable, "-m", "uvicorn", "tierline.serve:create", "--factory"),
        *listen,
        *("--timeout-graceful-shutdown", "3", "--no-access-log"),
    ]


def import_path() -> str:
    """PYTHONPATH with which a child finds the parts, in a checkout and from a wheel alike."""
    return os.pathsep.join(filter(None, [str(PARTS_ROOT), os.environ.get("PYTHONPATH")]))


def _become(argv: list[str]) -> NoReturn:
    os.execve(argv[0], argv, {**os.environ, "PYTHONPATH": import_path()})  # noqa: S606 - our own interpreter, no shell
