"""`python -m bench.intake`: how soon a machine is answered that what it sent is kept, and how many alerts a second."""

import asyncio
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, insert, text

from api.intake import sourcing
from api.intake.sourcing import SourceBody
from bench.play import default_policy
from bench.senders import Door, Round, sent, used
from bench.stack import door_alone, running
from bench.table import MarkdownFile, Table, command, milliseconds, percentile, show
from stores.database import engine_for
from stores.schema import intake_bodies
from stores.sources import Sources
from tierline.settings import Settings

_numbers = count(1)


def main(
    requests: Annotated[int, typer.Option(help="Requests of each kind.")] = 3000,
    senders: Annotated[int, typer.Option(help="Senders at the same time.")] = 20,
    markdown: MarkdownFile = None,
) -> None:
    """p50 and p99 of what is kept and answered, alone and while it is dealt with, beside the bare insert."""
    with door_alone() as settings:
        alone = _measured("the API and PostgreSQL alone", settings, requests, senders)
    with running(bare=False) as stack:
        whole = _measured("the whole product, which deals with it meanwhile", stack.settings, requests, senders)
    show([alone, whole], markdown)


def _measured(what: str, settings: Settings, requests: int, senders: int) -> Table:
    """A table of one door, and of the database behind it."""
    columns = (
        "What",
        "requests",
        "p50",
        "p99",
        "max",
        "requests a second",
        "alerts a second",
        "processor time of the API",
        "told to come again",
    )
    table = Table(f"Intake: {senders} senders at the same time; {what}", columns)
    engine = engine_for(settings.dsn, pool_size=senders)
    door = _door(settings, engine)
    asyncio.run(sent(door, _bodies(senders * 5, 1), senders))  # warm
    _rows(table, door, requests, senders)
    _bare(table, engine, requests, senders)
    table.notes.append(_dealt_with(engine))
    engine.dispose()
    return table


def _rows(table: Table, door: Door, requests: int, senders: int) -> None:
    """Senders that come as fast as they are answered, and such as monitoring is: with a pause in between."""
    for words, alerts, pause, many in (
        ("one alert each, 100 requests a second", 1, senders / 100, requests // 3),
        ("one alert each, without a pause", 1, 0.0, requests),
        ("20 alerts each, without a pause", 20, 0.0, requests // 3),
    ):
        bodies, before = _bodies(many, alerts), used(door.port)
        told = asyncio.run(sent(door, bodies, senders, pause))
        _add(table, words, told, alerts, f"{(used(door.port) - before) / many * 1000:.2f} ms")


def _add(table: Table, words: str, told: Round, alerts: int, processor: str) -> None:
    kept = len(told.took) - told.refused
    times = [milliseconds(percentile(told.took, share)) for share in (0.5, 0.99, 1.0)]
    rates = [f"{kept / told.seconds:,.0f}", f"{kept * alerts / told.seconds:,.0f}"]
    table.add(words, len(told.took), *times, *rates, processor, told.refused)


def _door(settings: Settings, engine: Engine) -> Door:
    """A source that was just let in."""
    wanted = SourceBody.model_validate(
        {"id": "bench", "kind": "alertmanager", "map": {"client": next(iter(default_policy().clients))}}
    )
    made = sourcing.create(Sources(engine), default_policy(), wanted, "bench", datetime.now(UTC))
    return Door("127.0.0.1", settings.api_port, made.path, made.secret)


def _bodies(many: int, alerts: int) -> list[bytes]:
    """Groups as Alertmanager sends them; a thousand faults, which fire again and again."""
    return [json.dumps(_group(alerts)).encode() for _ in range(many)]


def _group(alerts: int) -> dict[str, Any]:
    return {"version": "4", "groupKey": "{}", "status": "firing", "truncatedAlerts": 0,
            "alerts": [_alert(next(_numbers)) for _ in range(alerts)]}  # fmt: skip


def _alert(number: int) -> dict[str, Any]:
    labels = {"alertname": "HighLoad", "instance": f"web-{number % 1000}", "severity": "info", "job": "node"}
    return {
        "status": "firing", "labels": labels, "annotations": {"summary": "The load is high", "description": "x" * 200},
        "startsAt": "2026-03-02T09:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph", "fingerprint": f"{number % 1000:016x}",
    }  # fmt: skip


def _bare(table: Table, engine: Engine, requests: int, senders: int) -> None:
    """The same rows by plain inserts, each committed for itself, over as many connections; nobody deals with them."""
    rows = [
        {"source": "bare", "received_at": datetime.now(UTC), "headers": {"user-agent": "bench"}, "body": body,
         "state": "taken"}
        for body in _bodies(requests, 1)
    ]  # fmt: skip

    def one(row: dict[str, Any]) -> float:
        began = time.monotonic()
        with engine.begin() as connection:
            connection.execute(insert(intake_bodies), row)
        return time.monotonic() - began

    with ThreadPoolExecutor(senders) as threads:
        list(threads.map(one, rows[:senders]))  # connections
        began = time.monotonic()
        took = list(threads.map(one, rows))
    _add(table, "bare insert of such rows", Round(took, time.monotonic() - began, 0), 1, "")


def _dealt_with(engine: Engine) -> str:
    """How far the drain has come meanwhile, and what the machine did beside."""
    with engine.connect() as connection:
        asked = text(
            "SELECT count(*) FILTER (WHERE state = 'received'), count(*) FROM intake_bodies WHERE source = 'bench'"
        )
        waiting, kept = connection.execute(asked).one()
    load = os.getloadavg()[0]
    return (
        f"Of {kept:,} bodies {waiting:,} still waited at the end. Load of the machine: {load:.1f}, on {os.cpu_count()} "
        "cores, which the senders used as well."
    )


if __name__ == "__main__":
    command(main)
