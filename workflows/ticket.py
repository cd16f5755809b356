"""One ticket, from intake to close: one mailbox, one loop, one armed timer."""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from activities.effects import Done, EffectActivities, Errand
from escalation import desk, effects
from escalation.commands import AdoptPolicy, AnyCommand, Attach, ChangeAgreement, DeadlinePassed, Merge, Recur
from escalation.deadlines import Deadline, next_deadline
from escalation.errors import Refusal
from escalation.events import CommandRefused, Entry, Event, Handoff, Resolved
from escalation.messages import Message
from escalation.policy import Slice
from escalation.review.incident import ReviewCase
from escalation.ticket import Ticket
from workflows import attributes, kinship, measures, options, summaries
from workflows.card import drawn
from workflows.case import Case
from workflows.mailbox import Letter, failure, guarded, in_trace, mark_of
from workflows.questions import TicketQuestions, after
from workflows.standing import carried_through

_SEEN = 500  # request ids kept: more than a ticket ever sees between two repeats of one request
_RECENT = 6


@workflow.defn(name="Ticket")
class TicketWorkflow(TicketQuestions):
    """The loop takes letters and deadlines one at a time: judge, name a receiver, apply, write and send."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        self._case = case
        self._mail: list[Letter] = []
        self._show()

    @workflow.run
    async def run(self, _: Case) -> str:
        """The stage in which the ticket ended; a request to cancel the workflow ends nothing."""
        return await carried_through(self._story(), "a ticket ends by its own commands, close, cancel or merge")

    async def _story(self) -> str:
        """The one loop."""
        if self._case.ticket is None:
            await self._take_in()
        while True:
            await self._answer_mail()
            await self._meet_deadlines()
            if self._finished() and await self._quiet():
                return self._ticket.stage.value
            if workflow.info().is_continue_as_new_suggested() and self._case.portable and await self._quiet():
                workflow.continue_as_new(self._case)
            await self._wait()

    # ---------------------------------------------------------------------------------------- taking in
    async def _take_in(self) -> None:
        """The intake judged; what the rules refuse here was started past the API, and ends at once."""
        command = self._case.intake
        if command is None:
            raise ApplicationError("A ticket starts with its intake.", type="no_intake", non_retryable=True)
        try:
            with guarded(command.name):
                events = desk.open_ticket(self._case.ticket_id, command, self._case.policy, workflow.now())
            await self._make_true(events, command.request_id)
        except Refusal as refusal:
            raise failure(refusal) from None

    # ---------------------------------------------------------------------------------------- the mailbox
    async def _answer_mail(self) -> None:
        """In the order of time: a deadline that came before the letter was read is met first, and not forgotten.

        A command could stop its clock otherwise, and after an outage that is every overdue deadline.
        """
        while self._mail:
            await self._meet_deadlines()
            letter = self._mail[0]
            with in_trace(letter.asked_in):
                await self._answer(letter)
            self._mail.pop(0)

    async def _answer(self, letter: Letter) -> None:
        try:
            await self._obey(letter)
            with guarded("view"):
                letter.answer = self._view()
        except Refusal as refusal:
            await self._note_refusal(letter, refusal)
            letter.refusal = refusal

    async def _obey(self, letter: Letter) -> None:
        if letter.request_id in self._case.seen:
            return
        events = self._decide(letter.command)
        if isinstance(letter.command, Merge):
            await self._hand_to(letter.command.into)
        if isinstance(letter.command, Attach) and events:
            await kinship.ask_parent(self._ticket, letter.command.parent.strip())
        adopted = letter.command.policy if isinstance(letter.command, AdoptPolicy | ChangeAgreement) else None
        await self._make_true(events, letter.request_id, adopted)
        await kinship.tell(kinship.reply(self._ticket, letter.command))
        self._answered(letter)

    def _decide(self, command: AnyCommand, ticket: Ticket | None = None) -> Sequence[Event]:
        with guarded(command.name):
            return desk.decide(ticket or self._ticket, command, self._case.policy, workflow.now())

    async def _note_refusal(self, letter: Letter, refusal: Refusal) -> None:
        """A signal has no answer, so its refusal stands on the timeline."""
        if not letter.wants_answer and not self._ticket.over:
            await self._note(letter.command, refusal, letter.request_id)
            self._answered(letter)

    async def _note(self, command: AnyCommand, refusal: Refusal, request_id: str) -> None:
        noted = CommandRefused(
            at=workflow.now(), by=command.by, command=command.name, code=refusal.code, message=refusal.message
        )
        await self._make_true([noted], request_id)

    async def _meet_deadlines(self) -> None:
        """Everything that has fallen due; what needs nobody's name is written in one go, as after an outage."""
        case = self._case
        if case.retry_at and case.retry_at <= workflow.now():
            await self._carry_out([])
        if case.judge_at and case.judge_at > workflow.now():
            return
        try:
            while events := self._overdue():
                await self._make_true(events, "")
            case.judge_at = None
        except Refusal as refusal:
            known, case.judge_at = case.judge_at, workflow.now() + options.JUDGE_AGAIN
            if not known:
                await self._note(DeadlinePassed(), refusal, "")

    def _overdue(self) -> Sequence[Event]:
        """One deadline after the other, each judged on the ticket that the last one left, up to one that needs a name.

        Where the rules fail on one, those before it are met all the same.
        """
        ticket, met = self._ticket, list[Event]()
        try:
            while events := self._decide(DeadlinePassed(), ticket):
                if desk.needs(events):
                    return met or events
                met += events
                ticket = after(ticket, events)
        except Refusal:
            if not met:
                raise
        return met

    # ---------------------------------------------------------------------------------------- making it so
    async def _make_true(self, events: Sequence[Event], request_id: str, adopted: Slice | None = None) -> None:
        """Name the people, apply the events, and carry out what follows from them; all of it or, refused, nothing.

        A policy that is adopted counts from this event on, in every later run too.
        """
        named = await self._name(events, request_id)
        case = self._case
        policy = adopted or case.policy
        first_seq = case.ticket.seq + 1 if case.ticket else 1
        with guarded(named[0].kind if named else "nothing"):
            ticket = after(case.ticket, named)
            sent = effects.messages(ticket, named, first_seq, policy)
            told = kinship.words(case.ticket, named, policy)
        case.ticket, case.policy = ticket, policy
        case.unwritten.extend(
            Entry(
                ticket_id=case.ticket_id,
                seq=first_seq + place,
                policy_version=case.policy.version,
                request_id=request_id,
                event=event,
            )
            for place, event in enumerate(named)
        )
        self._remember(named)
        measures.count(named)
        self._show()
        await self._carry_out(sent)
        await kinship.tell(told)
        if any(isinstance(event, Handoff) and event.alike for event in named) and (again := self._decide(Recur())):
            await self._make_true(again, "")
        reviewed = self._ticket.reached_tier_3 or self._ticket.major
        if reviewed and any(isinstance(event, Resolved) for event in named):
            await self._start_review()

    async def _carry_out(self, messages: Sequence[Message]) -> None:
        """Write and send; what could not be done stays in the case and is tried again at the next turn."""
        case = self._case
        case.unsent.extend(messages)
        done = Done(written=True, sent=True)
        while (case.unwritten or case.unsent) and done.written and done.sent:
            errand = Errand(entries=case.offered(), messages=case.unsent)
            try:
                done = await workflow.execute_activity_method(
                    EffectActivities.carry_out,
                    errand,
                    summary=summaries.errand(errand.entries, errand.messages),
                    **options.CARRY_OUT,
                )
            except ActivityError:
                done = Done(written=False, sent=False)
            if done.written:
                case.unwritten = case.unwritten[len(errand.entries) :]
            if done.sent:
                case.unsent = []
        self._try_again_later(failed=not (done.written and done.sent))

    def _try_again_later(self, *, failed: bool) -> None:
        case = self._case
        case.failures = case.failures + 1 if failed else 0
        wait = min(options.JOURNAL_RETRY_FIRST * 2 ** min(case.failures - 1, 10), options.JOURNAL_RETRY_MOST)
        case.retry_at = workflow.now() + wait if failed else None

    async def _start_review(self) -> None:
        """Every Tier 3 incident is reviewed, once; the review outlives the ticket."""
        if self._case.review_started:
            return
        self._case.review_started = True
        review = ReviewCase.of(self._ticket, self._case.policy)
        try:
            await workflow.start_child_workflow(
                "Review",  # by name: the class would be loaded anew for every ticket
                review,
                id=f"review/{self._ticket.id}",
                parent_close_policy=ParentClosePolicy.ABANDON,
                search_attributes=attributes.of_review(review),
                static_summary=f"Post-escalation review · {self._ticket.client} · {self._ticket.subject}"[:200],
            )
        except WorkflowAlreadyStartedError:
            return

    # ---------------------------------------------------------------------------------------- the timer
    async def _wait(self) -> None:
        """Until there is mail, or the earliest deadline; the timer stands only while the loop has nothing else to do.

        So a timer and an activity are never outstanding together (docs/adr/0002).
        """
        coming = self._next()
        try:
            await workflow.wait_condition(
                lambda: bool(self._mail),
                timeout=max(coming.at - workflow.now(), options.SHORTEST_TIMER) if coming else None,
                timeout_summary=summaries.guarded_by(coming) if coming else None,
            )
        except TimeoutError:
            return

    def _next(self) -> Deadline | None:
        """The earliest of the ticket's own deadlines and the next try at what is not carried out yet."""
        retry_at = self._case.retry_at
        retry = Deadline(retry_at, "journal and messages", "tried again") if retry_at else None
        due = next_deadline(self._ticket)
        if due and self._case.judge_at:
            due = due._replace(at=max(due.at, self._case.judge_at))
        return min((d for d in (due, retry) if d), default=None)

    # ---------------------------------------------------------------------------------------- the rest
    @property
    def _ticket(self) -> Ticket:
        return self._opened()

    def _finished(self) -> bool:
        """Over, and nothing left to write or send."""
        case = self._case
        return case.ticket is not None and case.ticket.over and not (case.unwritten or case.unsent or self._mail)

    async def _quiet(self) -> bool:
        """Whether every caller has its answer; letters that come meanwhile are answered first."""
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() or bool(self._mail))
        return not self._mail

    def _answered(self, letter: Letter) -> None:
        seen = self._case.seen
        if letter.request_id:
            seen[letter.request_id] = mark_of(letter.command)
            while len(seen) > _SEEN:
                seen.pop(next(iter(seen)))

    def _remember(self, events: Sequence[Event]) -> None:
        case = self._case
        lines = [f"{event.at:%d %b %H:%M} {event.by}: {event.kind.replace('_', ' ')}" for event in events]
        case.recent = [*case.recent, *lines][-_RECENT:]

    def _show(self) -> None:
        """Card and search attributes, for operators; one upsert at most, and only for what changed."""
        ticket = self._case.ticket
        if ticket is None:
            return
        workflow.set_current_details(drawn(ticket, self._case.recent))
        updates = attributes.changes(self._case.attributes, ticket)
        if updates:
            workflow.upsert_search_attributes(updates)
            self._case.attributes = attributes.values(ticket)
