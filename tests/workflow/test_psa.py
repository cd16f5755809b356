"""A connection's workflow on the skipping clock: hints gathered, what nobody told of found, an hour away made good."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.psa.connecting import PsaActivities
from activities.psa.waking import PsaState, TemporalWakes, workflow_id
from escalation.commands import Comment, Triage
from escalation.psa.link import Link
from tests.psa_world import World, rules
from tests.unit.psa.test_in_step import ask
from tests.unit.rules.story import FACTS
from tests.workflow.patient import patient
from tests.workflow.servers import skipping_server
from workflows.legible import Legible
from workflows.options import psa
from workflows.psa import PsaWorkflow
from workflows.sandbox import runner


@dataclass
class Running:
    """The workflow of one connection, and both its sides."""

    env: WorkflowEnvironment
    world: World
    wakes: TemporalWakes

    async def passes(self, **span: float) -> None:
        """Time goes on everywhere."""
        await self.env.sleep(timedelta(**span))
        self.world.passes(**span)

    async def waiting(self) -> PsaState:
        handle = self.env.client.get_workflow_handle_for(PsaWorkflow.run, workflow_id("helpdesk"))
        return await handle.query(PsaWorkflow.waiting)


@asynccontextmanager
async def running(world: World) -> AsyncIterator[Running]:
    hands = PsaActivities(world.book, world.connector, world.door, world.api.store, world.api.policies)
    async with skipping_server() as env:
        client = env.client
        flows = Worker(
            client, task_queue="tierline", workflows=[PsaWorkflow], interceptors=[Legible()], workflow_runner=runner()
        )
        work = Worker(client, task_queue=psa("tierline"), activities=[hands.sync_records, hands.look_at_all])
        async with patient(flows), work:
            yield Running(env, world, TemporalWakes(client, "tierline"))


async def test_r105_a_hint_is_followed_at_once_and_what_nobody_told_of_is_found_by_the_next_look() -> None:
    world = World.of(rules(take_in=rules().take_in.model_copy(update={"existing": "take_in"})))
    told = world.there.opens("Told of")
    async with running(world) as one:
        await one.wakes.changed("helpdesk", [told, told, "404"])
        await one.passes(seconds=20)
        assert world.ticket(told).subject == "Told of"
        silent = world.there.opens("Nobody said so", description="another one")
        await one.passes(seconds=20)
        assert silent not in world.book.links
        await one.passes(minutes=6)
        assert world.ticket(silent).subject == "Nobody said so"
        assert await one.waiting() == PsaState(connection="helpdesk", cursor=(await one.waiting()).cursor, looks=2)


async def test_r105_an_hour_in_which_the_other_system_is_away_is_made_good_with_nothing_said_twice() -> None:
    world = World.of(rules(take_in=rules().take_in.model_copy(update={"existing": "take_in"})))
    record = world.there.opens()
    async with running(world) as one:
        await one.wakes.changed("helpdesk", [record])
        await one.passes(seconds=20)
        await ask(world, record, Triage(category="identity.password_reset", impact=3, urgency=2, facts=FACTS), "dana")
        await one.passes(seconds=2)
        world.there.away = True
        for text in ("ordered a new one", "it is on its way", "it arrived"):
            await ask(world, record, Comment(text=text))
            await one.wakes.moved("helpdesk", [world.ticket(record).id])
            await one.passes(minutes=20)
        assert world.book.known.away_since is not None
        assert "it is down" in world.book.known.error
        world.there.says(record, "any news?", None, public=True)
        world.there.away = False
        before = len(world.there.writes)
        await one.passes(minutes=12)
        words = [said.text for said in world.there.records[record].comments]
        assert [sum(text in each for each in words) for text in ("ordered a", "on its way", "it arrived")] == [1, 1, 1]
        assert world.ticket(record).inbound_contacts == 1
        assert world.book.known.away_since is None
        assert len(world.there.writes) - before <= 5
        quiet = len(world.there.writes)
        await one.passes(hours=3)
        assert len(world.there.writes) == quiet


async def test_r105_records_from_before_the_connection_stay_as_they_are_if_the_map_says_so() -> None:
    world = World.of()
    old = world.there.opens("From before")
    async with running(world) as one:
        await one.wakes.changed("helpdesk", [])
        await one.passes(seconds=20)
        world.passes(seconds=5)
        new = world.there.opens("From after", description="another one")
        await one.passes(minutes=6)
        assert world.ticket(new).subject == "From after"
        assert world.book.links[old].ticket_id is None
        assert world.there.writes != []
        assert all("From before" not in each for each in world.there.writes)


async def test_a_connection_that_rests_ends_its_workflow_and_goes_on_where_it_was() -> None:
    world = World.of(rules(take_in=rules().take_in.model_copy(update={"existing": "take_in"})))
    record = world.there.opens()
    async with running(world) as one:
        world.book.known = world.book.known.model_copy(update={"enabled": False})
        await one.wakes.changed("helpdesk", [record])
        await one.passes(minutes=10)
        assert world.book.links == {}
        world.book.known = world.book.known.model_copy(update={"enabled": True})
        await one.wakes.changed("helpdesk", [])
        await one.passes(minutes=1)
        assert world.ticket(record).subject == "Cannot sign in"


async def test_one_record_that_cannot_be_read_holds_up_no_other() -> None:
    world = World.of(rules(take_in=rules().take_in.model_copy(update={"existing": "take_in"})))
    bad, good = world.there.opens("Bad"), world.there.opens("Good", description="another one")
    world.book.keep(Link(connection="helpdesk", record_id=bad, ticket_id="T-NOT-THERE"))
    world.api.tickets.stories["T-NOT-THERE"] = [world.api.tickets.stories]  # type: ignore[list-item]
    async with running(world) as one:
        await one.wakes.changed("helpdesk", [bad, good])
        await one.passes(minutes=1)
        assert world.ticket(good).subject == "Good"
        assert "failed" in world.book.kinds(bad)
