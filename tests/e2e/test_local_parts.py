"""The real embedded servers under the real command: killed, they come back; stopped, they leave nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from ruamel.yaml import YAML

from bench.ports import free_ports
from tests.waiting import wait_until
from tierline.local_temporal import keep_copy_of_older, temporal_program
from tierline.settings import Settings

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
_TOLD = {"state", *(name for name in Settings.model_fields if name.endswith("_port"))}


@pytest.fixture
def settings(place: Path) -> Settings:
    """Not in pytest's own directory: another pytest that starts meanwhile shuts that to PostgreSQL's account."""
    return Settings.model_validate({"state": place / "state", **free_ports()})


class Up:
    """A running `tierline up` of the two servers."""

    def __init__(self, process: "subprocess.Popen[str]", settings: Settings) -> None:
        self.process = process
        self.log = settings.state / "logs" / "tierline.log"

    def said(self, text: str) -> int:
        return self.log.read_text().count(text) if self.log.exists() else 0

    def pid_of(self, program: str) -> int:
        """Of the child whose command line holds these words."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            if program in Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "):
                return int(child)
        raise LookupError(program)


@contextmanager
def up(settings: Settings) -> Iterator[Up]:
    environment = {f"TIERLINE_{name.upper()}": str(value) for name, value in settings if name in _TOLD}
    argv = [sys.executable, "-m", "tierline", "up", "--only", "postgres", "--only", "temporal"]
    running = subprocess.Popen(argv, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, text=True)
    with running:
        stack = Up(running, settings)
        before = stack.said("temporal │ ready")
        try:
            wait_until(
                lambda: stack.said("temporal │ ready") > before or running.poll() is not None, "the servers are up"
            )
            assert running.poll() is None, stack.log.read_text() if stack.log.exists() else "no log"
            yield stack
        finally:
            running.terminate()
            running.wait(30)


def rows(settings: Settings) -> int:
    """Add a row to a table and count them."""
    with psycopg.connect(settings.dsn.replace("+psycopg", ""), connect_timeout=5) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (at serial)")
        connection.execute("INSERT INTO kept DEFAULT VALUES")
        counted = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert counted is not None
        return int(counted[0])


def namespaces(settings: Settings) -> str:
    where = ["--address", f"127.0.0.1:{settings.temporal_port}"]
    listed = subprocess.run(
        [temporal_program(), "operator", "namespace", "list", *where], capture_output=True, text=True, check=True
    )
    return listed.stdout


def namespace_script(settings: Settings) -> None:
    """The one-shot of docker-compose.yml, run here against the dev server."""
    compose = YAML(typ="safe", pure=True).load(ROOT / "docker-compose.yml")
    (script,) = compose["services"]["temporal-namespace"]["command"]
    environment = {
        "PATH": f"{Path(temporal_program()).parent}:{os.environ['PATH']}",
        "HOME": str(settings.state),
        "TEMPORAL_ADDRESS": f"127.0.0.1:{settings.temporal_port}",
        "NAMESPACE": "tierline",
        "RETENTION": "48h",
    }
    subprocess.run(
        ["sh", "-c", script.replace("$$", "$")], env=environment, check=True, capture_output=True, timeout=60
    )


def test_killed_servers_come_back_with_all_they_held_and_a_stop_leaves_nothing(settings: Settings) -> None:
    with up(settings) as stack:
        assert rows(settings) == 1
        namespace_script(settings)
        namespace_script(settings)
        assert "tierline" in namespaces(settings)
        pids = [stack.pid_of("bin/postgres"), stack.pid_of("temporal server")]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: stack.said("postgres │ ready") == 2, "PostgreSQL is back")
        wait_until(lambda: stack.said("temporal │ ready") == 2, "Temporal is back")
        assert rows(settings) == 2
        assert "tierline" in namespaces(settings)
        pids = [stack.pid_of("bin/postgres"), stack.pid_of("temporal server")]
    assert stack.process.returncode == 0
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_a_stack_whose_supervisor_is_killed_leaves_nothing_and_is_found_again(settings: Settings) -> None:
    with up(settings) as stack:
        assert rows(settings) == 1
        pids = [stack.pid_of("bin/postgres"), stack.pid_of("temporal server")]
        stack.process.kill()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), "no server is left")
    with up(settings):
        assert rows(settings) == 2


def test_a_lock_left_by_a_process_that_is_now_something_else_does_not_block_the_start(settings: Settings) -> None:
    with up(settings):
        assert rows(settings) == 1
    lock = settings.state / "postgres" / "data" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n")
    with up(settings):
        assert rows(settings) == 2


def test_a_file_of_another_server_version_is_copied_before_it_is_opened(tmp_path: Path) -> None:
    store = tmp_path / "temporal.db"
    said: list[str] = []
    keep_copy_of_older(store, "1.31.0", said.append)
    store.write_bytes(b"")
    keep_copy_of_older(store, "1.31.0", said.append)
    assert said == []
    keep_copy_of_older(store, "1.32.0", said.append)
    assert said == [
        "temporal.db was written by Temporal server 1.31.0, and this is 1.32.0: kept a copy as temporal.1.31.0.db"
    ]
    assert (tmp_path / "temporal.1.31.0.db").exists()
    keep_copy_of_older(store, "1.32.0", said.append)
    assert len(said) == 1
