"""`python -m bench.api`: intake and escalate over HTTP, as concurrent clients see them."""

import asyncio
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer

from bench.desk_clients import Secrets, tokens
from bench.lives import TIER_2
from bench.play import default_policy
from bench.stack import running
from bench.table import MarkdownFile, Table, command, milliseconds, percentile, show
from tierline.settings import Settings

_WITHIN = httpx.Timeout(30.0)
_ALL = "all commands"

Timings = dict[str, list[float]]


class BenchmarkFailed(RuntimeError):
    """A call was not answered as it should be."""


def main(
    tickets: Annotated[int, typer.Option(help="Tickets, over all clients.")] = 300,
    clients: Annotated[int, typer.Option(help="Clients at the same time.")] = 20,
    pause: Annotated[float, typer.Option(help="Seconds that a client waits between two calls.")] = 0.0,
    state: Annotated[
        Path | None, typer.Option(help="Measure the stack that runs on this state directory; else one is started.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where its API is, if not where its settings say.")] = None,
    markdown: MarkdownFile = None,
) -> None:
    """p50 and p99 of each call, and tickets a second, while every client plays whole lives T1 → T2 → resolved."""
    with ExitStack() as until_end:
        settings = Settings.of_running(state=state) if state else until_end.enter_context(running(bare=False)).settings
        secrets = until_end.enter_context(tokens(settings, default_policy()))
        show([asyncio.run(_measured(Desk(url or settings.api_url, secrets, pause), tickets, clients))], markdown)


@dataclass(frozen=True)
class Desk:
    """Where the API is, who asks it, and how long they think in between, in seconds."""

    url: str
    secrets: Secrets
    pause: float


async def _measured(desk: Desk, tickets: int, clients: int) -> Table:
    async with httpx.AsyncClient(
        base_url=f"{desk.url}/v1", timeout=_WITHIN, limits=httpx.Limits(max_connections=clients), trust_env=False
    ) as http:
        await _round(http, desk, clients, clients)  # warm: imports, connections, caches
        timings, seconds = await _round(http, desk, tickets, clients)
    rhythm = f"{desk.pause:g} s between calls" if desk.pause else "without a pause"
    table = Table(f"API: {clients} concurrent clients, {rhythm}", ("Call", "calls", "p50", "p99", "max"))
    for name in ("intake", "escalate", "accept", "log_attempt", "resolve", "close", _ALL):
        took = timings[name]
        table.add(name, len(took), *(milliseconds(percentile(took, share)) for share in (0.5, 0.99, 1.0)))
    calls = len(timings[_ALL]) + len(timings["intake"])
    table.notes.append(
        f"{tickets / seconds:.1f} tickets a second, {calls / seconds:.0f} calls a second: "
        f"{tickets} tickets, each {TIER_2.name} → closed."
    )
    return table


async def _round(http: httpx.AsyncClient, desk: Desk, tickets: int, clients: int) -> tuple[Timings, float]:
    timings: Timings = defaultdict(list)
    waiting = iter(range(tickets))

    async def client() -> None:
        for _ in waiting:
            await _live(http, desk, timings)

    began = time.monotonic()
    async with asyncio.TaskGroup() as together:
        for _ in range(clients):
            together.create_task(client())
    return timings, time.monotonic() - began


async def _live(http: httpx.AsyncClient, desk: Desk, timings: Timings) -> None:
    """One ticket, each command by its owner of the moment."""
    intake = TIER_2.intake.model_dump(mode="json", exclude_unset=True)
    view, took = await _asked(http, "/tickets", intake, desk.secrets.intake)
    timings["intake"].append(took)
    for step in TIER_2.steps:
        await asyncio.sleep(desk.pause)
        body = step.model_dump(mode="json", exclude_unset=True)
        owner = desk.secrets.of(view["owner"])
        view, took = await _asked(http, f"/tickets/{view['id']}/{step.name}", body, owner)
        timings[step.name].append(took)
        timings[_ALL].append(took)


async def _asked(
    http: httpx.AsyncClient, path: str, body: dict[str, Any], headers: dict[str, str]
) -> tuple[dict[str, Any], float]:
    began = time.monotonic()
    answer = await http.post(path, json=body, headers={**headers, "Idempotency-Key": uuid4().hex})
    if answer.is_error:
        raise BenchmarkFailed(f"{path}: {answer.status_code} {answer.text}")
    view: dict[str, Any] = answer.json()
    return view, time.monotonic() - began


if __name__ == "__main__":
    command(main)
