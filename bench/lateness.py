"""`python -m bench.lateness`: how late deadlines are met when thousands fall due within one second."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text
from temporalio.service import RPCError

from bench.driving import Drivers
from bench.intruders import Intake, intruders
from bench.stack import Stack, running
from bench.storm import Due, Fired, ended, fired, for_each, gathered, started, started_bare, written
from bench.table import MarkdownFile, Table, command, milliseconds, percentile, show
from stores.database import engine_for
from stores.journal import Journal

_MOST_TIMES_BARE = 1.2
_SETTLE = timedelta(seconds=12)
_PATIENCE = timedelta(minutes=4)
_MISSED = text(
    "SELECT ticket_id, at, recorded_at FROM journal WHERE kind = 'accept_missed' AND ticket_id = ANY(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Text)))


@dataclass
class Storm:
    """What became of the deadlines of one side, in seconds after each was due."""

    fired: list[float]
    decided: list[float]
    acted: list[float]
    lost: int
    doubled: int
    armed_late: int


def main(
    deadlines: Annotated[int, typer.Option(help="How many fall due within the second.")] = 2000,
    starts: Annotated[
        float, typer.Option(help="Tickets a second that this machine can start: their timers must stand before.")
    ] = 15,
    markdown: MarkdownFile = None,
) -> None:
    """fired − due and acted − due of one storm of deadlines, the bare workflow's after it; and who is taken in amid."""
    with running(bare=True) as stack:
        show(asyncio.run(_measured(stack, deadlines, starts)), markdown)


async def _measured(stack: Stack, number: int, starts: float) -> list[Table]:
    asyncio.get_running_loop().set_exception_handler(_heard)
    drivers = await Drivers.of(stack)
    engine = engine_for(stack.settings.dsn)
    client, queue, journal = drivers.client, stack.settings.task_queue, Journal(engine)
    at = _moment(number, starts)
    storm = gathered(drivers, "L-", "ticket", number, at)
    await asyncio.to_thread(written, journal, storm)
    taking_in = asyncio.create_task(intruders(drivers, at))
    ours = await _weathered(drivers, engine, storm, lambda due: started(client, queue, due))
    taken_in = await taking_in
    storm = gathered(drivers, "l-", "bare", number, _moment(number, starts))
    await asyncio.to_thread(written, journal, storm)
    bare = await _weathered(drivers, engine, storm, lambda due: started_bare(client, due))
    engine.dispose()
    return [_lateness(number, ours, bare), _priorities(taken_in)]


def _heard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An intake that is not answered in time is asked again; the SDK leaves the first question's error behind."""
    if not isinstance(context.get("exception"), RPCError):
        loop.default_exception_handler(context)


def _moment(number: int, starts: float) -> datetime:
    """Late enough that every ticket waits for it by then."""
    return datetime.now(UTC) + timedelta(seconds=number / starts) + _SETTLE


async def _weathered(
    drivers: Drivers, engine: Engine, storm: Sequence[Due], start: Callable[[Due], Awaitable[None]]
) -> Storm:
    await for_each(storm, start)
    acted = await _acted(engine, storm)
    timers: dict[str, Fired] = {}

    async def look(due: Due) -> None:
        timers[due.ticket_id] = await fired(drivers.client, due)

    await for_each(storm, look)
    await for_each(storm, lambda due: ended(drivers.client, due))
    return _told(storm, timers, acted)


async def _acted(engine: Engine, storm: Sequence[Due]) -> list[tuple[str, datetime, datetime]]:
    """Which deadlines are in the journal, once all are or patience ends."""
    ids, end = [due.ticket_id for due in storm], storm[-1].due_at + _PATIENCE
    while True:
        with engine.connect() as connection:
            rows = [(row[0], row[1], row[2]) for row in connection.execute(_MISSED, {"ids": ids})]
        if len(rows) >= len(storm) or datetime.now(UTC) > end:
            return rows
        await asyncio.sleep(2)


def _told(storm: Sequence[Due], timers: dict[str, Fired], acted: Sequence[tuple[str, datetime, datetime]]) -> Storm:
    due_at = {due.ticket_id: due.due_at for due in storm}
    heard = [ticket_id for ticket_id, _, _ in acted]
    return Storm(
        fired=[(t.fired_at - due_at[name]).total_seconds() for name, t in timers.items() if t.fired_at],
        decided=[(at - due_at[name]).total_seconds() for name, at, _ in acted],
        acted=[(recorded_at - due_at[name]).total_seconds() for name, _, recorded_at in acted],
        lost=len(set(due_at) - set(heard)),
        doubled=len(heard) - len(set(heard)) + sum(timer.times > 1 for timer in timers.values()),
        armed_late=sum(t.armed_at is None or t.armed_at >= due_at[name] for name, t in timers.items()),
    )


def _lateness(number: int, ours: Storm, bare: Storm) -> Table:
    table = Table(
        f"Lateness: {number:,} deadlines due within one second",
        ("", "p50", "p99", "max", "lost", "doubled", "armed late"),
    )
    for name, storm in (("Tierline", ours), ("bare", bare)):
        counts = (storm.lost, storm.doubled, storm.armed_late)
        table.add(f"{name}: fired − due", *_spread(storm.fired), *counts)
        table.add(f"{name}: decided − due", *_spread(storm.decided), *[""] * 3)
        table.add(f"{name}: acted − due", *_spread(storm.acted), *[""] * 3)
    times = percentile(ours.acted, 0.99) / percentile(bare.acted, 0.99)
    kept = "kept" if times <= _MOST_TIMES_BARE else "missed"
    table.notes += [
        "Fired: the server's own word. Decided: the rules were asked. Acted: the journal has it.",
        f"acted − due, p99: {times:.2f} times the bare one's; aim: at most {_MOST_TIMES_BARE}: {kept}.",
    ]
    return table


def _spread(values: Sequence[float]) -> tuple[str, ...]:
    return tuple(milliseconds(percentile(values, share)) for share in (0.5, 0.99, 1.0)) if values else ("–",) * 3


def _priorities(taken_in: Sequence[Intake]) -> Table:
    table = Table("Taken in amid that storm", ("", "owned after", "of five, slowest"))
    for name in dict.fromkeys(intake.name for intake in taken_in):
        took = [intake.seconds for intake in taken_in if intake.name == name]
        table.add(name, milliseconds(percentile(took, 0.5)), milliseconds(max(took)))
    table.notes.append("Aim: an emergency is owned within 5 s. Owned: the intake's answer names its owner.")
    return table


if __name__ == "__main__":
    command(main)
