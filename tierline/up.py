"""`tierline up`: everything on one machine, from nothing to a running service desk."""

import asyncio
import os
import sys
from collections.abc import Callable, Collection
from datetime import timedelta

from tierline import local_postgres, local_temporal, ports
from tierline.become import api_argv, import_path, worker_argv
from tierline.local_postgres import postgres_part
from tierline.local_temporal import temporal_part
from tierline.part import Part, Probe, Step, http_probe
from tierline.root_account import account_for_root
from tierline.run_log import RunLog
from tierline.settings import Settings
from tierline.state_dir import held
from tierline.supervisor import NAME, Supervisor

PREPARE, WORKER, API = "prepare", "worker", "api"
NAMES = (local_postgres.NAME, local_temporal.NAME, PREPARE, WORKER, API)


def run(settings: Settings, only: Collection[str] = NAMES) -> int:
    """Run the named parts until told to stop; the exit code."""
    os.umask(0o077)  # databases and logs hold what clients told us: nobody else on this machine is to read them
    with held(settings.state):
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        log = RunLog(settings.state / "logs" / "tierline.log", colour=colour)
        try:
            ports.check_free(_ports(settings, only), settings)
            settings.note_running()
            parts = planned(settings, only, lambda text: log.line(NAME, text))
            return asyncio.run(_supervised(parts, log, lambda: banner(settings, {part.name for part in parts})))
        finally:
            log.close()


async def _supervised(parts: list[Part | Step], log: RunLog, greeting: Callable[[], str]) -> int:
    # Written when all is ready: only then is the first token there on a first start.
    return await Supervisor(parts, log).run(when_ready=lambda: log.plain(greeting()))


def planned(settings: Settings, only: Collection[str], say: Callable[[str], None]) -> list[Part | Step]:
    """The parts in order of starting. A database or cluster of the operator's own is not ours to start."""
    plan: list[Part | Step] = []
    if local_postgres.NAME in only and settings.database_url is None:
        plan.append(postgres_part(settings, account_for_root(), say))
    if local_temporal.NAME in only and settings.temporal_embedded:
        plan.append(temporal_part(settings, say))
    env = _environment(settings)
    if PREPARE in only:
        plan.append(Step(name=PREPARE, argv=[sys.executable, "-m", "tierline", "prepare"], env=env))
    if WORKER in only:
        health = http_probe(settings.worker_health_port)
        plan.append(Part(name=WORKER, argv=worker_argv(), env=env, ready=health, stop_within=timedelta(seconds=25)))
    if API in only:
        plan.append(Part(name=API, argv=api_argv(settings), env=env, ready=_api_health(settings)))
    return plan


def _environment(settings: Settings) -> dict[str, str]:
    """What the flags said, for children that read the environment."""
    told = {name: str(value) for name, value in settings if name.endswith("_port")}
    told |= {"state": str(settings.state.resolve()), "policy_path": str(settings.policy_path.resolve())}
    ours = {"PYTHONPATH": import_path(), "PYTHONUNBUFFERED": "1"}
    return ours | {f"TIERLINE_{name.upper()}": value for name, value in told.items()}


def _api_health(settings: Settings) -> Probe:
    everywhere = settings.api_host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not listened on
    return http_probe(settings.api_port, "/healthz", "127.0.0.1" if everywhere else settings.api_host)


def _ports(settings: Settings, only: Collection[str]) -> list[ports.Listening]:
    of_part = {local_postgres.NAME: ports.POSTGRES, local_temporal.NAME: ports.TEMPORAL, WORKER: ports.WORKER}
    of_part[API] = ports.api(settings)
    wanted = {each for name in only for each in of_part.get(name, ())}
    return [each for each in ports.listening(settings) if each in wanted]


_ADDRESSES = {"Console": "/console", "API": "", "API docs": "/docs"}


def banner(settings: Settings, running: Collection[str]) -> str:
    """Where everything is, for the person who has just started it."""
    lines = ["Tierline is up."]
    if API in running:
        lines += [f"{name:15}{settings.api_url}{path}" for name, path in _ADDRESSES.items()]
    shown = {
        API: f"http://127.0.0.1:{settings.api_port}/metrics",
        WORKER: f"http://127.0.0.1:{settings.worker_metrics_port}/metrics",
    }
    if metrics := [address for part, address in shown.items() if part in running]:
        lines.append(f"Metrics        {', '.join(metrics)}")
    if settings.temporal_embedded:
        lines.append(f"Temporal UI    {settings.ui_url}")
    if settings.token_file.exists():
        lines.append(
            f'First token    {settings.token_file}   (curl -H "Authorization: Bearer $(cat {settings.token_file})" …)'
        )
    lines += [f"Log            {settings.state / 'logs' / 'tierline.log'}", "Stop           Ctrl-C; it all stays in "]
    lines[-1] += f"{settings.state} for the next start"
    rule = "─" * 72
    return "\n".join(["", rule, *(f"  {line}" for line in lines), rule, ""])
