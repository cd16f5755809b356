"""What a hold brings with time: the reminders, and its end."""

from escalation.explain.moments import spoken
from escalation.explain.timer import timer, words
from escalation.explain.view import Coming, TimerExplained
from escalation.policy import Slice
from escalation.ticket import Ticket


def follow_up(ticket: Ticket, policy: Slice) -> TimerExplained:
    """When somebody is to ask again during a hold."""
    hold = ticket.hold
    reason = policy.holds.get(hold.reason) if hold else None
    ends = reason is not None and reason.after_last == "resolve" and bool(ticket.contact.email)
    coming: tuple[Coming, ...] = ()
    fired = ""
    if hold and hold.followed_up:
        fired = f"Came {hold.followed_up} time{'s' if hold.followed_up > 1 else ''} since {spoken(hold.since)}."
    if hold and hold.follow_ups and not ticket.over:
        last = len(hold.follow_ups) == 1
        then = "; it is the last, and the ticket is marked resolved then" if last and ends else ""
        said = (
            f"At {spoken(hold.follow_ups[0])}, reminder {hold.followed_up + 1} of the hold {words(hold.reason)}{then}."
        )
        coming = (Coming(clock="hold_follow_up", mark="", at=hold.follow_ups[0], words=said),)
    why_not = f"the hold {words(hold.reason)} has no reminder ahead" if hold else "the ticket is not on hold"
    who = "the client is asked again" if hold and hold.evidence.get("question_sent") else "the owner is reminded"
    return timer(
        "hold_follow_up", "It is time to ask again during a hold", who,
        fired=fired, coming=coming, why_not=why_not, promised=not hold or bool(reason and reason.follow_up),
    )  # fmt: skip


def longest_hold(ticket: Ticket) -> TimerExplained:
    """When a hold ends by itself."""
    hold = ticket.hold
    coming: tuple[Coming, ...] = ()
    if hold and hold.until and not ticket.over:
        said = f"At {spoken(hold.until)} the hold {words(hold.reason)} ends by itself, and what it paused runs."
        coming = (Coming(clock="longest_hold", mark="", at=hold.until, words=said),)
    why_not = (
        f"the policy sets no longest time for the hold {words(hold.reason)}" if hold else "the ticket is not on hold"
    )
    return timer(
        "longest_hold", "A hold lasts as long as it may", "work goes on, and the owner is told",
        coming=coming, why_not=why_not, promised=not hold or hold.until is not None,
    )  # fmt: skip
