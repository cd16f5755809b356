"""The draft of a review: what the journal says, in the order in which people ask, and nothing that it does not say."""

from collections.abc import Iterator, Sequence

from escalation.events import (
    Accepted,
    AttemptLogged,
    Cancelled,
    Coordinated,
    Entry,
    Escalated,
    Event,
    Handoff,
    NoteCompleted,
    NoteOverdue,
    NoteRated,
    Resolved,
    TriggerFired,
)
from escalation.review.incident import (
    QUESTIONS,
    ClockOutcome,
    Document,
    Fired,
    Holding,
    NoteReview,
    ProposedRevision,
    Question,
    Review,
    ReviewCase,
    SimilarTicket,
    Tried,
)
from escalation.review.sop import revision
from escalation.sla import ZERO, Clock
from escalation.terms import Tier
from escalation.ticket import Ticket, fold


def draft(
    case: ReviewCase, entries: Sequence[Entry], similar: Sequence[SimilarTicket], current: Document | None = None
) -> Review:
    """The review of the ticket that this journal tells of, up to its last resolution; ValueError if it has none.

    `current` is the SOP as published; the proposal adds to it.
    """
    events = _until_resolved([entry.event for entry in entries])
    ticket = fold(events)
    ending = ticket.ending
    if ending is None:
        raise ValueError(f"{case.ticket_id} is not resolved")
    fired = tuple(_fired(events))
    tried = tuple(_tried(events))
    proposed = revision(case, ticket, tried, fired, current)
    return Review(
        case=case,
        resolved_at=ending.at,
        resolved_tier=ending.tier,
        cause=ending.cause,
        resolution=ending.resolution,
        holdings=holdings(events),
        tried=tried,
        fired=fired,
        notes=_notes(events),
        clocks=tuple(_outcome(clock) for clock in ticket.clocks.values()),
        similar=tuple(similar),
        questions=_questions(ticket, fired, tried, similar, proposed),
        proposed=proposed,
    )


def _until_resolved(events: list[Event]) -> list[Event]:
    last = max((place for place, event in enumerate(events) if isinstance(event, Resolved)), default=-1)
    return events[: last + 1] or events


# ------------------------------------------------------------------------------------------------------- the facts
def holdings(events: Sequence[Event]) -> tuple[Holding, ...]:
    """Who held the ticket, at which tier, from when to when, and when they took it up."""
    held: list[Holding] = []
    for event in events:
        match event:
            case Handoff(owner=str(owner)) if owner:
                held = [*_ended(held, event), _begun(event, held)]
            case Accepted() if held:
                held[-1] = held[-1].model_copy(update={"accepted_at": event.at})
            case Resolved() | Cancelled():
                held = _ended(held, event)
            case _:
                pass
    return tuple(held)


def _begun(event: Handoff, before: list[Holding]) -> Holding:
    tier = event.to_tier if event.to_tier is not None or not before else before[-1].tier
    came_by = str(getattr(event, "kind", "handoff"))
    return Holding(person=event.owner, tier=tier, began_at=event.at, came_by=came_by)


def _ended(held: list[Holding], event: Event) -> list[Holding]:
    if not held or held[-1].ended_at is not None:
        return held
    return [*held[:-1], held[-1].model_copy(update={"ended_at": event.at})]


def _tried(events: Sequence[Event]) -> Iterator[Tried]:
    for event in events:
        if isinstance(event, AttemptLogged):
            yield Tried(**{name: getattr(event, name) for name in Tried.model_fields})


def _fired(events: Sequence[Event]) -> Iterator[Fired]:
    for event in events:
        match event:
            case Handoff() if event.trigger or isinstance(event, Escalated):
                yield _move(event)
            case TriggerFired():
                yield Fired(
                    at=event.at,
                    trigger=event.trigger,
                    reason=f"informs the {event.inform.replace('_', ' ')}" if event.inform else "",
                    did="informed",
                    values=event.values,
                    matched=event.matched,
                )
            case Coordinated():
                yield Fired(at=event.at, trigger=event.trigger, reason=event.reason, did="coordinated")
            case _:
                pass


def _move(event: Handoff) -> Fired:
    return Fired(
        at=event.at,
        trigger=event.trigger,
        reason=event.reason,
        did="moved",
        from_tier=event.from_tier,
        to_tier=event.to_tier,
        values=event.values,
        matched=event.matched,
        override=event.override if isinstance(event, Escalated) else "",
    )


def _notes(events: Sequence[Event]) -> tuple[NoteReview, ...]:
    notes: list[NoteReview] = []
    for event in events:
        match event:
            case Handoff() if getattr(event, "note", None) is not None:
                lacked = event.incomplete if isinstance(event, Escalated) else ()
                ends = {"from_tier": event.from_tier, "to_tier": event.to_tier}
                notes.append(NoteReview(at=event.at, by=event.by, lacked=lacked, **ends))
            case NoteCompleted() if notes:
                notes[-1] = notes[-1].model_copy(update={"completed_at": event.at})
            case NoteOverdue() if notes:
                notes[-1] = notes[-1].model_copy(update={"overdue": True})
            case NoteRated() if notes:
                notes[-1] = notes[-1].model_copy(update={"rating": event.rating})
            case _:
                pass
    return tuple(notes)


def _outcome(clock: Clock) -> ClockOutcome:
    over = max(clock.counted - clock.target, ZERO)
    kept = "kept" if clock.stopped_at else "open"
    return ClockOutcome(
        name=clock.name,
        target=clock.target,
        calendar=clock.calendar,
        used=clock.counted,
        outcome="breached" if clock.breached else kept,
        breached_by=over if clock.breached else ZERO,
        pauses=len(clock.pauses),
    )


# --------------------------------------------------------------------------------------------------- the questions
def _questions(
    ticket: Ticket,
    fired: Sequence[Fired],
    tried: Sequence[Tried],
    similar: Sequence[SimilarTicket],
    proposed: ProposedRevision,
) -> tuple[Question, ...]:
    """The five, answered as far as the facts go; the permanent fix is never among the facts."""
    said = {
        "root_cause": _cause(ticket),
        "why_not_lower": _why_not_lower(fired),
        "permanent_fix": "",
        "sop_change": _sop_change(tried, proposed),
        "tier_next_time": _tier_next_time(ticket, similar),
    }
    return tuple(
        Question(key=key, text=text, answer=said[key], source="facts" if said[key] else "people")
        for key, text in QUESTIONS.items()
    )


def _cause(ticket: Ticket) -> str:
    ending = ticket.ending
    if ending is None or not ending.cause:
        return ""
    return f"Recorded at resolution: {ending.cause}. {ending.resolution}".strip()


def _why_not_lower(fired: Sequence[Fired]) -> str:
    moves = [f for f in fired if f.upward]
    return " ".join(f"{_way(f.from_tier, f.to_tier)}: {because(f)}." for f in moves)


def _way(from_tier: Tier | None, to_tier: Tier | None) -> str:
    left = f"Tier {from_tier}" if from_tier else "Triage"
    return f"{left} to Tier {to_tier}" if to_tier else left


def because(fired: Fired) -> str:
    """Why it happened: the trigger with the values that met it, or a person's reason."""
    values = ", ".join(f"{name} {_plain(value)}" for name, value in fired.values.items())
    said = ": ".join(part for part in (f"trigger {fired.trigger}" if fired.trigger else "", fired.reason) if part)
    override = f", overridden: {fired.override}" if fired.override else ""
    return f"{said or 'no reason recorded'}{f' ({values})' if values else ''}{override}"


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _sop_change(tried: Sequence[Tried], proposed: ProposedRevision) -> str:
    worked = len({t.step for t in tried if t.outcome == "worked"})
    failed = len({t.step for t in tried if t.outcome == "failed"})
    if not worked and not failed:
        return ""
    return f"{proposed.sop} gains {worked} step(s) that worked and {failed} that failed, as drafted."


def _tier_next_time(ticket: Ticket, similar: Sequence[SimilarTicket]) -> str:
    """A lower tier that solved the like already is a fact; that one could have is a judgement."""
    solved_at = ticket.ending.tier if ticket.ending else None
    lower = [s for s in similar if s.tier is not None and solved_at is not None and s.tier < solved_at]
    if not lower:
        return ""
    tier = min(s.tier for s in lower if s.tier is not None)
    ids = ", ".join(s.ticket_id for s in lower if s.tier == tier)
    return f"Tier {tier}, where similar tickets were solved: {ids}."
