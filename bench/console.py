"""`python -m bench.console`: every page of the console over 100,000 tickets, of which 1,000 are open."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import httpx
import structlog
import typer
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from api.app import create_app
from bench.database import processor_of, statements
from bench.past import keep, lives
from bench.play import default_policy
from bench.present import open_lives
from bench.stack import postgres
from bench.table import MarkdownFile, Table, command, percentile, show
from bench.year import SEASON, spread
from escalation.events import Cancelled, Closed, Entry
from tierline.heap import settle
from tierline.prepare import first_token, prepare_database
from tierline.serve import services
from tierline.settings import Settings
from tierline.wiring import Stores, temporal_later

_AIM = 300  # milliseconds for a page
_SINCE = timedelta(days=85)  # before now, so that sixty days of lives and twenty until they close lie behind
_TICKET = "T-000000000003"
PAGES = {
    "Now": "/console/",
    "My work": "/console/mine",
    "My work of another": "/console/mine?person=marek",
    "Triage": "/console/triage",
    "Tickets, open": "/console/tickets",
    "Tickets, at risk": "/console/tickets?sla=at_risk",
    "Tickets, by words of all": "/console/tickets?stage=&words=firewall&order=newest",
    "Ticket": f"/console/tickets/{_TICKET}",
    "On call": "/console/on-call",
    "Metrics": "/console/metrics",
    "Metrics, broken down": "/console/metrics/breakdown?by=technician",
    "Metrics, flows": "/console/metrics/flows",
    "Metrics, hours": "/console/metrics/hours",
    "Metrics, trends": "/console/metrics/trends",
    "Metrics, behind a number": "/console/metrics/tickets?figure=escalated&tier=1",
    "Library": "/console/library",
    "Reviews": "/console/reviews",
    "Audits": "/console/audits",
    "Policy": "/console/policy",
}


def main(
    tickets: Annotated[int, typer.Option(help="Tickets in the store, closed ones.")] = 100_000,
    open_tickets: Annotated[int, typer.Option("--open", help="Open tickets beside them.")] = 1_000,
    kinds: Annotated[int, typer.Option(help="How many closed ones are different; the rest are copies.")] = 500,
    asked: Annotated[int, typer.Option(help="How often each page is asked for.")] = 20,
    serve: Annotated[int, typer.Option(help="Serve the console on this port instead, to look at it.")] = 0,
    markdown: MarkdownFile = None,
) -> None:
    """Milliseconds, SQL statements and bytes of each page; the API in process, Temporal away, PostgreSQL real."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with _console(tickets, kinds, open_tickets) as (app, engine, token):
        if serve:
            typer.echo(f"http://127.0.0.1:{serve}/console/ with the token {token}")
            uvicorn.run(app, host="127.0.0.1", port=serve, log_level="error")
            return
        columns = ("Page", "p50 ms", "p95 ms", "processor ms", "of PostgreSQL", "statements", "kB")
        table = Table(f"The console over {tickets:,} tickets and {open_tickets:,} open ones", columns)
        asyncio.run(_measure(app, engine, token, table, asked))
        table.notes.append(f"Aim: below {_AIM} ms. Processor: of the API and of PostgreSQL for each page, the mean.")
        show([table], markdown)


@contextmanager
def _console(tickets: int, kinds: int, open_tickets: int) -> Iterator[tuple[FastAPI, Engine, str]]:
    with postgres() as settings:
        prepare_database(settings)
        first_token(settings)
        stores, now = Stores.at(settings.dsn), datetime.now(UTC)
        past = list(filter(_over, lives(default_policy(), kinds, since=now - _SINCE)))
        keep(stores.engine, iter(past))
        spread(stores.engine, tickets // len(past), -SEASON)
        keep(stores.engine, open_lives(default_policy(), open_tickets, now))
        client = asyncio.run(temporal_later(settings))
        app = create_app(services(settings, stores, client))
        settle()
        yield app, stores.engine, _token(settings)
        stores.engine.dispose()


def _over(story: list[Entry]) -> bool:
    """Whether the ticket has closed: some of those made up nobody ever accepts."""
    return any(isinstance(entry.event, Closed | Cancelled) for entry in story)


async def _measure(app: FastAPI, engine: Engine, token: str, table: Table, asked: int) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example", timeout=60) as browser:
        answer = await browser.post("/console/sign-in", data={"token": token})
        assert answer.status_code == 303, answer.text
        for name, path in PAGES.items():
            table.add(name, *await _page(browser, engine, path, asked))


async def _page(browser: httpx.AsyncClient, engine: Engine, path: str, asked: int) -> tuple[str, ...]:
    with statements(engine) as said:
        first = await browser.get(path)
    if first.status_code != 200:
        return (f"answered {first.status_code}",)
    took, used, served = [], time.process_time(), processor_of(engine)
    for _ in range(asked):
        began = time.perf_counter()
        await browser.get(path)
        took.append((time.perf_counter() - began) * 1000)
    processor = (time.process_time() - used) * 1000 / asked
    of_postgres = (processor_of(engine) - served) * 1000 / asked
    return (
        f"{percentile(took, 0.5):,.0f}",
        f"{percentile(took, 0.95):,.0f}",
        f"{processor:,.0f}",
        f"{of_postgres:,.0f}",
        str(len(said)),
        f"{len(first.content) / 1000:,.0f}",
    )


def _token(settings: Settings) -> str:
    return settings.token_file.read_text(encoding="utf-8").strip()


if __name__ == "__main__":
    command(main)
