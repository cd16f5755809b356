"""Who has the ticket, who speaks with the customer, and why."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.events.fact import Fact, Handoff, Need
from escalation.handoff import HandoffNote
from escalation.terms import EscalationKind


class Queued(Handoff):
    """The ticket has its first owner: a dispatcher while facts are missing, otherwise at its start tier."""

    kind: Literal["queued"] = "queued"


class Escalated(Handoff):
    """Up a tier, or to a skill: with a note, by a person or by a trigger.

    `audit` marks what somebody looks at again: an escalation inside the tier's own scope each week, one past the guard
    before Tier 3 each month.
    """

    kind: Literal["escalated"] = "escalated"
    escalation: EscalationKind
    auto: bool = False
    note: HandoffNote
    incomplete: tuple[str, ...] = ()
    owed_by: str | None = None
    owed_at: AwareDatetime | None = None
    in_scope: bool = False
    override: str = ""
    audit: Literal["weekly", "monthly"] | None = None


class Returned(Handoff):
    """Sent back to a lower tier. `matched` are the triggers that hold there already: they will not send it up again."""

    kind: Literal["returned"] = "returned"
    what_is_missing: str = ""
    flagged: bool = False


class Transferred(Handoff):
    """Lateral: same tier, another person. Where the owner is away or off shift, a hold stays as it is.

    A note that was built at the end of a shift, since nobody wrote one, is owed by whoever went home.
    """

    kind: Literal["transferred"] = "transferred"
    note: HandoffNote | None = None
    incomplete: tuple[str, ...] = ()
    owed_by: str | None = None
    owed_at: AwareDatetime | None = None
    why: Literal["asked", "take_over", "not_accepted", "absence", "left", "shift_end", "paged"] = "asked"


RELIEVED = frozenset({"absence", "left", "shift_end"})
"""The reasons for which somebody else gets the ticket and nothing else about it changes."""


class Reopened(Handoff):
    """It was not gone; the same ticket goes on, its clocks where they stood."""

    kind: Literal["reopened"] = "reopened"


class Accepted(Fact):
    """The owner took the handoff up; `contacted`: and told the client; `channel`: by answering a page that came so."""

    kind: Literal["accepted"] = "accepted"
    contacted: bool | None = None
    channel: str | None = None


class TriggerFired(Fact):
    """A documented condition was met; the others that were met as well are recorded, not acted on."""

    kind: Literal["trigger_fired"] = "trigger_fired"
    trigger: str
    escalation: EscalationKind
    values: dict[str, object]
    matched: tuple[str, ...] = ()
    inform: str | None = None


class Coordinated(Fact):
    """Hierarchical escalation: who speaks with the customer from now on."""

    kind: Literal["coordinated"] = "coordinated"
    need: Need
    coordinator: str = ""
    reason: str
    trigger: str | None = None
    values: dict[str, object] = {}


class ProblemLinked(Fact):
    """The fault keeps coming back: these tickets, this one the last of them, are one problem."""

    kind: Literal["problem_linked"] = "problem_linked"
    problem: str
    tickets: tuple[str, ...]


class Consulted(Fact):
    """Somebody senior was asked; the ticket stayed where it is."""

    kind: Literal["consulted"] = "consulted"
    person: str
    question: str
    answer: str = ""
