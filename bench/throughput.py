"""`python -m bench.throughput`: whole lives a second through one worker, beside the bare workflow in the same run."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from bench.driving import Drivers
from bench.lives import TIER_2
from bench.stack import Stack, running
from bench.table import MarkdownFile, Table, command, percentile, show
from bench.usage import between, used

_LEAST_SHARE = 0.7
_LIFE = "tier_2"
_PARTS = ("server", "worker", "PostgreSQL", "client")


@dataclass(frozen=True)
class Round:
    """How quickly lives went through, and what that took of the processors."""

    lives: int
    seconds: float
    each: tuple[float, ...]
    cpu: dict[str, float]

    @property
    def rate(self) -> float:
        """Lives a second."""
        return self.lives / self.seconds


def main(
    tickets: Annotated[int, typer.Option(help="Tickets in each round.")] = 200,
    in_flight: Annotated[int, typer.Option(help="Tickets at the same time.")] = 30,
    rounds: Annotated[int, typer.Option(help="Rounds of each, by turns.")] = 2,
    markdown: MarkdownFile = None,
) -> None:
    """Tickets a second through T1 → T2 → resolved → closed, journal and desk in PostgreSQL."""
    with running(bare=True) as stack:
        show([asyncio.run(_measured(stack, tickets, in_flight, rounds))], markdown)


async def _measured(stack: Stack, tickets: int, in_flight: int, rounds: int) -> Table:
    drivers = await Drivers.of(stack)
    for live in (drivers.product, drivers.bare):
        await _round(stack, live, in_flight, in_flight)  # warm: imports, connections, caches
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(await _round(stack, drivers.product, tickets, in_flight))
        bare.append(await _round(stack, drivers.bare, tickets, in_flight))
    table = Table(
        f"Throughput: {TIER_2.name} → closed, {in_flight} in flight",
        ("", "lives/s", "commands/s", "life p50", "life p99", *(f"CPU: {part}" for part in _PARTS)),
    )
    for n, (one, other) in enumerate(zip(ours, bare, strict=True), 1):
        table.add(f"Tierline, round {n}", *_cells(one))
        table.add(f"bare, round {n}", *_cells(other))
    share = sum(one.rate for one in ours) / sum(other.rate for other in bare)
    kept = "kept" if share >= _LEAST_SHARE else "missed"
    table.notes.append(f"Tierline runs at {share:.2f} of the bare rate; aim: at least {_LEAST_SHARE}: {kept}.")
    table.notes.append(
        f"{tickets} tickets a round, {TIER_2.commands} commands each, the intake included. CPU in milliseconds a life."
    )
    return table


async def _round(stack: Stack, live: Callable[[str], Awaitable[str]], tickets: int, in_flight: int) -> Round:
    gate, each = asyncio.Semaphore(in_flight), []

    async def one() -> None:
        async with gate:
            began = time.monotonic()
            await live(_LIFE)
            each.append(time.monotonic() - began)

    before, began = used(stack), time.monotonic()
    async with asyncio.TaskGroup() as together:
        for _ in range(tickets):
            together.create_task(one())
    return Round(tickets, time.monotonic() - began, tuple(each), between(before, used(stack)))


def _cells(told: Round) -> tuple[str, ...]:
    cpu = (f"{told.cpu.get(part, 0.0) / told.lives * 1000:.0f}" for part in _PARTS)
    p50, p99 = (f"{percentile(told.each, share):.2f} s" for share in (0.5, 0.99))
    return (f"{told.rate:.1f}", f"{told.rate * TIER_2.commands:.0f}", p50, p99, *cpu)


if __name__ == "__main__":
    command(main)
