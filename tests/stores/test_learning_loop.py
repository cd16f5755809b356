"""The learning loop, whole: a new kind of fault reaches Tier 3, is reviewed, and the next one is solved at Tier 1.

Real workflows and activities on the time-skipping server, over the stores on PostgreSQL; only mail is kept in memory.
"""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.desk import DeskActivities
from activities.effects import EffectActivities
from activities.review import ReviewActivities
from escalation.commands import Accept, Resolve, Tick
from escalation.policy.amendments import ScopeChange, TierChange
from escalation.review.decision import Approve, DocumentChange
from escalation.review.effect import compare
from escalation.review.view import ReviewView
from escalation.terms import Flag, Role
from escalation.view import TicketView
from stores.desk import Desk as RealDesk
from stores.journal import Journal
from stores.kin import Record
from stores.library import Library
from stores.policies import Policies
from stores.readings import Readings
from stores.reviews import Reviews
from stores.solving import Solving
from tests.unit.incident import ANSWERS
from tests.workflow.desk import Desk, intake
from tests.workflow.patient import patient
from tests.workflow.ports import MemoryDesk, MemoryJournal, MemoryPostman
from tests.workflow.servers import skipping_server
from tests.workflow.waiting import eventually
from tierline import PARTS_ROOT
from tierline.library_seeding import fill_empty_library
from tierline.policy_amending import Amender
from tierline.policy_publishing import Publisher
from workflows.legible import Legible
from workflows.review import ReviewWorkflow
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow

KIND = "email.flow"
LOWER = Approve(
    by="grace",
    role=Role.SERVICE_MANAGER,
    answers=ANSWERS,
    changes=(
        DocumentChange(),
        ScopeChange(category=KIND, start_tier=1, tiers={1: TierChange(may_also=(KIND,))}),
    ),
)


@asynccontextmanager
async def desk_on(engine: Engine, env: WorkflowEnvironment) -> AsyncIterator[Desk]:
    """The default policy and library, published, and a worker over them."""
    path = PARTS_ROOT / "policies" / "default.yaml"
    Publisher(Policies(engine)).publish(path.read_text(), by="olaf", at=await env.get_current_time())
    fill_empty_library(engine, path)
    post, journal, library = MemoryPostman(), Journal(engine), Library(engine)
    asking = DeskActivities(RealDesk(engine), Record(engine), library)
    reviewing = ReviewActivities(Reviews(engine, Amender(library.sops).amend), journal, post)
    with ThreadPoolExecutor(8) as threads:
        async with patient(
            Worker(
                env.client,
                task_queue="tierline",
                workflows=[TicketWorkflow, ReviewWorkflow],
                activities=[
                    asking.name_receivers,
                    asking.client_of,
                    asking.guide_of,
                    EffectActivities(journal, post).carry_out,
                    reviewing.draft_review,
                    reviewing.review_overdue,
                    reviewing.publish_revision,
                    reviewing.waive_review,
                ],
                activity_executor=threads,
                workflow_runner=runner(),
                interceptors=[Legible()],
            )
        ):
            policy = Policies(engine).current()
            yield Desk(env, env.client, policy, MemoryDesk(policy), MemoryJournal(), post)


async def solved(desk: Desk, ticket: str) -> TicketView:
    """Taken up and solved by whoever has it."""
    owner = (await desk.view(ticket)).owner
    await desk.ask(ticket, Accept(by=owner, contacted=True))
    done = Resolve(by=owner, code="fixed", cause="mail", resolution="Emptied the outbound queue")
    return await desk.ask(ticket, done)


async def drafted(desk: Desk, ticket: str) -> WorkflowHandle[Any, Any]:
    review = desk.client.get_workflow_handle_for(ReviewWorkflow.run, f"review/{ticket}")

    async def there() -> bool:
        return (await review.query(ReviewWorkflow.state)).state == "open"

    await eventually(there)
    return review


async def test_r97_r98_r99_a_new_kind_of_fault_is_solved_at_tier_1_once_its_review_has_changed_sop_and_scope(
    engine: Engine,
) -> None:
    async with skipping_server() as env, desk_on(engine, env) as desk:
        # It reaches Tier 3, and is reviewed.
        first = await desk.open(intake(category=KIND, flags=(Flag.VENDOR_NEEDED,)), key="first")
        assert (await desk.view(first)).tier == 3
        await solved(desk, first)
        review = await drafted(desk, first)
        before = Library(engine).one("SOP-04")
        assert before is not None

        # The review ends with a new revision of the SOP and a lower start, in one.
        view = ReviewView.model_validate(await review.execute_update("approve", LOWER, result_type=ReviewView))
        assert view.published is not None
        assert (view.published.sop, view.published.revision) == ("SOP-04", before.revision + 1)
        assert view.published.policy_version == f"2026.1+{first}"
        assert {each.person for each in Readings(engine).owed(50)} >= {"tomas", "priya", "marek"}

        # The next one of that kind starts at Tier 1, with the new revision to work by, and is solved there.
        now = replace(desk, policy=Policies(engine).current())
        second = await now.open(intake(category=KIND), ticket_id="T-2", key="second")
        taken = await now.view(second)
        assert (taken.tier, taken.policy_version) == (1, f"2026.1+{first}")
        assert (taken.sop, taken.sop_revision) == ("SOP-04", before.revision + 1)
        steps = taken.to_tick
        assert steps
        await now.ask(second, Tick(by=taken.owner, steps=steps))
        assert (await solved(now, second)).stage == "resolved"

        # And the effect shows it.
        asked = await env.get_current_time() + timedelta(minutes=1)

        async def counted() -> bool:
            found = compare(Solving(engine), KIND, view.decided_at, asked)
            return found.since is not None and found.since.solved == 1

        await eventually(counted)
        found = compare(Solving(engine), KIND, view.decided_at, asked)
        assert found.since is not None
        assert (found.before.by_tier, found.since.by_tier) == ({1: 0, 2: 0, 3: 1}, {1: 1, 2: 0, 3: 0})
        assert not found.enough
