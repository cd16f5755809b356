"""Pauses that look wrong: a clock stood still although the customer had replied, or was stopped just before a breach.

A pure fold over the stories of tickets. What is listed is to be looked at by a person; it accuses nobody.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from escalation.durations import Duration
from escalation.events import Contacted, Entry, Event, Held, Opened, Resumed
from escalation.sla import Clock
from escalation.terms import Facts
from escalation.ticket import Ticket, fold

SHARE = 0.9  # of a target, from which on a hold is set just before the breach
PATIENCE = timedelta(minutes=15)  # a reply that was recorded or acted on within this time is no finding

Suspicion = Literal["replied_while_paused", "reply_recorded_late", "just_before_breach"]


class PauseFinding(Facts):
    """One hold to be looked at: who set it, when, and what speaks against it.

    `ignored` is how long the clock stood still after the reply, or how long the reply was not recorded; `left` how much
    time the promise had when the hold was set.
    """

    ticket_id: str
    client: str
    found: Suspicion
    hold: str
    held_by: str
    held_at: AwareDatetime
    clocks: tuple[str, ...]
    replied_at: AwareDatetime | None = None
    ignored: Duration | None = None
    left: Duration | None = None


class PersonsHolds(Facts):
    """How many holds that pause a promise somebody set, and how many of them were found."""

    person: str
    holds: int
    found: int


class PauseReport(Facts):
    """The findings, and whose they are; those with most of them first."""

    holds: int
    findings: tuple[PauseFinding, ...]
    people: tuple[PersonsHolds, ...]


def pause_report(
    stories: Iterable[Sequence[Entry]], since: datetime | None = None, until: datetime | None = None
) -> PauseReport:
    """Every hold set in that time that paused a promise, and those of them that look wrong."""
    findings: list[PauseFinding] = []
    holds: Counter[str] = Counter()
    for story in stories:
        for hold, after in _holds(story):
            if (since and hold.event.at < since) or (until and hold.event.at >= until):
                continue
            holds[hold.event.by] += 1
            findings += _judged(hold, after)
    found = Counter(
        person for person, _, _ in {(finding.held_by, finding.ticket_id, finding.held_at) for finding in findings}
    )
    people = [PersonsHolds(person=name, holds=n, found=found[name]) for name, n in holds.items()]
    people.sort(key=lambda line: (-line.found, -line.holds, line.person))
    findings.sort(key=lambda finding: (finding.held_at, finding.ticket_id, finding.found))
    return PauseReport(holds=sum(holds.values()), findings=tuple(findings), people=tuple(people))


class _Hold(Facts):
    """A hold that pauses a promise, and the ticket as it then stood."""

    event: Held
    ticket: Ticket

    @property
    def clocks(self) -> list[Clock]:
        return [self.event.clocks[name] for name in self.event.pauses if name in self.event.clocks]


def _holds(story: Sequence[Entry]) -> Iterable[tuple[_Hold, list[tuple[Event, Ticket]]]]:
    """Each hold with the events up to its end, that one included, and the ticket after each."""
    if not story or not isinstance(story[0].event, Opened):
        return
    ticket = fold([story[0].event])
    hold: _Hold | None = None
    during: list[tuple[Event, Ticket]] = []
    for entry in story[1:]:
        ticket = ticket.after(entry.event)
        if hold:
            during.append((entry.event, ticket))
            if ticket.hold is None:
                yield hold, during
                hold, during = None, []
        if isinstance(entry.event, Held) and entry.event.pauses:
            hold = _Hold(event=entry.event, ticket=ticket)
    if hold:
        yield hold, during


def _judged(hold: _Hold, during: list[tuple[Event, Ticket]]) -> Iterable[PauseFinding]:
    near = [clock for clock in hold.clocks if SHARE * clock.target <= clock.counted < clock.target]
    if near:
        yield _finding(hold, "just_before_breach", left=min(clock.target - clock.counted for clock in near))
    reply = next((e for e, _ in during if isinstance(e, Contacted) and e.direction == "inbound"), None)
    if reply is None:
        return
    said_at = reply.said_at or reply.at
    if reply.at - said_at > PATIENCE and said_at > hold.event.at:
        yield _finding(hold, "reply_recorded_late", replied_at=said_at, ignored=reply.at - said_at)
    over_at = next((_ended(event) for event, after in during if after.hold is None), during[-1][0].at)
    if over_at - said_at > PATIENCE:
        yield _finding(hold, "replied_while_paused", replied_at=said_at, ignored=over_at - said_at)


def _ended(event: Event) -> datetime:
    """When the clocks ran again: a hold that a reply ends, ends at the reply."""
    return event.due_at or event.at if isinstance(event, Resumed) else event.at


def _finding(hold: _Hold, found: Suspicion, **more: object) -> PauseFinding:
    return PauseFinding(
        ticket_id=hold.ticket.id,
        client=hold.ticket.client,
        found=found,
        hold=hold.event.reason,
        held_by=hold.event.by,
        held_at=hold.event.at,
        clocks=tuple(clock.name for clock in hold.clocks),
        **more,
    )
