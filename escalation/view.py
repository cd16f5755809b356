"""A ticket as people and tools see it: the answer to every command, and the queries' answers."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime

from escalation import sla
from escalation.accounts import Spent, spent, stretches
from escalation.checklists import open_steps
from escalation.clockwork import TIER
from escalation.commands import ASKED, Contact, IntakeFacts
from escalation.deadlines import deadlines
from escalation.durations import Duration
from escalation.guide import Checklist, checklist
from escalation.handoff import HandoffNote
from escalation.lifecycle import Stage
from escalation.permissions import AFTERWARDS, OWNERS_ONLY
from escalation.policy import AgreedBy, Slice
from escalation.prefill import prefilled
from escalation.promises import VENDOR
from escalation.records import Alerted, Breach, FiledNote, Major, NoteDebt, Rating, Stay
from escalation.satisfaction import may_be_rated, waits_for_an_answer
from escalation.sla import Clock, Pause, Stretch
from escalation.terms import Facts, Flag, Kind, Priority, Scope, Tier
from escalation.ticket import Ticket

_NEVER, _SECOND = timedelta(), timedelta(seconds=1)


class StayView(Facts):
    """One link of the chain so far; `owners`, where several had the ticket there, one after the other."""

    tier: Tier
    owner: str
    owners: tuple[str, ...] | None = None
    began_at: AwareDatetime
    accepted_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class ClockLine(Facts):
    """A clock in short: when it is due, and how it stands."""

    due_at: AwareDatetime | None = None
    state: str


class DeadlineView(Facts):
    """What falls due next, and when."""

    what: str
    at: AwareDatetime


class TicketView(Facts):
    """Where a ticket is, who has it, what comes next, and what is allowed now.

    `to_tick` are the steps of its SOP that its tier must do, or pass over with a reason, before it goes up.
    """

    id: str
    seq: int
    client: str
    contact: Contact
    subject: str
    kind: Kind
    category: str | None = None
    impact: int | None = None
    urgency: int | None = None
    priority: Priority
    vip: bool = False
    stage: Stage
    tier: Tier | None = None
    owner: str
    owned_since: AwareDatetime
    epoch: int = 0
    accepted_at: AwareDatetime | None = None
    coordinator: str
    watchers: tuple[str, ...] = ()
    hold: str | None = None
    emergency: bool = False
    escalations: int = 0
    returns: int = 0
    reopen_count: int = 0
    merged_into: str | None = None
    reopens: str | None = None
    problem: str | None = None
    alerts: Alerted | None = None
    parent: str | None = None
    child_count: int = 0
    major: Major | None = None
    note_debt: NoteDebt | None = None
    sop: str | None = None
    sop_revision: int | None = None
    to_tick: tuple[str, ...] = ()
    stagnant_since: AwareDatetime | None = None
    under_escalated: AwareDatetime | None = None
    uncovered: bool = False
    clocks: dict[str, ClockLine]
    next_deadline: DeadlineView | None = None
    chain: tuple[StayView, ...]
    allowed: tuple[str, ...]
    opened_at: AwareDatetime
    resolved_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    rating: Rating | None = None
    policy_version: str


class ClockView(Facts):
    """A clock explained to the second: each stretch of its life, whether it counted, and who had the ticket."""

    name: str
    generation: int
    target: Duration
    calendar: str
    started_at: AwareDatetime
    elapsed: Duration
    remaining: Duration
    due_at: AwareDatetime | None = None
    state: str
    breached: bool
    pauses: tuple[Pause, ...]
    marks: dict[str, AwareDatetime | None]
    spent: Spent
    stretches: tuple[Stretch, ...]


class SlaView(Facts):
    """Every clock of a ticket at one moment, and by whose agreement: of the most specific who have one."""

    ticket_id: str
    at: AwareDatetime
    policy_version: str
    agreement: str | None = None
    agreed_by: AgreedBy = "client"
    clocks: tuple[ClockView, ...]
    deadlines: tuple[DeadlineView, ...]
    breaches: dict[str, Breach] = {}


class HandoffView(Facts):
    """What was taken in, the note prefilled for the next handoff, every note so far as it was filed, and the SOP."""

    ticket_id: str
    subject: str
    description: str
    scope: Scope
    flags: tuple[Flag, ...]
    facts: IntakeFacts
    required_skill: str | None = None
    known_issue: str | None = None
    asset: str | None = None
    note: HandoffNote
    still_to_write: tuple[str, ...]
    filed: tuple[FiledNote, ...]
    checklist: Checklist | None = None


def view(ticket: Ticket) -> TicketView:
    """The view of a ticket as it stands."""
    coming = due(ticket)
    return TicketView(
        **{name: getattr(ticket, name) for name in _SAME},
        tier=ticket.tier,
        hold=ticket.hold.reason if ticket.hold else None,
        uncovered=ticket.uncovered,
        child_count=len(ticket.children),
        sop=ticket.guide.sop if ticket.guide else None,
        sop_revision=ticket.guide.revision if ticket.guide else None,
        to_tick=open_steps(ticket),
        stagnant_since=ticket.idle.since if ticket.idle and ticket.idle.level else None,
        clocks={c.name: ClockLine(due_at=c.due_at, state=state(c)) for c in ticket.clocks.values() if _telling(c)},
        next_deadline=coming[0] if coming else None,
        chain=tuple(map(_link, ticket.stays)),
        allowed=allowed(ticket),
        resolved_at=ticket.ending.at if ticket.ending else None,
    )


def _link(stay: Stay) -> StayView:
    owners = stay.owners if len(stay.owners) > 1 else None
    return StayView.model_validate(stay.model_dump() | {"owners": owners})


def sla_view(ticket: Ticket, policy: Slice, now: datetime) -> SlaView:
    """Each clock with its target, time used and left, pauses and marks."""
    return SlaView(
        ticket_id=ticket.id,
        at=now,
        policy_version=ticket.policy_version,
        agreement=ticket.agreement,
        agreed_by=ticket.agreed_by,
        clocks=tuple(_explained(clock, ticket, policy, now) for clock in ticket.clocks.values()),
        deadlines=tuple(due(ticket)),
        breaches=ticket.breaches,
    )


def due(ticket: Ticket) -> list[DeadlineView]:
    """What falls due, soonest first."""
    return [DeadlineView(what=str(d), at=d.at) for d in sorted(deadlines(ticket))]


def handoff_view(ticket: Ticket, policy: Slice) -> HandoffView:
    """What the next note can take from the ticket, what somebody has to write, and all that a receiver must know."""
    note = prefilled(ticket, policy)
    empty = tuple(name for name, value in note if value is None and name != "business_impact")
    taken_in = {name: getattr(ticket, name) for name in HandoffView.model_fields if name in Ticket.model_fields}
    steps = checklist(ticket.guide, ticket.ticked) if ticket.guide else None
    return HandoffView(
        ticket_id=ticket.id, note=note, still_to_write=empty, filed=ticket.notes, checklist=steps, **taken_in
    )


def allowed(ticket: Ticket) -> tuple[str, ...]:
    """The commands that the stage permits; whether a person may is a matter of role and ownership."""
    named = {name for name in ASKED if name not in _STAGE_BOUND} | _BY_STAGE.get(ticket.stage, _AT_A_TIER)
    named -= _NOT_HERE.get(ticket.stage, frozenset())
    if ticket.over:
        named &= AFTERWARDS
    if not may_be_rated(ticket):
        named.discard("rate_service")
    if not waits_for_an_answer(ticket):
        named.discard("answer_rating")
    if not ticket.hold:
        named.discard("resume")
    if not any(clock.breached for clock in ticket.clocks.values()):
        named -= {"state_breach"}
    if not ticket.breaches:
        named -= {"ask_exclusion", "decide_exclusion"}
    named -= _not_of_the_family(ticket)
    if ticket.note_debt is None:
        named.discard("complete_note")
    if not ticket.notes:
        named.discard("rate_note")
    if ticket.guide is None:
        named.discard("tick")
    return tuple(sorted(named))


def _not_of_the_family(ticket: Ticket) -> frozenset[str]:
    """What only a child, only a parent, or only a major incident can be asked."""
    unfit = set() if ticket.parent else {"detach"}
    unfit |= set() if ticket.is_major else {"post_update", "stand_down"}
    if ticket.children or ticket.ending:
        unfit.add("attach")
    if ticket.parent or ticket.tier is None:
        unfit.add("declare_major")
    return frozenset(unfit)


def state(clock: Clock) -> str:
    """`kept`, `breached`, `paused` or `running`."""
    if clock.breached:
        return "breached"
    if clock.stopped_at:
        return "kept"
    return "paused" if clock.paused else "running"


def _telling(clock: Clock) -> bool:
    """Whether it belongs into the short view: what a tier or a vendor had promised, and kept, is over and done."""
    within = clock.name == VENDOR or clock.name.startswith(TIER)
    return not within or clock.stopped_at is None or clock.breached


def _explained(clock: Clock, ticket: Ticket, policy: Slice, now: datetime) -> ClockView:
    calendar = policy.calendar(clock.calendar)
    used = sla.counted(clock, calendar, now)
    pieces = stretches(clock, calendar, ticket.spells, now)
    shown = used - used % _SECOND
    return ClockView(
        name=clock.name,
        generation=clock.generation,
        target=clock.target,
        calendar=clock.calendar,
        started_at=clock.started_at,
        elapsed=shown,
        remaining=max(clock.target - shown, _NEVER),
        due_at=clock.due_at,
        state=state(clock),
        breached=clock.breached or used > clock.target,
        pauses=clock.pauses,
        marks={name: mark.at for name, mark in clock.marks.items()},
        spent=spent(pieces, calendar),
        stretches=pieces,
    )


_SAME = tuple(
    name for name in TicketView.model_fields if name in Ticket.model_fields and name not in {"hold", "clocks"}
)
_AT_A_TIER = frozenset({*OWNERS_ONLY, "accept", "emergency", "coordinate", "cancel", "merge"})
_BY_STAGE = {
    Stage.TRIAGE: frozenset({"triage", "accept", "emergency", "coordinate", "hold", "resume", "cancel", "merge"}),
    Stage.RESOLVED: frozenset({"reopen", "close", "coordinate", "near_miss", "rate_note"}),
}
_NOT_HERE = {  # a move that would lead nowhere from this tier, and almost-escalations above the first
    Stage.TIER_1: frozenset({"return"}),
    Stage.TIER_2: frozenset({"near_miss"}),
    Stage.TIER_3: frozenset({"escalate", "emergency", "near_miss"}),
}
_STAGE_BOUND = _AT_A_TIER | frozenset({"triage", "reopen", "close"})
