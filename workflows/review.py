"""The post-escalation review of one Tier 3 incident: drafted from the journal, then waiting for a person to decide."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from activities.review import Reminder, ReviewActivities
from escalation.errors import Refusal
from escalation.review.decision import Approve, Decision, ReviewOver, Waive, judge_approve, judge_waive
from escalation.review.incident import Publication, Published, Refused, ReviewCase, ReviewState, Waiver
from escalation.review.view import Drafted, ReviewView, card
from workflows import attributes, options
from workflows.examples import told
from workflows.mailbox import failure

__all__ = ["Approve", "ReviewCase", "ReviewView", "ReviewWorkflow", "Waive"]

REMINDED_EVERY = timedelta(weeks=1)
_FILTERED_BY_STATE = "review-state-as-search-attribute"  # docs/adr/0010
_OVER: tuple[ReviewState, ...] = ("published", "waived")


@workflow.defn(name="Review")
class ReviewWorkflow:
    """It ends only when somebody's changes are published or it is waived with a reason; nothing else ends it.

    Changes that cannot be made as they were approved leave it open. Somebody decides a handful of times at most, so a
    few hundred events a year are the most that its history can hold.
    """

    @workflow.init
    def __init__(self, case: ReviewCase) -> None:
        self._case = case
        self._state: ReviewState = "drafting"
        self._drafted: Drafted | None = None
        self._reminders = 0
        self._decision: Approve | Waive | None = None
        self._decided_at = case.opened_at
        self._attempt = 0
        self._refused: dict[int, Refused] = {}  # by attempt; each is answered to those who made it
        self._published: Published | None = None
        self._show()

    @workflow.run
    async def run(self, case: ReviewCase) -> str:
        """`published` or `waived`. A request to cancel is passed over: a review is decided, not called off."""
        story = asyncio.create_task(self._story(case))
        while not story.done():
            try:
                await asyncio.shield(story)
            except asyncio.CancelledError:
                if story.cancelled():  # the worker lets go of this run; not somebody's request
                    raise
                workflow.logger.warning("a review is not cancelled; approve it or waive it")
        return story.result()

    async def _story(self, case: ReviewCase) -> str:
        """The one loop: draft, wait or remind, carry the decision out; wait again where it cannot be."""
        self._drafted = await workflow.execute_activity_method(
            ReviewActivities.draft_review, case, summary="draft from the journal", **options.REVIEW
        )
        self._turn("open")
        while self._state not in _OVER:
            if await self._decided_before(self._next_reminder()):
                await self._carry_out()
            else:
                await self._remind()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._state

    # -------------------------------------------------------------------------------------------- waiting
    def _next_reminder(self) -> datetime:
        """Due, and then each further week; weeks that nobody was awake for are not made up for."""
        if not self._reminders:
            return self._case.due_at
        weeks = (workflow.now() - self._case.due_at) // REMINDED_EVERY + 1
        return self._case.due_at + REMINDED_EVERY * max(weeks, 1)

    async def _decided_before(self, at: datetime) -> bool:
        if self._decision is not None:
            return True
        left = max(at - workflow.now(), options.SHORTEST_TIMER)
        try:
            await workflow.wait_condition(
                lambda: self._decision is not None,
                timeout=left,
                timeout_summary=f"guards: the review of {self._case.ticket_id}, due {at:%d %b %H:%M} UTC",
            )
        except TimeoutError:
            return False
        return True

    async def _remind(self) -> None:
        self._reminders += 1
        self._turn("overdue")
        reminder = Reminder(case=self._case, n=self._reminders, at=workflow.now())
        await workflow.execute_activity_method(
            ReviewActivities.review_overdue, reminder, summary=f"overdue, reminder {self._reminders}", **options.REVIEW
        )

    # -------------------------------------------------------------------------------------------- deciding
    async def _carry_out(self) -> None:
        match self._decision:
            case Approve() as approved:
                self._turn("publishing")
                concluded = await workflow.execute_activity_method(
                    ReviewActivities.publish_revision,
                    self._publication(approved),
                    summary=f"publish what {approved.by[:80]} approved",
                    **options.REVIEW,
                )
                if concluded.refused is None:
                    self._published = concluded.published
                    self._turn("published")
                else:
                    self._open_again(concluded.refused)
            case Waive() as waived:
                self._turn("waiving")
                waiver = Waiver(ticket_id=self._case.ticket_id, by=waived.by, reason=waived.reason, at=self._decided_at)
                await workflow.execute_activity_method(
                    ReviewActivities.waive_review, waiver, summary=f"waived by {waived.by[:80]}", **options.REVIEW
                )
                self._turn("waived")
            case None:
                return

    def _open_again(self, refused: Refused) -> None:
        """The decision never was: whoever made it hears why, and anybody may decide anew."""
        self._refused[self._attempt] = refused
        self._decision = None
        self._turn("overdue" if self._reminders else "open")

    def _publication(self, approved: Approve) -> Publication:
        proposed = self._proposal().proposed
        document = approved.document
        edited = document.body if document else None
        return Publication(
            ticket_id=self._case.ticket_id,
            sop=proposed.sop,
            title=proposed.title,
            body=(proposed.body if edited is None else edited) if document else None,
            amendments=approved.amendments,
            author=self._case.owner,
            approver=approved.by,
            at=self._decided_at,
            answers=approved.answers,
            comment=approved.comment,
        )

    def _proposal(self) -> Drafted:
        if self._drafted is None:
            raise RuntimeError("a review is carried out after it is drafted")
        return self._drafted

    async def _decide(self, asked: Approve | Waive) -> ReviewView:
        """The answer once the decision is carried out; the request that decided is answered again."""
        if not self._repeats(asked):
            self._judge(asked)
            self._decision = asked.model_copy(update={"request_id": _request_id(asked)})
            self._decided_at = workflow.now()
            self._attempt += 1
        mine = self._attempt
        await workflow.wait_condition(lambda: self._state in _OVER or mine in self._refused)
        if mine in self._refused:
            raise failure(self._refused[mine].refusal())
        return self._view()

    def _repeats(self, asked: Decision) -> bool:
        return self._decision is not None and _request_id(asked) == self._decision.request_id

    def _judge(self, asked: Approve | Waive) -> None:
        if self._repeats(asked):
            return
        try:
            if self._decision is not None:
                stands = "is decided already" if self._state in _OVER else "is being decided"
                raise ReviewOver(
                    f"The review of {self._case.ticket_id} {stands}, by {self._decision.by}.",
                    state=self._state,
                    decided_by=self._decision.by,
                )
            judge_approve(asked) if isinstance(asked, Approve) else judge_waive(asked)
        except Refusal as refusal:
            raise failure(refusal) from None

    # -------------------------------------------------------------------------------------------- doors
    @workflow.update(description=told(Approve))
    async def approve(self, asked: Approve) -> ReviewView:
        """The published review."""
        return await self._decide(asked)

    @approve.validator
    def _judge_approve(self, asked: Approve) -> None:
        self._judge(asked)

    @workflow.update(description=told(Waive))
    async def waive(self, asked: Waive) -> ReviewView:
        """The waived review."""
        return await self._decide(asked)

    @waive.validator
    def _judge_waive(self, asked: Waive) -> None:
        self._judge(asked)

    @workflow.query(description="Where the review stands, what it says in short, what it proposes.")
    def state(self) -> ReviewView:
        """The review as it stands."""
        return self._view()

    # -------------------------------------------------------------------------------------------- showing
    def _turn(self, state: ReviewState) -> None:
        self._state = state
        self._show()
        if workflow.patched(_FILTERED_BY_STATE):
            workflow.upsert_search_attributes(attributes.review_state(state))

    def _show(self) -> None:
        workflow.set_current_details(card(self._view()))

    def _view(self) -> ReviewView:
        decision = self._decision
        return ReviewView(
            case=self._case,
            state=self._state,
            due_at=self._case.due_at,
            overdue=self._reminders > 0,
            summary=self._drafted.summary if self._drafted else (),
            questions=self._drafted.questions if self._drafted else (),
            proposed=self._drafted.proposed if self._drafted else None,
            decided_by=decision.by if decision else None,
            decided_at=self._decided_at if decision else None,
            reason=_reason(decision),
            published=self._published,
            refused=self._last_refusal(),
        )

    def _last_refusal(self) -> str | None:
        """Why the last decision came to nothing, until there is another."""
        refused = self._refused.get(self._attempt)
        return refused.message if refused else None


def _reason(decision: Approve | Waive | None) -> str:
    match decision:
        case Approve(comment=comment):
            return comment
        case Waive(reason=reason):
            return reason
        case None:
            return ""


def _request_id(asked: Decision) -> str:
    """The request's own id, or the update's."""
    info = workflow.current_update_info()
    return asked.request_id or (info.id if info else "")
