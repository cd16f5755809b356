"""The promises beside first response, resolution and acceptance, and the shares of which only the owner hears."""

from datetime import datetime

from escalation import promises, sla
from escalation.clockwork import tier_clock
from escalation.explain import marks
from escalation.explain.moments import length, spoken
from escalation.explain.timer import at_rest, not_taken_up, timer, told, words
from escalation.explain.view import Coming, TimerExplained
from escalation.policy import Slice
from escalation.situation import Situation
from escalation.stagnation import signs
from escalation.terms import SYSTEM
from escalation.ticket import Ticket

_CLIENTS = (promises.FIRST_RESPONSE, promises.RESOLUTION)
_HIGHEST_TIER = 3


def shares(ticket: Ticket, policy: Slice, now: datetime) -> TimerExplained:
    """The shares of a promise to the client that trigger nothing: the owner alone hears of them."""
    quiet = [str(share) for share, roles in policy.thresholds.items() if not set(roles) - {"owner"}]
    coming = marks.coming(((clock, share) for clock in _CLIENTS for share in quiet), ticket, policy, now)
    return timer(
        "shares", "A share of a promised time is used up, early on", told(("owner",)),
        coming=coming, why_not="no promise to the client is running that has such a share ahead",
        promised=bool(quiet) and bool(policy.promises),
    )  # fmt: skip


def next_reply(ticket: Ticket, policy: Slice, now: datetime) -> TimerExplained:
    """The oldest message of the client that nobody has answered."""
    promise = promises.target(policy, promises.NEXT_REPLY, ticket.priority)
    why_not = "no message of the client waits for an answer"
    if promise is None:
        why_not = f"{_agreement(policy)} promises no answer in a certain time at {ticket.priority.value}"
    fired, coming = _of_clock(promises.NEXT_REPLY, ticket, policy, now)
    return timer(
        promises.NEXT_REPLY, "A message of the client waits too long for a person's answer", told(policy.tell_overdue),
        fired=fired, coming=coming, why_not=at_rest(ticket) or why_not, promised=promise is not None,
    )  # fmt: skip


def next_update(ticket: Ticket, policy: Slice, now: datetime) -> TimerExplained:
    """How long the client goes without hearing from a person."""
    promise = promises.target(policy, promises.NEXT_UPDATE, ticket.priority)
    why_not = "it begins when a person first speaks to the client"
    if promise is None:
        why_not = f"{_agreement(policy)} promises no update every so often at {ticket.priority.value}"
    fired, coming = _of_clock(promises.NEXT_UPDATE, ticket, policy, now)
    return timer(
        promises.NEXT_UPDATE, "The client has not heard from a person for too long",
        f"the owner is told shortly before, then {told(policy.tell_overdue)}",
        fired=fired, coming=coming, why_not=at_rest(ticket) or why_not, promised=promise is not None,
    )  # fmt: skip


def tier_time(ticket: Ticket, policy: Slice, now: datetime) -> TimerExplained:
    """How long the present tier keeps the ticket; past that, one too complex for it is listed (R40)."""
    tier = ticket.tier
    fired, coming = _of_clock(tier_clock(tier), ticket, policy, now) if tier else ("", ())
    box = policy.scope[tier].time_box if tier in policy.scope else None
    why_not = at_rest(ticket) or not_taken_up(ticket)
    if tier and box is None:
        why_not = f"the policy gives Tier {tier} no time box"
    return timer(
        "tier_time", "A tier keeps a ticket longer than its time box", _after_the_box(ticket, policy, now),
        fired=fired, coming=coming, why_not=why_not or "the time box has ended",
        promised=tier is None or box is not None,
    )  # fmt: skip


def vendor(ticket: Ticket, policy: Slice, now: datetime) -> TimerExplained:
    """What somebody else promised us for the time of a hold."""
    hold = ticket.hold
    contract = policy.holds[hold.reason].contract if hold and hold.reason in policy.holds else None
    why_not = "the ticket waits for no vendor"
    if hold and contract is None:
        why_not = f"nobody promised a time for the hold {words(hold.reason)}"
    fired, coming = _of_clock(promises.VENDOR, ticket, policy, now)
    return timer(
        promises.VENDOR, "A vendor takes longer than its contract allows", told(policy.tell_overdue),
        fired=fired, coming=coming, why_not=at_rest(ticket) or why_not,
        promised=any(reason.contract for reason in policy.holds.values()),
    )  # fmt: skip


def _of_clock(name: str, ticket: Ticket, policy: Slice, now: datetime) -> tuple[str, tuple[Coming, ...]]:
    """What came of a clock that is told of once, when all of it is used up, and what still comes."""
    clock = ticket.clocks.get(name)
    if clock is None:
        return "", ()
    fired = ""
    if clock.breached:
        moment = f" on {spoken(clock.due_at)}" if clock.due_at else ""
        ended = f"; it ended on {spoken(clock.stopped_at)}" if clock.stopped_at else ""
        fired = f"Came{moment}, when the {length(clock.target)} {words(name)} time was used up{ended}."
    return fired, marks.coming([(name, mark) for mark in clock.marks or (sla.BREACH,)], ticket, policy, now)


def _after_the_box(ticket: Ticket, policy: Slice, now: datetime) -> str:
    """Who hears of it, and whether it looks like a ticket that should have gone up."""
    leads_to = told(policy.tell_overdue)
    if ticket.tier is None or ticket.tier >= _HIGHEST_TIER:
        return leads_to
    found = signs(Situation(ticket, policy, now, SYSTEM))
    if not found:
        return leads_to
    return f"{leads_to}, and it is listed as under-escalated ({', '.join(map(words, found))})"


def _agreement(policy: Slice) -> str:
    return f"the agreement {policy.agreement}" if policy.agreement else "no agreement"
