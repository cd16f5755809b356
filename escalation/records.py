"""The parts of a ticket's story that stay on it: stays, notes, debts, holds, its ending."""

from pydantic import AwareDatetime

from escalation.durations import Duration
from escalation.handoff import HandoffNote
from escalation.terms import Facts, Tier


class Stay(Facts):
    """One stretch at one tier; `owners` are all who had the ticket there, one after the other, `owner` the last."""

    n: int
    tier: Tier
    began_at: AwareDatetime
    entered_by: str
    owner: str
    owners: tuple[str, ...] = ()
    accepted_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class FiledNote(Facts):
    """A handoff note as it was filed."""

    at: AwareDatetime
    by: str
    from_tier: Tier | None = None
    to_tier: Tier | None = None
    note: HandoffNote
    incomplete: tuple[str, ...] = ()
    rating: str | None = None
    shift_note: str = ""


class NoteDebt(Facts):
    """What a note left out, who owes it, and by when; `overdue` once that moment passed."""

    owed_by: str
    due_at: AwareDatetime
    missing: tuple[str, ...]
    overdue: bool = False


class Climb(Facts):
    """Where the page about a handoff stands: the n-th notice of a step of a loop, and when the next one is due.

    `next_at` is None once it was taken up or the ladder is exhausted; `unanswered`: nobody is on call for the step.
    `duties`: until when whoever was paged for a rota is on it, or nobody is. With the ladder exhausted, `duty_ends_at`
    is the first of them: then somebody comes on who was not paged, and the ladder begins again.
    Silence of `quiet` after it was taken up is paged about as often as the ladder loops, until something is heard.
    """

    ladder: str
    loop: int = 1
    step: int = 0
    notice: int = 1
    next_at: AwareDatetime | None = None
    duty_ends_at: AwareDatetime | None = None
    duties: dict[str, AwareDatetime] = {}
    unanswered: bool = False
    paged: tuple[str, ...] = ()
    exhausted: bool = False
    quiet: Duration | None = None
    loops: int = 1
    nudges: int = 0
    nudged_at: AwareDatetime | None = None


class Alerted(Facts):
    """What monitoring said in all: alerts, and faults that are not over; since when nothing new is paged, if so."""

    total: int
    live: int
    flapping: int = 0
    latest: str = ""
    storm: bool = False
    heard_at: AwareDatetime
    quiet_until: AwareDatetime | None = None


class OnHold(Facts):
    """A stop, and the follow-ups still to come."""

    reason: str
    since: AwareDatetime
    evidence: dict[str, str] = {}
    follow_ups: tuple[AwareDatetime, ...] = ()
    followed_up: int = 0
    until: AwareDatetime | None = None


class Idle(Facts):
    """Since when nothing has happened to a ticket that somebody took up, and when somebody is reminded of it.

    `level` is how often that was done: the owner first, then the team lead.
    """

    since: AwareDatetime
    at: AwareDatetime | None = None
    level: int = 0


class Breach(Facts):
    """Why a promise was broken; who asked that this should not count, and what another said to it."""

    code: str
    text: str
    by: str
    at: AwareDatetime
    asked_by: str | None = None
    asked_at: AwareDatetime | None = None
    asked_because: str | None = None
    approved: bool | None = None
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
    decided_because: str | None = None


class Spell(Facts):
    """A stretch with one owner at one tier, working or on one hold; it ends where the next begins."""

    since: AwareDatetime
    owner: str = ""
    tier: Tier | None = None
    hold: str | None = None


class Major(Facts):
    """A major incident: who commands, who communicates, how often the clients hear, and when next.

    `missed` is how many such moments passed in a row without a word to them.
    """

    since: AwareDatetime
    commander: str
    communicator: str
    update_every: Duration
    update_due_at: AwareDatetime
    updates: int = 0
    missed: int = 0
    ended_at: AwareDatetime | None = None


class Rating(Facts):
    """What the customer thinks of the service, and what the service manager said to a low score."""

    at: AwareDatetime
    by: str
    score: int
    comment: str = ""
    low: bool = False
    answer: str | None = None
    answered_by: str | None = None
    answered_at: AwareDatetime | None = None


class Ending(Facts):
    """How the fault ended, and until when that may be questioned."""

    at: AwareDatetime
    by: str
    code: str
    cause: str
    resolution: str
    tier: Tier | None = None
    reopen_until: AwareDatetime
    close_at: AwareDatetime
