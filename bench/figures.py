"""`python -m bench.figures`: every question about the figures, over a year of tickets, in milliseconds."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from bench.database import database, processor_of, statements
from bench.past import MONDAY, keep, lives
from bench.play import default_policy
from bench.table import MarkdownFile, Table, command, percentile, show
from bench.year import spread
from escalation.figures import ONLY, Place, Scope
from stores.figures import Figures
from stores.policies import Policies

_AIM = 150  # milliseconds for 90 days
_YEAR = timedelta(days=366)
_END = MONDAY + _YEAR
_ZONE = "America/Chicago"
Question = Callable[[Scope], object]


def main(
    tickets: Annotated[int, typer.Option(help="Tickets of the year.")] = 100_000,
    kinds: Annotated[int, typer.Option(help="How many of them are different; the rest are copies.")] = 500,
    asked: Annotated[int, typer.Option(help="How often each question is asked.")] = 5,
    markdown: MarkdownFile = None,
) -> None:
    """Milliseconds and statements for each question, over the last 90 days and over the whole year."""
    with database() as engine:
        event.listen(engine, "connect", _by_itself)
        Policies(engine).publish("The default policy", default_policy(), by="bench", at=MONDAY)
        keep(engine, lives(default_policy(), kinds))
        spread(engine, tickets // kinds, whole=False)
        columns = ("Question", "90 days", "processor", "year", "processor", "statements")
        table = Table(f"Figures over {tickets:,} tickets of a year, in ms", columns)
        recent, year = Scope(since=_END - timedelta(days=90), until=_END), Scope(since=MONDAY, until=_END)
        figures = Figures(engine)
        for name, question in _questions(figures):
            table.add(name, *_measured(engine, question, recent, asked), *_measured(engine, question, year, asked),
                      _asked(engine, partial(question, recent)))  # fmt: skip
        n = figures.escalation(recent).cases
        table.notes.append(f"{n:,} tickets came in within the 90 days. Median of {asked}, processor time beside it.")
        table.notes.append(f"Aim: below {_AIM} ms for 90 days.")
        show([table], markdown)


def _by_itself(connection: DBAPIConnection, _: object) -> None:
    """No helpers from PostgreSQL: their processor time would be seen nowhere."""
    connection.cursor().execute("SET max_parallel_workers_per_gather = 0")
    connection.commit()


def _questions(figures: Figures) -> Iterator[tuple[str, Question]]:
    yield "escalation", figures.escalation
    for by in ONLY:
        yield f"escalation by {by}", partial(figures.escalation_by, by=by)
    yield "flows", figures.flows
    yield "heat", lambda scope: figures.heat(scope, _ZONE)
    yield "trend by week", lambda scope: figures.trend(scope, "week", _ZONE)
    yield "trend by day", lambda scope: figures.trend(scope, "day", _ZONE)
    yield "tickets behind a rate", lambda scope: figures.behind(scope, "escalated", Place(tier=1), 50)
    yield "tickets behind a flow", lambda scope: figures.behind(scope, "flow", Place(of="2:tier_1->tier_2"), 50)
    yield (
        "tickets behind an hour",
        lambda scope: figures.behind(scope, "hour", Place(of="escalations", weekday=1, hour=9, zone=_ZONE), 50),
    )
    yield "the 40 % line", lambda scope: figures.alarm(scope.since or MONDAY, scope.until or _END)


def _measured(engine: Engine, question: Question, scope: Scope, asked: int) -> tuple[str, str]:
    question(scope)
    used, took = _processor(engine), []
    for _ in range(asked):
        began = time.perf_counter()
        question(scope)
        took.append((time.perf_counter() - began) * 1000)
    return f"{percentile(took, 0.5):,.0f}", f"{(_processor(engine) - used) * 1000 / asked:,.0f}"


def _processor(engine: Engine) -> float:
    """Seconds of processor time so far, of this process and of the one of PostgreSQL that answers it."""
    return time.process_time() + processor_of(engine)


def _asked(engine: Engine, ask: Callable[[], object]) -> int:
    with statements(engine) as said:
        ask()
    return len(said)


if __name__ == "__main__":
    command(main)
