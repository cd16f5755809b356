"""`python -m bench.migration`: a policy published while many tickets run, all of which then go over to it."""

import asyncio
import time
from collections import Counter
from typing import Annotated, Any

import httpx
import typer

from bench.lives import LOCKED_OUT
from bench.stack import Stack, running
from bench.table import MarkdownFile, Table, command, show
from escalation.events import MarkPassed, PolicyAdopted
from stores.database import engine_for
from stores.journal import Journal
from tierline import PARTS_ROOT

_AT_ONCE = 16
_PAGE = 250
_SETTLED_WITHIN = 120.0  # seconds, until the read side shows every ticket


def main(
    tickets: Annotated[int, typer.Option(help="Tickets that run when the policy is published.")] = 200,
    markdown: MarkdownFile = None,
) -> None:
    """Open, publish, preview, migrate; then every journal is read for what was lost or happened twice."""
    with running(bare=False) as stack:
        show([asyncio.run(_measured(stack, tickets))], markdown)


async def _measured(stack: Stack, number: int) -> Table:
    table = Table(f"A policy published while {number:,} tickets run", ("", "seconds", "tickets a second"))
    token = stack.settings.token_file.read_text(encoding="utf-8").strip()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=stack.settings.api_url, headers=headers, timeout=180) as api:
        names = await _timed(table, "taken in", number, _open_all(api, number))
        await _until_read(api, number)
        await _timed(table, "published", 1, _publish(api))
        seen = await _timed(table, "previewed, each with its deadlines", number, _migrated(api, preview=True))
        moved = await _timed(table, "moved, each by an update of its workflow", number, _migrated(api, preview=False))
    table.notes.append(f"Previewed {_counted(seen)}; moved {_counted(moved)}.")
    table.notes.append(_told(stack, names))
    return table


async def _timed(table: Table, name: str, number: int, work: Any) -> Any:
    began = time.perf_counter()
    answer = await work
    took = time.perf_counter() - began
    table.add(name, f"{took:,.1f}", f"{number / took:,.0f}" if number > 1 else "")
    return answer


async def _open_all(api: httpx.AsyncClient, number: int) -> list[str]:
    gate = asyncio.Semaphore(_AT_ONCE)
    intake = LOCKED_OUT.model_copy(update={"impact": 2, "urgency": 2}).model_dump(mode="json", exclude_defaults=True)

    async def one(n: int) -> str:
        async with gate:
            answer = await api.post("/v1/tickets", json=intake, headers={"Idempotency-Key": f"migration-{n}"})
            answer.raise_for_status()
            return str(answer.json()["id"])

    return await asyncio.gather(*(one(n) for n in range(number)))


async def _until_read(api: httpx.AsyncClient, number: int) -> None:
    """Wait until the read side shows every ticket: a selection is made there."""
    end = time.monotonic() + _SETTLED_WITHIN
    while time.monotonic() < end:
        tiers = (await api.get("/v1/queues")).json()
        if tiers["triage"] + sum(tier["open"] for tier in tiers["tiers"]) >= number:
            return
        await asyncio.sleep(0.2)
    raise RuntimeError("the read side did not come to show every ticket")


async def _publish(api: httpx.AsyncClient) -> None:
    text = (PARTS_ROOT / "policies" / "default.yaml").read_text(encoding="utf-8")
    next_one = text.replace('version: "2026.1"', 'version: "next"').replace(
        "resolution: {time: 24h}", "resolution: {time: 48h}"
    )
    (await api.post("/v1/policies", json={"document": next_one})).raise_for_status()


async def _migrated(api: httpx.AsyncClient, *, preview: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while not found or cursor:
        asked = {"preview": preview, "limit": _PAGE} | ({"cursor": cursor} if cursor else {})
        answer = await api.post("/v1/policies/next/migration", json=asked)
        answer.raise_for_status()
        said = answer.json()
        found, cursor = found + said["tickets"], said["next_cursor"]
        if not said["tickets"]:
            break
    return found


def _counted(lines: list[dict[str, Any]]) -> str:
    outcomes = Counter(line["code"] or line["outcome"] for line in lines)
    return ", ".join(f"{count:,} {outcome.replace('_', ' ')}" for outcome, count in sorted(outcomes.items()))


def _told(stack: Stack, names: list[str]) -> str:
    """What the journal says of each ticket: lost, twice, or as it should be."""
    engine = engine_for(stack.settings.dsn, pool_size=1)
    journal = Journal(engine)
    lost = adopted = twice = 0
    for name in names:
        entries = journal.entries(name)
        lost += [entry.seq for entry in entries] != list(range(1, len(entries) + 1)) or not entries
        adopted += sum(isinstance(entry.event, PolicyAdopted) for entry in entries) == 1
        marks = Counter(
            (e.clock, e.generation, e.mark) for e in (x.event for x in entries) if isinstance(e, MarkPassed)
        )
        twice += any(count > 1 for count in marks.values())
    engine.dispose()
    told = f"Of {len(names):,} journals {adopted:,} tell of it once"
    return f"{told}; {lost:,} have a gap, {twice:,} a mark that passed twice."


if __name__ == "__main__":
    command(main)
