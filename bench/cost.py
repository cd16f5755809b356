"""`python -m bench.cost`: what a ticket costs in Temporal, beside a bare workflow with the same commands."""

import asyncio

from bench.driving import Drivers
from bench.histories import Tally, tally
from bench.lives import LIVES, Life
from bench.stack import Stack, running
from bench.table import MarkdownFile, Table, command, show

_MOST_TIMES_BARE = 1.25
_MOST_EVENTS, _MOST_BYTES = 40, 30 * 1024

_COLUMNS = ("Life", "events", "bytes", "of start input", "tasks", "activities", "timers")
_PAUSE = 0.3  # seconds: long enough for the timer to be armed after each command, as it is when people act


def main(markdown: MarkdownFile = None) -> None:
    """History events, bytes, tasks, activities and timers of four lives, with their reviews where they have one."""
    with running(bare=True) as stack:
        show([asyncio.run(_measured(stack))], markdown)


async def _measured(stack: Stack) -> Table:
    drivers = await Drivers.of(stack, _PAUSE)
    table = Table("Cost of a ticket", _COLUMNS)
    for key, life in LIVES.items():
        ticket_id, bare_id = await drivers.product(key), await drivers.bare(key)
        ours = await _cost(drivers, life, f"ticket/{ticket_id}", f"review/{ticket_id}")
        bare = await _cost(drivers, life, f"bare/{bare_id}", f"bare-review/{bare_id}")
        _compare(table, life, ours, bare)
        if key == "tier_1":
            _judge_tier_1(table, ours)
    table.notes.append("In brackets: how many commands, the intake included. Reviews count with their tickets.")
    table.notes.append(f"Aim: at most {_MOST_TIMES_BARE} times the bare workflow's events.")
    return table


async def _cost(drivers: Drivers, life: Life, ticket: str, review: str) -> Tally:
    cost = await tally(drivers.client, ticket)
    return cost + await tally(drivers.client, review) if life.reviewed else cost


def _compare(table: Table, life: Life, ours: Tally, bare: Tally) -> None:
    table.add(f"{life.name} ({life.commands})", *_cells(ours))
    table.add("… bare", *_cells(bare))
    ratio = ours.events / bare.events
    word = "kept" if ratio <= _MOST_TIMES_BARE else "missed"
    table.add("… times bare", f"{ratio:.2f} ({word})", f"{ours.size / bare.size:.1f}", *[""] * 4)


def _judge_tier_1(table: Table, ours: Tally) -> None:
    for what, figure, most in (("events", ours.events, _MOST_EVENTS), ("bytes", ours.size, _MOST_BYTES)):
        kept = "kept" if figure <= most else "missed"
        table.notes.append(f"Aim: a life at Tier 1 within {most:,} {what}: {figure:,}, {kept}.")


def _cells(cost: Tally) -> tuple[str, ...]:
    figures = (cost.events, cost.size, cost.start_input, cost.tasks, cost.activities, cost.timers)
    return tuple(f"{figure:,}" for figure in figures)


if __name__ == "__main__":
    command(main)
