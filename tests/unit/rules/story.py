"""A ticket played command by command, with a stub desk that names people by a fixed order and a clock that is told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from escalation.calendar import AROUND_THE_CLOCK
from escalation.checklists import sop_of, with_guide
from escalation.commands import (
    Accept,
    AdoptPolicy,
    AnyCommand,
    ChangeAgreement,
    Contact,
    DeadlinePassed,
    Escalate,
    Intake,
    IntakeFacts,
    Open,
    Recur,
)
from escalation.deadlines import next_deadline
from escalation.desk import decide, name, needs, open_ticket
from escalation.errors import Refusal
from escalation.events import Event, Handoff, Need
from escalation.guide import Guide
from escalation.handoff import HandoffNote, StepTried
from escalation.policy import Slice
from escalation.ports import Named
from escalation.sla import Clock
from escalation.terms import Role
from escalation.ticket import Ticket, opened
from tierline import PARTS_ROOT
from tierline.policy_file import load_policy

POLICY = load_policy(PARTS_ROOT / "policies" / "default.yaml", range(2025, 2030))
MONDAY = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)  # 08:00 in Chicago, where the desk of most tests opens

MANAGER, LEAD, DISPATCHER = "grace", "ruth", "dana"
PEOPLE: dict[int | None, tuple[str, ...]] = {
    1: ("tomas", "priya", "jun"),
    2: ("marek", "elena", "omar"),
    3: ("sofia", "ivan"),
}
_BY_ROLE = {Role.DISPATCHER: DISPATCHER, Role.TEAM_LEAD: LEAD, Role.SERVICE_MANAGER: MANAGER}

FACTS = IntakeFacts(
    affected_systems=("Active Directory",),
    error_messages="The account is locked out",
    users_affected=1,
    recent_changes="none known",
    steps_attempted="none yet",
)
CONTACT = Contact(name="Bob Miller", email="bob@acme-dental.example")
NOTE = HandoffNote(
    summary_symptoms="Bob cannot sign in since this morning; every try says that the account is locked.",
    steps_tried=(StepTried(step="Unlocked the account", result="Locked again within a minute"),),
    what_failed="Unlocking does not hold",
    suspected_cause="A stale password on another device",
    customer_told="We call back within the hour",
)

E = TypeVar("E")


def policy_of(client: str = "acme-dental", *, always_open: bool = True) -> Slice:
    """The slice of a client; with `always_open` its own calendar never closes, so that sums are easy to read."""
    cut = POLICY.slice_for(client)
    if not always_open:
        return cut
    return cut.model_copy(update={"calendars": cut.calendars | {"client": AROUND_THE_CLOCK}})


class StubDesk:
    """Names the first person of the tier who is not excluded; when nobody is left, the service manager."""

    def __init__(self, people: dict[int | None, tuple[str, ...]] | None = None) -> None:
        self._people = PEOPLE if people is None else people

    def named(self, need: Need) -> Named:
        """The person for this need."""
        if need.person:
            return Named(person=need.person, via="named")
        if need.role is not Role.TECHNICIAN:
            return Named(person=_BY_ROLE[need.role], via="role")
        if need.prefer and need.prefer not in need.exclude:
            return Named(person=need.prefer, via="on_shift")
        free = [who for who in self._people.get(need.tier, ()) if who not in need.exclude]
        return Named(person=free[0], via="on_shift") if free else Named(person=MANAGER, via="manager")


class Story:
    """One ticket, its events so far, and the moment."""

    def __init__(
        self,
        policy: Slice | None = None,
        desk: StubDesk | None = None,
        now: datetime = MONDAY,
        guides: dict[str, Guide] | None = None,
    ) -> None:
        self.guides = guides or {}
        self.policy = policy or policy_of()
        self.policies = [self.policy]
        self.desk = desk or StubDesk()
        self.now = now
        self.events: list[Event] = []
        self.alike: tuple[str, ...] = ()
        self._ticket: Ticket | None = None

    @property
    def ticket(self) -> Ticket:
        assert self._ticket is not None, "nothing was taken in yet"
        return self._ticket

    @property
    def owner(self) -> str:
        return self.ticket.owner

    def open(self, **fields: object) -> "Story":
        """Take a ticket in: a locked-out user of Tier 1, unless the fields say otherwise."""
        said = {
            "client": self.policy.client.id,
            "contact": CONTACT,
            "subject": "Cannot sign in",
            "category": "identity.password_reset",
            "impact": 2,
            "urgency": 2,
            "facts": FACTS,
        }
        command = Open(by="portal", role=Role.INTEGRATION, intake=Intake.model_validate(said | fields))
        self._apply(open_ticket("T-1", command, self.policy, self.now))
        return self

    def do(self, command: AnyCommand) -> list[Event]:
        """Play a command, by the owner unless it says by whom; the events that it made."""
        decided = decide(self.ticket, self.signed(command), self.policy, self.now)
        if isinstance(command, AdoptPolicy | ChangeAgreement) and command.policy and decided:
            self.policy = command.policy
            self.policies.append(command.policy)
        return self._apply(decided)

    def refuses(self, refusal: type[Refusal], command: AnyCommand) -> Refusal:
        """Play a command that must be refused so, and leave the ticket as it was."""
        before = self.ticket.model_dump_json()
        with pytest.raises(Refusal) as caught:
            decide(self.ticket, self.signed(command), self.policy, self.now)
        assert type(caught.value) is refusal, f"{type(caught.value).__name__}: {caught.value}"
        assert self.ticket.model_dump_json() == before
        return caught.value

    def signed(self, command: AnyCommand) -> AnyCommand:
        return command if command.by else command.model_copy(update={"by": self.owner})

    def wait(self, **time: float) -> list[Event]:
        """Let time pass; each deadline is judged at its moment. The events that this made."""
        return self.until(self.now + timedelta(**time))

    def until(self, moment: datetime) -> list[Event]:
        made: list[Event] = []
        while (coming := next_deadline(self.ticket)) and coming.at <= moment:
            self.now = max(self.now, coming.at)
            made += self.judge_one()
        self.now = moment
        return made

    def sleep(self, **time: float) -> "Story":
        """Let time pass while nobody judges deadlines, as when every worker is down."""
        self.now += timedelta(**time)
        return self

    def judge_one(self) -> list[Event]:
        """Judge the earliest deadline, whether it has come or not."""
        return self._apply(decide(self.ticket, DeadlinePassed(), self.policy, self.now))

    def clock(self, name: str) -> Clock:
        return self.ticket.clocks[name]

    def _apply(self, decided: Sequence[Event]) -> list[Event]:
        guide = self.guides.get(self._sop(decided) or "")
        people = {place: self._named(need, guide) for place, need in needs(decided)}
        made = name(decided, people) if people else with_guide(decided, guide)
        for event in made:
            self._ticket = opened(event) if self._ticket is None else self._ticket.after(event)  # type: ignore[arg-type]
        self.events += made
        if any(isinstance(event, Handoff) and event.alike for event in made):
            made += self._apply(decide(self.ticket, Recur(), self.policy, self.now))
        return made

    def _sop(self, decided: Sequence[Event]) -> str | None:
        after = self._ticket
        for event in decided:
            after = opened(event) if after is None else after.after(event)  # type: ignore[arg-type]
        return sop_of(after, self.policy) if after else None

    def _named(self, need: Need, guide: Guide | None) -> Named:
        """The desk's answer, with the SOP; a ticket that comes to Tier 2 hears of those that are like it."""
        named = self.desk.named(need).model_copy(update={"guide": guide})
        return named.model_copy(update={"alike": self.alike}) if self.alike and need.tier == 2 else named


def of_kind(events: Sequence[Event], kind: type[E]) -> list[E]:
    """The events of one type, in order."""
    return [event for event in events if isinstance(event, kind)]


def at_tier(tier: int, policy: Slice | None = None, **fields: object) -> Story:
    """A ticket whose owner at this tier has taken it up, with the lower tiers' full notes."""
    story = Story(policy).open(**fields)
    story.do(Accept())
    while (story.ticket.tier or tier) < tier:
        go_up(story)
    return story


def go_up(story: Story) -> None:
    """One tier up by a person's full note; into Tier 3 by a service manager's word."""
    n = len(story.ticket.notes)
    step = StepTried(step=f"Looked into layer {n}", result="Not the cause", tier=story.ticket.tier)
    note = NOTE.model_copy(update={"steps_tried": (*(NOTE.steps_tried or ()), step)})
    if story.ticket.tier == 2:
        story.do(
            Escalate(
                by=MANAGER,
                role=Role.SERVICE_MANAGER,
                reason="deeper_technical_analysis",
                note=note,
                override_reason="The client has waited long enough",
            )
        )
    else:
        story.do(Escalate(reason="deeper_technical_analysis", note=note))
    story.do(Accept())
