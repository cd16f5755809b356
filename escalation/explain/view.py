"""The answer to "why": every trigger with its state, what is coming, where the ticket began, what its tier may do."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.explain.conditions import Judged
from escalation.firings import Firing
from escalation.lifecycle import Stage
from escalation.terms import Facts, Tier

State = Literal["fired", "holds", "not_met", "coming", "paused", "not_running"]
TimerState = Literal["fired", "coming", "paused", "not_running", "not_promised"]


class Coming(Facts):
    """A moment at which time sets something off unless something happens first; None while its clock is paused."""

    clock: str
    mark: str
    at: AwareDatetime | None = None
    words: str


class TriggerExplained(Facts):
    """One trigger of the pinned policy: whether it fired or holds, on which values, and else what it would need.

    `fired` is about the ticket's whole life, `state` about now: `holds` is true of a trigger whose condition is met
    but which did not act, and `words` say why not.
    """

    id: str
    klass: str
    kind: str
    mode: str
    says: str
    leads_to: str
    state: State
    fired: tuple[Firing, ...] = ()
    condition: Judged | None = None
    values: dict[str, object] = {}
    needs: tuple[str, ...] = ()
    coming: tuple[Coming, ...] = ()
    words: str


class TimerExplained(Facts):
    """Something beside the triggers that time can set off: whether it came, when it comes, or why it does not.

    `fired` is about the promise, hold or wait that stands: a question that somebody answered is over. `not_promised`:
    neither the agreement nor the policy sets such a time for this ticket where it is.
    """

    id: str
    says: str
    leads_to: str
    state: TimerState
    fired: bool = False
    coming: tuple[Coming, ...] = ()
    words: str


class Ruling(Facts):
    """Who wins where several triggers hold: emergency before functional before hierarchical, then policy order."""

    holding: tuple[str, ...]
    winner: str | None = None
    words: str


class StartExplained(Facts):
    """Where the ticket began, and why there; `tier` is None while it is in triage."""

    tier: Tier | None = None
    trigger: str | None = None
    words: str


class GuardExplained(Facts):
    """Whether Tier 3 is open to this ticket from where it is, and by which triggers."""

    open: bool
    allowed: tuple[str, ...]
    leading: tuple[str, ...] = ()
    words: str


class ScopeExplained(Facts):
    """What the ticket's tier may do with it: resolve it, or hand it on, and why."""

    tier: Tier
    may_resolve: bool
    category_in_scope: bool
    must_escalate: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    words: str


class Explanation(Facts):
    """Why the ticket is where it is, and what would move it."""

    ticket_id: str
    at: AwareDatetime
    policy_version: str
    stage: Stage
    tier: Tier | None
    words: str
    start: StartExplained
    ruling: Ruling
    triggers: tuple[TriggerExplained, ...]
    timers: tuple[TimerExplained, ...] = ()
    tier_three: GuardExplained
    scope: ScopeExplained | None = None
