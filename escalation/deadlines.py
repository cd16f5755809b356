"""What falls due on a ticket, when, and what happens then. One deadline at a time, each once."""

from datetime import datetime
from typing import NamedTuple

from escalation import promises, sla
from escalation.alerted import kept_quiet
from escalation.clockwork import TIER
from escalation.ending import NO_ANSWER, resolved
from escalation.events import AcceptMissed, Closed, Event, HoldFollowedUp, MarkPassed, Need, NoteOverdue, Transferred
from escalation.firing import MAX_AUTO_HOPS, coordinated, escalates
from escalation.firings import UNACCEPTED
from escalation.major import update_missed
from escalation.paging import judge_page, judge_silence
from escalation.records import Climb
from escalation.situation import Situation
from escalation.stagnation import nudged, under_escalated
from escalation.terms import EscalationKind
from escalation.ticket import Ticket
from escalation.working import resumed

TOLD_EARLY, AT_RISK = "S2", "S3"  # the triggers that are kept by clocks; S1 has its name from the policy
_SHARED = (promises.FIRST_RESPONSE, promises.RESOLUTION)  # the clocks of which a share that is used up says something
_PAGE_AGAIN, _NEXT_PERSON, _MANAGER = 1, 2, 3


_BY_ITSELF = "resolution, up to Tier 2 by itself"
_WORDS = {
    "hold_follow_up": "a reminder of the hold",
    "longest_hold": "the longest time for such a hold",
    "note_owed": "the rest of the handoff note",
    "idle": "work that stands still",
    "page": "the next step of the paging ladder",
    "no_progress": "silence after an emergency was taken up",
    "close": "closing by itself",
    "major_update": "the next word to the clients of a major incident",
}


class Deadline(NamedTuple):
    """A moment, and the promise it guards: a clock's mark, a follow-up, a note owed, or the closing by itself.

    The sooner is the lesser.
    """

    at: datetime
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.what.replace('_', ' ')} {self.detail}".strip()

    @property
    def words(self) -> str:
        """What it guards, for people."""
        if self.detail.isdigit():
            return f"{self.what.replace('_', ' ')}, {self.detail} % used"
        return _WORDS.get(self.what) or (_BY_ITSELF if self.detail == promises.AUTO else str(self))


def deadlines(ticket: Ticket) -> list[Deadline]:
    """Everything that can fall due as the ticket stands, in no order."""
    if ticket.over:
        return []
    found = [
        Deadline(mark.at, clock.name, name)
        for clock in ticket.clocks.values()
        if clock.running
        for name, mark in clock.marks.items()
        if mark.at is not None and counts(ticket, clock.name, name)
    ]
    if ticket.hold:
        found += [Deadline(at, "hold_follow_up") for at in ticket.hold.follow_ups[:1]]
        found += [Deadline(ticket.hold.until, "longest_hold")] if ticket.hold.until else []
    if ticket.idle and ticket.idle.at:
        found.append(Deadline(ticket.idle.at, "idle"))
    if ticket.note_debt and not ticket.note_debt.overdue:
        found.append(Deadline(ticket.note_debt.due_at, "note_owed"))
    if ticket.climb and ticket.tier and not ticket.hold and not ticket.parent:
        found += _paging(ticket, ticket.climb)
    if ticket.ending:
        found.append(Deadline(ticket.ending.close_at, "close"))
    if ticket.major and ticket.is_major and not ticket.ending:
        found.append(Deadline(ticket.major.update_due_at, "major_update"))
    return found


def counts(ticket: Ticket, clock: str, mark: str) -> bool:
    """Whether a mark means anything now: of a child, the work is done on its parent, and nobody need take it up."""
    if mark == promises.AUTO:
        return ticket.tier == 1 and ticket.parent is None
    return ticket.parent is None or not (clock == promises.ACCEPT or clock.startswith(TIER))


def _paging(ticket: Ticket, climb: Climb) -> list[Deadline]:
    if climb.next_at:
        return [Deadline(min(climb.next_at, climb.duty_ends_at or climb.next_at), "page", climb.ladder)]
    if ticket.uncovered:
        return [Deadline(climb.duty_ends_at, "page", climb.ladder)] if climb.duty_ends_at else []
    if climb.quiet and ticket.accepted_at and climb.nudges < climb.loops:
        since = max(filter(None, (ticket.accepted_at, ticket.progress_at, climb.nudged_at)))
        return [Deadline(since + climb.quiet, "no_progress")]
    return []


def next_deadline(ticket: Ticket) -> Deadline | None:
    """The earliest of them: the one for which the workflow arms its timer."""
    return min(deadlines(ticket), default=None)


def judge_deadline(at: Situation) -> list[Event]:
    """What the earliest deadline brings, if it has come; nothing if it moved while the timer ran."""
    deadline = next_deadline(at.ticket)
    if deadline is None or deadline.at > at.now:
        return []
    match deadline.what:
        case "hold_follow_up":
            return _follow_up(at, deadline)
        case "note_owed":
            debt = at.ticket.note_debt
            return [NoteOverdue(at=at.now, owed_by=debt.owed_by, due_at=debt.due_at)] if debt else []
        case "longest_hold":
            return [resumed(at, at.now, "the longest time for such a hold is over", deadline.at)]
        case "idle":
            return nudged(at, deadline.at)
        case "page":
            return judge_page(at, deadline.at)
        case "no_progress":
            return judge_silence(at)
        case "major_update":
            return update_missed(at)
        case "close":
            return [Closed(at=at.now, reason="nobody objected")]
        case clock:
            return _mark(at, clock, deadline)


def _mark(at: Situation, name: str, deadline: Deadline) -> list[Event]:
    clock, told = at.ticket.clocks[name], _told(at, name, deadline.detail)
    passed = MarkPassed(
        at=at.now,
        clock=name,
        generation=clock.generation,
        mark=deadline.detail,
        due_at=deadline.at,
        inform=told,
        trigger=TOLD_EARLY if name in _SHARED and set(told) - {"owner"} else None,
        clocks={name: sla.passed(clock, deadline.detail)},
    )
    return [passed, *_consequences(at.after(passed), passed, deadline)]


def _told(at: Situation, clock: str, mark: str) -> tuple[str, ...]:
    """The roles that hear of a mark; a handoff that is not taken up has a ladder of its own."""
    if clock == promises.ACCEPT or not mark.isdigit():
        return ()
    if clock in _SHARED:
        return at.policy.thresholds.get(int(mark), ())
    if clock == promises.NEXT_UPDATE and mark != sla.BREACH:
        return ("owner",)  # who is still in time to write
    return at.policy.tell_overdue


def _consequences(at: Situation, passed: MarkPassed, deadline: Deadline) -> list[Event]:
    ticket, policy = at.ticket, at.policy
    if deadline.what == promises.ACCEPT:
        return _unaccepted(at, int(deadline.detail) // 100, deadline.at)
    if deadline.what.startswith(TIER):
        return under_escalated(at, passed)
    if deadline.detail == promises.AUTO:
        return _auto_escalated(at) if ticket.auto_escalations < MAX_AUTO_HOPS else []
    share = int(deadline.detail)
    at_risk = deadline.what == promises.RESOLUTION and share == policy.coordinate_at
    unanswered = deadline.what == promises.FIRST_RESPONSE and deadline.detail == sla.BREACH
    if (at_risk or unanswered) and not ticket.managed:
        values: dict[str, object] = {"clock": deadline.what, "share": share, "due_at": deadline.at.isoformat()}
        return [coordinated(at, "service_manager", f"{deadline.what} at {share} %", AT_RISK, values=values)]
    return []


def _auto_escalated(at: Situation) -> list[Event]:
    clock = at.ticket.clocks[promises.RESOLUTION]
    category = at.policy.categories.get(at.ticket.category or "")
    return escalates(
        at,
        kind=EscalationKind.FUNCTIONAL,
        to_tier=2,
        skill=at.ticket.required_skill or (category.skill if category else None),
        trigger=at.policy.auto_escalation.trigger,
        reason="unresolved inside the window before its resolution is due",
        values={"due_at": clock.due_at.isoformat() if clock.due_at else None, "vip": at.ticket.vip},
    )


def _unaccepted(at: Situation, level: int, due_at: datetime) -> list[Event]:
    """Nobody took it up: page again, then the next person, then the service manager; unless a ladder pages."""
    ticket = at.ticket
    if kept_quiet(at) or (ticket.climb and ticket.climb.ladder):
        return []
    missed = AcceptMissed(at=at.now, level=level, due_at=due_at)
    if level == _NEXT_PERSON and ticket.tier is not None:
        latest = ticket.stays[-1]
        category = at.policy.categories.get(ticket.category or "")
        need = Need(
            tier=latest.tier,
            skill=ticket.required_skill or (category.skill if category else None),
            priority=ticket.priority,
            exclude=tuple(dict.fromkeys(ticket.owners)),
        )
        moved = Transferred(
            at=at.now,
            stage=ticket.stage,
            from_tier=ticket.tier,
            to_tier=ticket.tier,
            need=need,
            previous_owner=ticket.owner,
            reason="not accepted in time",
            trigger=UNACCEPTED,
            values={"level": level, "due_at": due_at.isoformat()},
            why="not_accepted",
            clocks=promises.at_resume(ticket, at.policy, at.now),
        )
        return [missed, moved]
    if level >= _MANAGER and not ticket.managed:
        values: dict[str, object] = {"level": level, "due_at": due_at.isoformat()}
        return [missed, coordinated(at, "service_manager", "a handoff that nobody accepts", UNACCEPTED, values=values)]
    return [missed]


def _follow_up(at: Situation, deadline: Deadline) -> list[Event]:
    hold = at.ticket.hold
    if hold is None:
        return []
    followed = HoldFollowedUp(at=at.now, n=hold.followed_up + 1, due_at=deadline.at)
    reminded = len(hold.follow_ups) == 1 and at.ticket.contact.email  # who has no address was never written to
    if reminded and at.policy.holds[hold.reason].after_last == "resolve" and at.ticket.tier is not None:
        text = "No answer to any reminder; a reply re-opens the ticket."
        return [followed, resolved(at.after(followed), NO_ANSWER, NO_ANSWER, text)]
    return [followed]
