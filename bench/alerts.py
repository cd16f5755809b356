"""`python -m bench.alerts`: a storm of alerts from one site, and a thousand tickets in a minute."""

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from sqlalchemy import Engine, text

from api.intake import sourcing
from api.intake.sourcing import SourceBody
from bench.desk_clients import tokens
from bench.play import default_policy
from bench.senders import Door, sent
from bench.spike import Spike, spike
from bench.stack import Stack, running
from bench.table import MarkdownFile, Table, command, percentile, show
from bench.usage import pid_of
from stores.database import engine_for
from stores.sources import Sources

_CLIENT = "volta-mfg"
_PATIENCE = 600.0  # seconds until a storm has to be dealt with


def main(
    alerts: Annotated[int, typer.Option(help="Alerts of each storm; 0 for none.")] = 10_000,
    tickets: Annotated[int, typer.Option(help="Tickets in a minute.")] = 1_000,
    seconds: Annotated[int, typer.Option(help="In how many seconds they come.")] = 60,
    markdown: MarkdownFile = None,
) -> None:
    """How long until every alert is linked to its ticket, and whether emergencies wait behind a spike (R106)."""
    with running(bare=False) as stack:
        engine = engine_for(stack.settings.dsn)
        tables = [_storms(stack, engine, alerts)] if alerts else []
        with tokens(stack.settings, default_policy()) as secrets:
            found = asyncio.run(spike(stack.settings, secrets, tickets, seconds))
        tables.append(_spiked(found, engine))
        engine.dispose()
    show(tables, markdown)


def _storms(stack: Stack, engine: Engine, alerts: int) -> Table:
    table = Table(
        f"A storm of {alerts:,} alerts, each of another fault, at one site",
        ("Bodies", "kept after", "all linked after", "alerts a second", "tickets", "worker before", "worker after"),
    )
    for each, site in ((20, "plant-1"), (1, "plant-2")):
        door = _door(stack, engine, site)
        bodies = [json.dumps(_group(site, n, min(each, alerts - n))).encode() for n in range(0, alerts, each)]
        before, began = _memory(stack), time.monotonic()
        round_ = asyncio.run(sent(door, bodies, 20))
        _until_linked(engine, site, alerts)
        took = time.monotonic() - began
        cells = [f"{round_.seconds:.1f} s", f"{took:.1f} s", f"{alerts / took:,.0f}", _tickets(engine, site)]
        table.add(f"of {each}", *cells, before, _memory(stack))
    table.notes.append(_beside())
    return table


def _spiked(found: Spike, engine: Engine) -> Table:
    table = Table(
        f"{found.asked:,} tickets in {found.seconds:.0f} s, {len(found.emergencies)} of them emergencies (R106)",
        ("Tickets", "p50", "p99", "max"),
    )
    for words, took in (("ordinary, until they have an owner", found.others), ("emergencies", found.emergencies)):
        table.add(words, *(f"{percentile(took, share):.2f} s" for share in (0.5, 0.99, 1.0)))
    kept = _one(engine, "SELECT count(*) FROM tickets WHERE state ->> 'source' = 'bench'")
    owned = _one(engine, "SELECT count(*) FROM tickets WHERE state ->> 'source' = 'bench' AND owner <> ''")
    table.notes.append(f"On record {kept:,}, with an owner {owned:,}; {found.again} requests were sent again.")
    table.notes.append(_beside())
    return table


def _door(stack: Stack, engine: Engine, site: str) -> Door:
    """A source that was just let in, and is known at the door."""
    said = {"id": site, "kind": "alertmanager", "map": {"client": _CLIENT, "site": site}}
    made = sourcing.create(Sources(engine), default_policy(), SourceBody.model_validate(said), "bench", _now())
    headers = {"Authorization": f"Bearer {made.secret}"}
    while httpx.post(f"{stack.settings.api_url}{made.path}", json=_group(site, 0, 1), headers=headers).is_error:
        time.sleep(0.5)
    return Door("127.0.0.1", stack.settings.api_port, made.path, made.secret)


def _group(site: str, first: int, alerts: int) -> dict[str, Any]:
    group = [_alert(site, number) for number in range(first, first + alerts)]
    return {"version": "4", "groupKey": "{}", "status": "firing", "truncatedAlerts": 0, "alerts": group}


def _alert(site: str, number: int) -> dict[str, Any]:
    labels = {"alertname": "HostDown", "instance": f"{site}-{number}", "severity": "error", "site": site}
    return {
        "status": "firing", "labels": labels, "annotations": {"summary": f"{site}-{number} is down"},
        "startsAt": _now().isoformat(), "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph", "fingerprint": f"{site}-{number:016x}",
    }  # fmt: skip


def _until_linked(engine: Engine, site: str, alerts: int) -> None:
    end = time.monotonic() + _PATIENCE
    while _linked(engine, site) < alerts:
        if time.monotonic() > end:
            raise RuntimeError("the storm was not dealt with in time")
        time.sleep(0.1)


def _linked(engine: Engine, site: str) -> int:
    """How many alerts of a source stand at a ticket that is open."""
    asked = (
        "SELECT count(*) FROM alerts JOIN alert_tickets USING (ticket_id)"
        " WHERE alerts.source = :site AND alert_tickets.state = 'open'"
    )
    return _one(engine, asked, site=site)


def _tickets(engine: Engine, site: str) -> str:
    asked = "SELECT count(DISTINCT ticket_id) FROM alerts WHERE source = :site"
    return str(_one(engine, asked, site=site))


def _one(engine: Engine, asked: str, **said: object) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(asked), said).scalar_one())


def _memory(stack: Stack) -> str:
    """What the worker's process holds."""
    lines = Path(f"/proc/{pid_of(stack, 'worker')}/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return f"{kilobytes / 1024:.0f} MiB"


def _beside() -> str:
    return f"Load of the machine: {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores, which the senders used as well."


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    command(main)
