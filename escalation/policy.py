"""Policy as data: the whole document, and the slice of it that one ticket is pinned to.

The document is one YAML file, validated when it is published and immutable by version. A ticket carries only its
`Slice` in its history: its client's targets and calendars, the categories, triggers and limits, and who to fall back
on when nobody can be asked. So a later version changes nothing for a ticket that runs.
"""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from escalation.calendar import Calendar
from escalation.durations import Duration
from escalation.oncall import Rota, RotaOverride
from escalation.terms import EscalationKind, Facts, Flag, Name, Priority, Scope, Tier
from escalation.triggers import Condition


class Target(Facts):
    """A promise about time: how long, counted in which calendar (`client` is the client's own)."""

    time: Duration
    calendar: str = "client"


class Promises(Facts):
    """What an agreement promises for one priority."""

    response: Target
    resolution: Target


class Category(Facts):
    """What a kind of fault needs: where it starts, which skill, which SOP."""

    tier: Tier = Field(default=1, ge=1, le=3)
    skill: str
    sop: str | None = None
    emergency: bool = False


class HoldReason(Facts):
    """Why work may stop, which clocks that pauses, and what must be said to justify it."""

    pauses: tuple[Literal["resolution", "first_response"], ...] = ()
    needs: tuple[str, ...] = ()
    follow_up: tuple[Duration, ...] = ()
    after_last: Literal["remind", "resolve"] = "remind"


class TierLimits(Facts):
    """What one tier may do alone; `skills` are those that it can be expected to hold."""

    may: tuple[str, ...] = ("*",)
    must_escalate: tuple[Flag, ...] = ()
    access: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    failed_attempts: int | None = None


class TriggerTarget(Facts):
    """Where a trigger leads: a tier (or one up), a skill, or a role.

    Of skills, `category` is the category's own and `required` the one that the ticket names.
    """

    tier: Tier | Literal["+1"] | None = None
    skill: str | None = None
    role: str | None = None


class Trigger(Facts):
    """A documented, objective condition that moves a ticket or involves management."""

    id: Name
    klass: Literal["sla", "complexity", "impact", "severity", "contact", "bounce"] = Field(alias="class")
    kind: EscalationKind
    when: Condition
    to: TriggerTarget
    mode: Literal["move", "inform", "take_coordination"] = "move"
    says: str = ""

    model_config = {**Facts.model_config, "populate_by_name": True, "serialize_by_alias": True}


class AutoEscalation(Facts):
    """When an unresolved Tier 1 ticket moves up by itself: this long before its resolution is due."""

    trigger: Name = "S1"
    share: float = Field(default=0.2, gt=0, lt=1)
    at_least: Duration = timedelta(minutes=30)


class NoteTemplate(Facts):
    """The handoff note: shortest lengths, words that say nothing, and what is owed when it came without a person."""

    min_length: dict[str, int] = {
        "environment": 10,
        "summary_symptoms": 20,
        "what_failed": 10,
        "suspected_cause": 5,
    }
    reject: tuple[str, ...] = ("n/a", "na", "-", ".", "tbd", "see above", "asdf")
    minimal: tuple[str, ...] = ("customer_contact", "summary_symptoms", "affected_systems")
    auto_debt: Duration = timedelta(minutes=15)
    emergency_debt: Duration = timedelta(minutes=30)


class Bounces(Facts):
    """How often a ticket may go back and forth, and how often a customer may have to call."""

    returns: int = 2
    contacts: int = 3
    technicians: int = 3


class AfterResolution(Facts):
    """How long a resolved ticket may be reopened, and when it closes by itself; counted in the client's calendar."""

    reopen_window: Duration = timedelta(hours=50)
    auto_close: Duration = timedelta(hours=30)
    review_due: Duration = timedelta(hours=50)


class Fallback(Facts):
    """Who owns and who coordinates when the desk cannot be asked."""

    owner: dict[Tier, Name]
    manager: Name


class ClientFacts(Facts):
    """What a ticket needs to know of its client."""

    id: Name
    name: str = ""
    vip: bool = False
    vip_contacts: tuple[str, ...] = ()
    environment: str = ""


class ImpactRule(Facts):
    """The impact of a fault, read off its reach; the first rule that fits wins."""

    scopes: tuple[Scope, ...] = ()
    users: int | None = None
    flags: tuple[Flag, ...] = ()
    impact: int = Field(ge=1, le=3)


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
    coordinate_at: int = 90
    auto_escalation: AutoEscalation = AutoEscalation()
    vip_factor: float = Field(default=0.5, gt=0, le=1)
    holds: dict[str, HoldReason]
    note: NoteTemplate = NoteTemplate()
    bounces: Bounces = Bounces()
    after_resolution: AfterResolution = AfterResolution()
    triggers: tuple[Trigger, ...]
    tier_three_entry: tuple[str, ...]
    scope: dict[Tier, TierLimits]
    return_reasons: tuple[str, ...]
    manual_reasons: tuple[str, ...]
    categories: dict[str, Category]


class Slice(Rules):
    """All of a policy that one ticket needs, pinned at intake."""

    version: str
    client: ClientFacts
    promises: dict[Priority, Promises]
    calendars: dict[str, Calendar]
    fallback: Fallback

    def calendar(self, name: str) -> Calendar:
        """The calendar that a target names."""
        return self.calendars[name]


class Client(ClientFacts):
    """A client of the MSP, as the document holds it."""

    calendar: Name
    agreement: Name
    contacts: dict[str, str] = {}
    environment: str = ""


class Person(Facts):
    """Somebody of the desk: what they can do, when they work, how much they can hold, how to reach them."""

    id: Name
    name: str
    role: Name
    tier: Tier | None = None
    skills: tuple[str, ...] = ()
    calendar: Name
    capacity: int = Field(default=8, ge=0)
    team_lead_of: tuple[Tier, ...] = ()
    email: str | None = None
    apprise: tuple[str, ...] = ()
    partner: str | None = None


class Agreement(Facts):
    """What a client was promised, by priority."""

    promises: dict[Priority, Promises]


class OnCall(Facts):
    """The rotas, who replaces whom, and which rota answers for which tier."""

    rotas: dict[str, Rota]
    overrides: tuple[RotaOverride, ...] = ()
    by_tier: dict[Tier, str]
    managers: str


class Policy(Rules):
    """The whole document."""

    name: Name
    version: Name
    calendars: dict[str, Calendar]
    agreements: dict[str, Agreement]
    clients: dict[str, Client]
    people: dict[str, Person]
    on_call: OnCall
    fallback: Fallback
    messages: dict[str, str]

    def slice_for(self, client_id: str) -> Slice:
        """What a ticket of this client is pinned to; KeyError for a client that nobody configured."""
        client = self.clients[client_id]
        promises = self.agreements[client.agreement].promises
        used = {t.calendar for p in promises.values() for t in (p.response, p.resolution)}
        used |= {t.calendar for t in self.accept.values()}
        calendars = {name: self.calendars[name] for name in sorted(used - {"client"})}
        calendars["client"] = self.calendars[client.calendar]
        rules = {name: getattr(self, name) for name in Rules.model_fields}
        return Slice(
            **rules,
            version=self.version,
            client=ClientFacts.model_validate(client.model_dump(include=set(ClientFacts.model_fields))),
            promises=promises,
            calendars=calendars,
            fallback=self.fallback,
        )
