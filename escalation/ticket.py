"""A ticket as its events made it. `after` is the only way that one changes; it needs no policy, calendar or clock."""

from pydantic import AwareDatetime

from escalation.attendance import beside
from escalation.changes import changes
from escalation.commands import Contact, Intake, IntakeFacts
from escalation.events import Event, Opened
from escalation.firings import REMEMBERED, Firing, Start, firing, start
from escalation.guide import Guide, Ticked
from escalation.handoff import StepTried
from escalation.lifecycle import OVER, Stage, tier_of
from escalation.policy import AgreedBy
from escalation.records import (
    Alerted,
    Breach,
    Climb,
    Ending,
    FiledNote,
    Idle,
    Major,
    NoteDebt,
    OnHold,
    Rating,
    Spell,
    Stay,
)
from escalation.sla import Clock
from escalation.terms import Facts, Flag, Kind, Priority, Role, Scope, Tier

SERVICE_DESK = "service_desk"


class Ticket(Facts):
    """One client issue from intake to close."""

    id: str
    seq: int = 0
    client: str
    site: str | None = None
    contact: Contact
    subject: str
    description: str = ""
    kind: Kind = Kind.INCIDENT
    source: str = "api"
    external_id: str | None = None
    reopens: str | None = None
    category: str | None = None
    impact: int | None = None
    urgency: int | None = None
    priority: Priority
    scope: Scope = Scope.ONE_USER
    flags: tuple[Flag, ...] = ()
    facts: IntakeFacts = IntakeFacts()
    required_skill: str | None = None
    needed_access: str | None = None
    known_issue: str | None = None
    alike: tuple[str, ...] = ()
    problem: str | None = None
    asset: str | None = None
    vip: bool = False
    policy_version: str
    agreement: str | None = None
    agreed_by: AgreedBy = "client"

    stage: Stage = Stage.TRIAGE
    opened_at: AwareDatetime
    owner: str = ""
    owned_since: AwareDatetime
    accepted_at: AwareDatetime | None = None
    coordinator: str = SERVICE_DESK
    coordinator_role: Role | None = None
    watchers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    technicians: tuple[str, ...] = ()
    hold: OnHold | None = None
    idle: Idle | None = None
    under_escalated: AwareDatetime | None = None
    spells: tuple[Spell, ...] = ()
    breaches: dict[str, Breach] = {}
    clocks: dict[str, Clock] = {}
    epoch: int = 0
    """How often ownership moved: a page says for which of them it was, and an answer to an earlier one is stale."""
    climb: Climb | None = None
    progress_at: AwareDatetime | None = None
    stays: tuple[Stay, ...] = ()
    steps: tuple[StepTried, ...] = ()
    guide: Guide | None = None
    ticked: dict[str, Ticked] = {}
    failed_attempts: int = 0
    repeated_steps: int = 0
    notes: tuple[FiledNote, ...] = ()
    note_debt: NoteDebt | None = None
    fired: tuple[str, ...] = ()
    firings: tuple[Firing, ...] = ()
    start: Start | None = None
    inbound_contacts: int = 0
    escalations: int = 0
    auto_escalations: int = 0
    emergency: bool = False
    returns: int = 0
    bounced: bool = False
    near_misses: int = 0
    reached_tier_3: bool = False
    reopen_count: int = 0
    merged_into: str | None = None
    duplicates: tuple[str, ...] = ()
    alerts: Alerted | None = None
    parent: str | None = None
    children: tuple[str, ...] = ()
    resolved_along: AwareDatetime | None = None
    held_along: AwareDatetime | None = None
    """When it was last resolved, or put on hold, because its parent was."""
    major: Major | None = None
    ending: Ending | None = None
    rating: Rating | None = None
    closed_at: AwareDatetime | None = None

    @property
    def tier(self) -> Tier | None:
        """1, 2 or 3 while the ticket is at a tier."""
        return tier_of(self.stage)

    @property
    def over(self) -> bool:
        """Closed or cancelled: nothing more can happen."""
        return self.stage in OVER

    @property
    def uncovered(self) -> bool:
        """Whether everybody on call was paged, nobody took it up, and nobody else has come on since."""
        climb = self.climb
        if climb is None or self.tier is None or self.accepted_at or self.parent:
            return False
        return climb.exhausted and climb.next_at is None

    @property
    def is_major(self) -> bool:
        """Whether it is a major incident now."""
        return self.major is not None and self.major.ended_at is None

    @property
    def managed(self) -> bool:
        """Whether a service manager speaks with the customer already."""
        return self.coordinator_role is Role.SERVICE_MANAGER

    @property
    def stay(self) -> int:
        """The number of the present stay; a trigger fires once in each."""
        return len(self.stays)

    def has_fired(self, trigger: str) -> bool:
        """Whether the trigger fired in this stay."""
        return f"{trigger}@{self.stay}" in self.fired

    def after(self, event: Event) -> "Ticket":
        """The ticket with one more fact."""
        changed = changes(self, event)
        changed["seq"] = self.seq + 1
        if fired := firing(event, self.stay):
            changed["firings"] = (*self.firings, fired)[-REMEMBERED:]
        if self.start is None and (begun := start(event, self.category, self.known_issue)):
            changed["start"] = begun
        if event.clocks:
            changed["clocks"] = self.clocks | event.clocks
        if event.climb:
            changed["climb"] = event.climb
        ticket = self.model_copy(update=changed)
        more = beside(self, event, ticket)
        return ticket.model_copy(update=more) if more else ticket


def opened(event: Opened) -> Ticket:
    """The ticket that an intake makes; it has no owner until the next event of the same decision."""
    intake = event.intake
    return Ticket(
        id=event.ticket_id,
        seq=1,
        impact=event.impact,
        urgency=event.urgency,
        priority=event.priority,
        vip=event.vip,
        policy_version=event.policy_version,
        agreement=event.agreement,
        agreed_by=event.agreed_by or "client",
        opened_at=event.at,
        owned_since=event.at,
        clocks=event.clocks,
        **{name: getattr(intake, name) for name in _TAKEN_IN},
    )


# What an intake says is on the ticket as it was said; the rest is judged first.
_JUDGED = {"impact", "urgency", "agreement"}
_TAKEN_IN = tuple(n for n in Intake.model_fields if n in Ticket.model_fields and n not in _JUDGED)


def fold(events: list[Event]) -> Ticket:
    """The ticket that a whole story tells; the first event is its intake."""
    first, *rest = events
    if not isinstance(first, Opened):
        raise ValueError(f"a ticket's story begins with its intake, not with {first.kind!r}")
    ticket = opened(first)
    for event in rest:
        ticket = ticket.after(event)
    return ticket
