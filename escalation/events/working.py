"""Work on a ticket, and what was said about it."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.events.fact import Fact
from escalation.handoff import HandoffNote
from escalation.library.tree import Leaf, Step
from escalation.terms import Tier


class AttemptLogged(Fact):
    """A fix was tried."""

    kind: Literal["attempt_logged"] = "attempt_logged"
    step: str
    result: str
    outcome: Literal["failed", "worked", "partly"]
    sop_step: str | None = None
    tier: Tier | None = None
    repeated: bool = False


class ChecklistTicked(Fact):
    """Steps of the SOP were done, or passed over with a reason."""

    kind: Literal["checklist_ticked"] = "checklist_ticked"
    sop: str
    revision: int
    steps: tuple[str, ...] = ()
    skipped: dict[str, str] = {}


class TreeWalked(Fact):
    """A decision tree was walked: each answer, and the leaf that they led to."""

    kind: Literal["tree_walked"] = "tree_walked"
    tree: str
    revision: int
    steps: tuple[Step, ...]
    leaf: Leaf


class Held(Fact):
    """Work stopped, with a reason."""

    kind: Literal["held"] = "held"
    reason: str
    evidence: dict[str, str] = {}
    pauses: tuple[str, ...] = ()
    follow_ups: tuple[AwareDatetime, ...] = ()
    until: AwareDatetime | None = None


class HoldFollowedUp(Fact):
    """Time to ask again; the last follow-up says what happens next."""

    kind: Literal["hold_followed_up"] = "hold_followed_up"
    n: int
    due_at: AwareDatetime


class Resumed(Fact):
    """Work goes on; `due_at` where the longest time for such a hold was over."""

    kind: Literal["resumed"] = "resumed"
    reason: str = ""
    due_at: AwareDatetime | None = None


class Contacted(Fact):
    """The customer spoke or was spoken to; `said_at` is when, where it was recorded later."""

    kind: Literal["contacted"] = "contacted"
    direction: Literal["inbound", "outbound"]
    channel: str
    text: str = ""
    said_at: AwareDatetime | None = None
    automatic: bool | None = None


class NearMissLogged(Fact):
    """Almost an escalation."""

    kind: Literal["near_miss_logged"] = "near_miss_logged"
    considered_trigger: str
    why_considered: str
    what_unblocked_it: str
    article_used: str | None = None
    category: str | None = None


class NoteRated(Fact):
    """The receiver judged the note."""

    kind: Literal["note_rated"] = "note_rated"
    rating: Literal["complete", "usable", "unusable"]
    comment: str = ""


class NoteCompleted(Fact):
    """What a note left out was supplied."""

    kind: Literal["note_completed"] = "note_completed"
    note: HandoffNote


class NoteOverdue(Fact):
    """The rest of a note was owed, and did not come."""

    kind: Literal["note_overdue"] = "note_overdue"
    owed_by: str
    due_at: AwareDatetime


class Commented(Fact):
    """A work note; `automatic` where it is only what somebody's mailbox answered by itself."""

    kind: Literal["commented"] = "commented"
    text: str
    automatic: bool | None = None


class CommandRefused(Fact):
    """A signal asked for something that the rules do not allow; noted, since a signal has no answer."""

    kind: Literal["command_refused"] = "command_refused"
    command: str
    code: str
    message: str
