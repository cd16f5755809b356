"""What the figures need of a ticket, folded from its journal entry by entry, so that a question reads one row a ticket.

An imported ticket (its intake's `source` is `import`) tells more than a live one, and its story ends with its log:

- entries with one `request_id` come from one row of the log, and count as one event;
- a handoff's `values` may hold `queued: false` (it arrived accepted or completed) and `team`;
- the first response is the first acceptance or completion, since a log has no word for speaking to the client.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import AwareDatetime

from escalation.events import (
    Absorbed,
    Accepted,
    Cancelled,
    Closed,
    Entry,
    Escalated,
    Event,
    Handoff,
    Held,
    NearMissLogged,
    NoteRated,
    Opened,
    Reopened,
    Resolved,
)
from escalation.facts import Stay, TicketFacts, Wait
from escalation.terms import Facts
from escalation.ticket import Ticket

IMPORTED = "import"
FIRST_RESPONSE = "first_response"


class Story(Facts):
    """The facts so far, and what the next entry has to know."""

    facts: TicketFacts
    imported: bool = False
    last_at: AwareDatetime
    last_request: str = ""
    arrived_by: str = ""
    queued_since: AwareDatetime | None = None
    escalated_by: str | None = None

    def ended(self) -> TicketFacts:
        """The facts for the figures; what lasts at the end of an imported log ends with it."""
        if not self.imported:
            return self.facts
        facts = _unqueued(self, self.last_at).facts
        return replace(facts, waits=_ended_wait(facts.waits, self.last_at), stays=_ended_stay(facts, self.last_at))


def begun(entry: Entry, opened: Opened) -> Story:
    """The story at its first entry."""
    facts = TicketFacts(ticket_id=entry.ticket_id, opened_at=opened.at, stays=(), events=1)
    imported = opened.intake.source == IMPORTED
    return Story(facts=facts, imported=imported, last_at=opened.at, last_request=entry.request_id)


def told(story: Story, entry: Entry, before: Ticket, after: Ticket) -> Story:
    """The story with one more entry; `before` and `after` are the ticket around it."""
    event = entry.event
    same_row = story.imported and entry.request_id == story.last_request
    story = _with(story, events=story.facts.events + (not same_row))
    story = _happened(story, event, entry.request_id, before)
    if after.hold is None:
        story = _with(story, waits=_ended_wait(story.facts.waits, event.at))
    if isinstance(event, Held):
        story = _with(story, waits=(*story.facts.waits, Wait(event.at, None, event.reason)))
    if not story.imported and (response := after.clocks.get(FIRST_RESPONSE)):
        story = _with(story, first_response_at=response.stopped_at)
    return story.model_copy(update={"last_at": event.at, "last_request": entry.request_id})


def _happened(story: Story, event: Event, request: str, before: Ticket) -> Story:
    match event:
        case Handoff():
            return _handed_over(story, event, request, before)
        case Accepted():
            return _accepted(story, event.at, request)
        case Resolved():
            story = _completed(story, event.at)
            if story.facts.completed_at is not None:
                return story
            return _with(story, completed_at=event.at, completed_as=event.code, resolved_tier=event.tier)
        case Cancelled():
            return _over(_completed(story, event.at), event.at)
        case Closed():
            return _over(story, event.at)
        case NearMissLogged():
            return _with(story, near_misses=story.facts.near_misses + 1)
        case NoteRated(rating=rating):
            return _with(story, ratings=(*story.facts.ratings, rating))
        case Absorbed(counted_from=datetime() as earlier):
            return _with(story, opened_at=min(story.facts.opened_at, earlier))
        case _:
            return story


def _handed_over(story: Story, event: Handoff, request: str, before: Ticket) -> Story:
    if isinstance(event, Reopened):
        story = _with(story, reopens=story.facts.reopens + 1)
    if isinstance(event, Escalated) and story.escalated_by is None:
        story = story.model_copy(update={"escalated_by": before.owner or None})
    if isinstance(event, Escalated) and event.in_scope:
        story = _with(story, in_scope=(*story.facts.in_scope, (event.by, before.category or "")))
    team = event.values.get("team")
    if isinstance(team, str) and story.facts.teams[-1:] != (team,):
        story = _with(story, teams=(*story.facts.teams, team))
    if event.to_tier is None:
        return story
    queued = event.values.get("queued") is not False
    story = _arrived(story, event.to_tier, event.at, request, queued=queued)
    if not queued:
        return _unqueued(story, event.at)
    return story if story.queued_since else story.model_copy(update={"queued_since": event.at})


def _arrived(story: Story, tier: int, at: datetime, request: str, *, queued: bool) -> Story:
    """A new stay where the tier changed; else the last one goes on, as it does after a reopening."""
    stays = story.facts.stays
    if stays and stays[-1].tier == tier:
        return _with(story, stays=(*stays[:-1], replace(stays[-1], ended_at=None)))
    stays = (*_ended_stay(story.facts, at), Stay(tier, at, queued=queued))
    return _with(story, stays=stays).model_copy(update={"arrived_by": request})


def _accepted(story: Story, at: datetime, request: str) -> Story:
    story = _responded(_unqueued(story, at), at)
    stays = story.facts.stays
    if not stays or stays[-1].accepted_at is not None or stays[-1].completed:
        return story
    # A stay that arrived completed and was reopened later was not handed over to be accepted.
    if stays[-1].queued or request == story.arrived_by:
        return _with(story, stays=(*stays[:-1], replace(stays[-1], accepted_at=at)))
    return story


def _completed(story: Story, at: datetime) -> Story:
    story = _responded(_unqueued(story, at), at)
    stays = story.facts.stays
    if stays and stays[-1].accepted_at is None:
        return _with(story, stays=(*stays[:-1], replace(stays[-1], completed=True)))
    return story


def _over(story: Story, at: datetime) -> Story:
    """The stay ends with the ticket; a log may yet move what it closed."""
    return story if story.imported else _with(story, stays=_ended_stay(story.facts, at))


def _responded(story: Story, at: datetime) -> Story:
    if story.imported and story.facts.first_response_at is None:
        return _with(story, first_response_at=at)
    return story


def _unqueued(story: Story, at: datetime) -> Story:
    if story.queued_since is None:
        return story
    waited = story.facts.queued + (at - story.queued_since)
    return _with(story, queued=waited).model_copy(update={"queued_since": None})


def _ended_stay(facts: TicketFacts, at: datetime) -> tuple[Stay, ...]:
    if not facts.stays or facts.stays[-1].ended_at is not None:
        return facts.stays
    return (*facts.stays[:-1], replace(facts.stays[-1], ended_at=at))


def _ended_wait(waits: Sequence[Wait], at: datetime) -> tuple[Wait, ...]:
    if waits and waits[-1].ended_at is None:
        return (*waits[:-1], replace(waits[-1], ended_at=at))
    return tuple(waits)


def _with(story: Story, **changes: object) -> Story:
    return story.model_copy(update={"facts": replace(story.facts, **changes)})  # type: ignore[arg-type]
