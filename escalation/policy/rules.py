"""The rules that are the same for every client, and the slice of a policy that one ticket is pinned to."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from escalation.calendar import Calendar
from escalation.durations import Duration
from escalation.policy.clients import ClientFacts
from escalation.policy.paging import PagingLadder
from escalation.policy.people import Fallback
from escalation.policy.promises import AutoEscalation, Promises, Target
from escalation.policy.tiers import Bounces, Category, ImpactRule, TierLimits
from escalation.policy.triggering import Trigger
from escalation.policy.work import AfterResolution, HoldReason, MajorIncidents, NoteTemplate, Satisfaction
from escalation.terms import Facts, Priority, Scope, Tier

AgreedBy = Literal["ticket", "contact", "site", "client", "default", "nobody"]
"""Who named the agreement that counts: the most specific wins."""


class Rules(Facts):
    """The part of a policy that is the same for every client; it stands in the document and in every slice."""

    matrix: dict[int, dict[int, Priority]]
    impact_rules: tuple[ImpactRule, ...]
    urgent_scopes: tuple[Scope, ...] = (Scope.WHOLE_OFFICE, Scope.WHOLE_CLIENT, Scope.MULTI_CLIENT)
    """A fault that reaches this far has urgency 1 until somebody judges it; it does not wait in triage for that."""
    accept: dict[Priority, Target]
    thresholds: dict[int, tuple[str, ...]] = {
        50: ("owner",),
        75: ("owner", "team_lead"),
        90: ("owner", "team_lead", "service_manager"),
        100: ("service_manager",),
    }
    tell_overdue: tuple[str, ...] = ("owner", "team_lead")
    """Whom to tell when another promise is used up: the next reply or update, a tier's time, a vendor's contract."""
    coordinate_at: int = 90
    auto_escalation: AutoEscalation = AutoEscalation()
    vip_factor: float = Field(default=0.5, gt=0, le=1)
    vip_raises_priority: bool = False
    holds: dict[str, HoldReason]
    note: NoteTemplate = NoteTemplate()
    bounces: Bounces = Bounces()
    recurs_within: Duration = timedelta(days=30)
    """How far back tickets of the same client and category count as the same fault again."""
    after_resolution: AfterResolution = AfterResolution()
    major_incidents: MajorIncidents = MajorIncidents()
    csat: Satisfaction = Satisfaction()
    triggers: tuple[Trigger, ...]
    tier_three_entry: tuple[str, ...]
    scope: dict[Tier, TierLimits]
    breach_reasons: tuple[str, ...] = ("capacity", "skill", "customer", "vendor", "parts", "wrong_data", "other")
    return_reasons: tuple[str, ...]
    manual_reasons: tuple[str, ...]
    categories: dict[str, Category]


class Slice(Rules):
    """All of a policy that one ticket needs, pinned at intake."""

    version: str
    client: ClientFacts
    agreement: str = ""
    agreed_by: AgreedBy = "client"
    promises: dict[Priority, Promises]
    calendars: dict[str, Calendar]
    fallback: Fallback
    paging: dict[str, PagingLadder] = {}

    def calendar(self, name: str) -> Calendar:
        """The calendar that a target names."""
        return self.calendars[name]
