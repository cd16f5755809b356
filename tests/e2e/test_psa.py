"""A real django-helpdesk and the product in step: what either side does is there on the other, and nothing echoes."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bench.ports import free_ports
from escalation.lifecycle import Stage
from escalation.view import TicketView
from tests.e2e.desk import FACTS, NOTE, TICKED, Desk
from tests.e2e.helpdesk import PEOPLE, SECRET, Helpdesk, helpdesk_at
from tests.e2e.stack import eventually, home

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

MAP = Path(__file__).resolve().parents[2] / "policies" / "psa" / "django_helpdesk.yaml"
EVERY = 5  # seconds between two looks at everything; five minutes as a rule


@dataclass
class Both:
    """The product's desk and the helpdesk, connected."""

    desk: Desk
    there: Helpdesk

    async def ticket(self, number: str) -> TicketView:
        """The ticket here of a record there, once it was taken in."""

        async def taken_in() -> TicketView | None:
            for line in (await self.desk.get("/psa/helpdesk/log?limit=200"))["lines"]:
                if line["record_id"] == number and line["kind"] == "taken_in":
                    return await self.desk.view(line["ticket_id"])
            return None

        return await eventually(taken_in, f"helpdesk ticket {number} is taken in", 45, every=0.5)

    async def comes_to(self, ticket: str, within: float = 30, **wanted: object) -> TicketView:
        """The ticket here once it is so."""

        async def so() -> TicketView | None:
            seen = await self.desk.view(ticket)
            return seen if all(getattr(seen, name) == value for name, value in wanted.items()) else None

        return await eventually(so, f"{ticket} comes to {wanted}", within, every=0.2)

    async def lines(self, number: str, kind: str) -> list[dict[str, Any]]:
        """What is on record of a record there."""
        said = await self.desk.get("/psa/helpdesk/log?limit=200")
        return [line for line in said["lines"] if (line["record_id"], line["kind"]) == (number, kind)]

    async def owned(self, number: str, **facts: object) -> TicketView:
        """Taken in, triaged by the dispatcher, and taken up by its owner."""
        taken = await self.ticket(number)
        triage = {"category": "identity.password_reset", "impact": 3, "urgency": 2, "facts": FACTS}
        triaged = await self.desk.do(taken.id, "triage", "dana", triage | facts)
        mine = await self.desk.do(taken.id, "accept", triaged.owner, {"contacted": True})
        await self.there.shows(number, {"assigned_to": PEOPLE[mine.owner], "priority": 4}, "has taken the ticket up")
        return mine

    async def quiet(self) -> int:
        """How often the helpdesk was written to, once that has not changed for longer than from look to look."""
        seen: list[int] = []

        async def settled() -> bool:
            seen.append(self.there.writes())
            return len(seen) > EVERY + 2 and len(set(seen[-EVERY - 2 :])) == 1

        await eventually(settled, "nothing is written to the helpdesk any more", 60, every=1)
        return seen[-1]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def both(desk: Desk) -> AsyncIterator[Both]:
    with home() as place:
        async with helpdesk_at(place, free_ports()["api_port"]) as there:
            token = await desk.stack.run("token", "create", "--role", "integration", "--person", "helpdesk")
            there.down()
            there.hooks = f"http://psa:{token.strip()}@{desk.stack.url.removeprefix('http://')}/v1/psa/helpdesk/hints"
            await there.up()
            rules = place / "map.yaml"
            people = ", ".join(f"{number}: {name}" for name, number in PEOPLE.items())
            text = MAP.read_text().replace("{2: tomas, 3: priya, 4: marek, 5: elena}", f"{{{people}}}")
            rules.write_text(text.replace("existing: leave", "existing: take_in"))
            os.environ["TIERLINE_PSA_SECRET"] = SECRET
            said = await desk.stack.run(
                "psa", "connect", "helpdesk", "--url", there.url, "--map", str(rules), "--every", str(EVERY)
            )
            assert "version 1 of its map" in said
            yield Both(desk, there)
            await desk.stack.run("psa", "remove", "helpdesk")


async def test_r105_a_ticket_of_the_helpdesk_is_run_here_and_every_move_shows_there(both: Both) -> None:
    number = await both.there.customer_writes("Cannot sign in", "The account is locked since lunch")
    taken = await both.ticket(number)
    assert (taken.client, taken.subject, taken.stage) == ("acme-dental", "Cannot sign in", Stage.TRIAGE)
    mine = await both.owned(number)
    await both.desk.do(
        mine.id, "log_attempt", mine.owner, {"step": "unlock", "result": "locked again", "outcome": "partly"}
    )
    await both.desk.do(mine.id, "contact", mine.owner, {"channel": "phone", "text": "We are {{ on }} it"})
    await both.there.shows(number, {}, "We are {{ on }} it")
    up = {"reason": "deeper_technical_analysis", "note": NOTE, "ticked": TICKED}
    moved = await both.desk.do(mine.id, "escalate", mine.owner, up)
    await both.there.shows(number, {"assigned_to": PEOPLE[moved.owner]}, str(NOTE["suspected_cause"]))
    await both.desk.do(mine.id, "accept", moved.owner)
    hold = {"reason": "waiting_parts", "evidence": {"eta": "a token on Tuesday"}}
    await both.desk.do(mine.id, "hold", moved.owner, hold)
    await both.there.shows(number, {"on_hold": True}, "a token on Tuesday")
    await both.desk.do(mine.id, "resume", moved.owner)
    await both.there.shows(number, {"on_hold": False})
    fixed = {"code": "fixed", "cause": "policy", "resolution": "The group was corrected in the access policy"}
    await both.desk.do(mine.id, "resolve", moved.owner, fixed)
    await both.there.shows(number, {"status": 3, "resolution": fixed["resolution"]}, fixed["resolution"])
    told = [each for each in (await both.there.ticket(number))["followup_set"] if mine.id in (each["comment"] or "")]
    assert len({each["comment"] for each in told}) == len(told)


async def test_r105_what_is_done_there_is_done_here_and_nothing_echoes(both: Both) -> None:
    number = await both.there.customer_writes("Printer is stuck", "It prints nothing")
    mine = await both.owned(number)
    await both.there.customer_says(number, "It smells burnt as well")
    await both.there.says(mine.owner, number, "Please leave it off until we come", public=True)
    await both.there.says(mine.owner, number, "The fuser, I think")
    before = await both.quiet()
    await both.there.says(
        mine.owner, number, "The fuser was exchanged, a page comes out", public=True, status="resolved"
    )
    done = await both.comes_to(mine.id, stage=Stage.RESOLVED)
    story = {(entry.event.kind, entry.event.by): entry.event for entry in await both.desk.timeline(done.id)}
    assert story["resolved", mine.owner].resolution == "The fuser was exchanged, a page comes out"  # type: ignore[union-attr]
    assert ("contacted", "psa/helpdesk") in story
    assert ("commented", mine.owner) in story
    assert await both.quiet() == before + 1  # the technician's own follow-up, and not one word of ours about it


async def test_r105_a_move_that_the_rules_refuse_is_set_back_there_with_the_reason(both: Both) -> None:
    number = await both.there.customer_writes("No sound", "The loudspeaker is silent")
    mine = await both.owned(number)
    await both.there.says(mine.owner, number, "", status="resolved")
    await both.there.shows(number, {"status": 1}, "A resolution needs resolution")
    refused = await both.lines(number, "refused")
    assert [line["field"] for line in refused] == ["status"]
    assert (await both.desk.view(mine.id)).stage is Stage.TIER_1
    notes = [
        each for each in (await both.there.ticket(number))["followup_set"] if "Not done" in (each["comment"] or "")
    ]
    assert [note["public"] for note in notes] == [False]


async def test_r105_a_lost_webhook_and_a_silent_change_are_healed_by_the_look_at_everything(both: Both) -> None:
    number = await both.there.customer_writes("Slow start", "It takes ten minutes")
    mine = await both.owned(number)
    await both.there.changes("tomas", number, priority=1)  # its API sends no webhook for this
    await both.desk.stack.run("psa", "sync", "helpdesk")
    await both.comes_to(mine.id, priority="P1", within=45)


async def test_r105_a_worker_killed_and_a_helpdesk_away_heal_with_nothing_said_twice(both: Both) -> None:
    number = await both.there.customer_writes("Mouse is dead", "No light at its bottom")
    mine = await both.owned(number)
    both.there.down()
    for text in ("ordered a new one", "it is on its way", "it arrived"):
        await both.desk.do(mine.id, "comment", mine.owner, {"text": text})
    lives = both.desk.stack.lives("worker")
    both.desk.stack.kill("worker")
    await both.desk.stack.back("worker", lives, 120)
    await both.there.up()
    await both.there.shows(number, {}, "it arrived", within=60)
    words = [each["comment"] or "" for each in (await both.there.ticket(number))["followup_set"]]
    assert [sum(text in each for each in words) for text in ("ordered a new", "on its way", "it arrived")] == [1, 1, 1]
    await both.quiet()
