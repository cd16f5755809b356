"""What waits for somebody to do something: a ticket that stands still, a note, a page, a resolved ticket."""

from escalation.clockwork import idle_at
from escalation.explain.moments import length, spoken
from escalation.explain.timer import at_rest, not_taken_up, of_a_parent, on_hold, timer, told, words
from escalation.explain.view import Coming, TimerExplained
from escalation.paging import ladder_of
from escalation.policy import Slice
from escalation.stagnation import OWNER, TEAM_LEAD, UNATTENDED, UNDECIDED
from escalation.ticket import Ticket

_DID = ("the owner was asked what is next", "the team lead was told")  # of a ticket that stands still


def idle(ticket: Ticket, policy: Slice) -> TimerExplained:
    """Nothing is done on a ticket that somebody took up: its owner is asked, then the team lead is told (R39)."""
    tier, standing = ticket.tier, ticket.idle
    limit = policy.scope[tier].idle if tier in policy.scope else None
    choices = ", ".join(map(words, UNDECIDED if tier == 1 else UNATTENDED))
    why_not = at_rest(ticket) or on_hold(ticket) or of_a_parent(ticket) or not_taken_up(ticket)
    if tier and limit is None:
        why_not = f"the policy lets a ticket at Tier {tier} stand as long as it likes"
    coming: tuple[Coming, ...] = ()
    fired = ""
    if standing and standing.at and not ticket.over:
        then = f"the owner is asked what is next ({choices})" if standing.level == 0 else told((TEAM_LEAD,))
        since = f"nothing was done since {spoken(standing.since)}"
        said = f"At {spoken(standing.at)}, unless a person does something before, {then}: {since}."
        coming = (Coming(clock="idle", mark="", at=standing.at, words=said),)
    if standing and standing.level and limit:
        moments = [idle_at(ticket, policy, standing.since, level) for level in range(1, standing.level + 1)]
        done = [f" on {spoken(at)} {what}" for at, what in zip(moments, _DID, strict=False) if at]
        fired = f"Came, after {length(limit)} in which nothing was done:{' and'.join(done)}."
    return timer(
        "idle", "Nothing is done on a ticket that somebody took up",
        f"the {OWNER} is asked what is next, then {told((TEAM_LEAD,))}",
        fired=fired, coming=coming, why_not=why_not or "it begins with the next thing that a person does",
        promised=tier is None or limit is not None,
    )  # fmt: skip


def note_owed(ticket: Ticket) -> TimerExplained:
    """What a timer's or an emergency's note left out."""
    debt = ticket.note_debt
    coming: tuple[Coming, ...] = ()
    fired = ""
    if debt:
        lacks = f"{debt.owed_by} owes {', '.join(map(words, debt.missing))}"
        if debt.overdue:
            fired = f"Came on {spoken(debt.due_at)}: {lacks}."
        elif not ticket.over:
            said = f"At {spoken(debt.due_at)}, unless the note is complete by then: {lacks}."
            coming = (Coming(clock="note_owed", mark="", at=debt.due_at, words=said),)
    return timer(
        "note_owed", "The rest of a handoff note is owed too long", "whoever owes it and the team lead are told",
        fired=fired, coming=coming, why_not="no note is owed",
    )  # fmt: skip


def page(ticket: Ticket, policy: Slice) -> TimerExplained:
    """The next notice about a handoff that nobody takes up; a change of shift brings it forward."""
    climb, ladder = ticket.climb, ladder_of(ticket, policy)
    coming: tuple[Coming, ...] = ()
    fired = ""
    why_not = at_rest(ticket) or on_hold(ticket) or of_a_parent(ticket)
    if climb and climb.exhausted:
        fired = f"Came to the end of the ladder {climb.ladder}: {' and '.join(climb.paged) or 'nobody'} did not answer."
        if ticket.uncovered:
            fired += f" It is uncovered: {ticket.coordinator} coordinates, and has to find somebody."
    if climb and climb.next_at and not why_not:
        at = min(climb.next_at, climb.duty_ends_at or climb.next_at)
        shift = ", as the shift of whoever was paged ends" if at < climb.next_at else ""
        said = (
            f"At {spoken(at)}{shift}, unless somebody takes it up before: loop {climb.loop} of the ladder "
            f"{climb.ladder}, step {climb.step + 1}, paged so far {' and '.join(climb.paged) or 'nobody'}."
        )
        coming = (Coming(clock="page", mark=climb.ladder, at=at, words=said),)
    if ticket.uncovered and climb and climb.duty_ends_at and not why_not:
        said = (
            f"At {spoken(climb.duty_ends_at)}, as a shift changes: whoever comes on is paged, from the first step on."
        )
        coming = (Coming(clock="page", mark=climb.ladder, at=climb.duty_ends_at, words=said),)
    if ladder is None:
        why_not = f"no paging ladder is for {ticket.priority.value}"
    return timer(
        "page", "Nobody takes up a ticket that pages",
        "the next on the ladder is paged; at its end the service manager coordinates, until a shift changes",
        fired=fired, coming=coming, why_not=why_not or "somebody took it up, or nothing waits to be taken up",
        promised=ladder is not None,
    )  # fmt: skip


def no_progress(ticket: Ticket, policy: Slice) -> TimerExplained:
    """Silence after a page was answered."""
    climb = ticket.climb
    fired = ""
    coming: tuple[Coming, ...] = ()
    why_not = at_rest(ticket) or on_hold(ticket) or of_a_parent(ticket) or not_taken_up(ticket)
    if climb and climb.nudged_at:
        fired = f"Came {climb.nudges} time{'s' if climb.nudges > 1 else ''}, last on {spoken(climb.nudged_at)}."
    if climb and climb.quiet and climb.nudges < climb.loops and not why_not and climb.next_at is None:
        since = max(filter(None, (ticket.accepted_at, ticket.progress_at, climb.nudged_at)))
        said = f"At {spoken(since + climb.quiet)}, after {length(climb.quiet)} in which nothing is heard."
        coming = (Coming(clock="no_progress", mark="", at=since + climb.quiet, words=said),)
    ladder = ladder_of(ticket, policy)
    watched = ladder is not None and ladder[1].no_progress is not None
    if not watched:
        why_not = f"no ladder watches over a {ticket.priority.value} ticket once it is taken up"
    return timer(
        "no_progress", "Nothing is heard of a ticket after a page was answered",
        "its owner is paged, then the service manager too",
        fired=fired, coming=coming, why_not=why_not or "it has been paged about as often as the ladder goes round",
        promised=watched,
    )  # fmt: skip


def major_update(ticket: Ticket) -> TimerExplained:
    """The next word to the clients of a major incident."""
    major = ticket.major
    coming: tuple[Coming, ...] = ()
    fired = ""
    if major and ticket.is_major and not ticket.ending and not ticket.over:
        said = f"At {spoken(major.update_due_at)}, unless {major.communicator} tells the clients before."
        coming = (Coming(clock="major_update", mark="", at=major.update_due_at, words=said),)
    if major and major.missed:
        fired = f"Came {major.missed} time{'s' if major.missed > 1 else ''} in a row."
    return timer(
        "major_update", "The clients of a major incident hear nothing", "communicator and commander are paged",
        fired=fired, coming=coming, why_not="it is no major incident",
    )  # fmt: skip


def close(ticket: Ticket) -> TimerExplained:
    """The end, if nobody objects."""
    ending = ticket.ending
    coming: tuple[Coming, ...] = ()
    if ending and not ticket.over:
        said = f"At {spoken(ending.close_at)} it closes by itself, unless it is reopened before."
        coming = (Coming(clock="close", mark="", at=ending.close_at, words=said),)
    why_not = f"the ticket is {ticket.stage.value} already" if ticket.over else "the ticket is not resolved"
    return timer("close", "A resolved ticket is questioned by nobody", "it is closed", coming=coming, why_not=why_not)
