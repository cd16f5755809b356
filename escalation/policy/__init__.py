"""Policy as data: the whole document, and the slice of it that one ticket is pinned to.

The document is one YAML file, validated when it is published and immutable by version. A ticket carries only its
`Slice` in its history: its client's targets and calendars, the categories, triggers and limits, and who to fall back
on when nobody can be asked. So a later version changes nothing for a ticket that runs.
"""

from escalation.policy.alerting import Alerting, Flapping, Outage, Storm, Weight
from escalation.policy.clients import Client, ClientFacts, Site
from escalation.policy.document import Policy
from escalation.policy.mailing import Mailing
from escalation.policy.paging import PagingLadder, PagingStep
from escalation.policy.people import Fallback, OnCall, Person
from escalation.policy.promises import Agreement, AutoEscalation, Promises, Target
from escalation.policy.rules import AgreedBy, Rules, Slice
from escalation.policy.tiers import Bounces, Category, ImpactRule, TierLimits
from escalation.policy.triggering import Trigger, TriggerTarget
from escalation.policy.work import AfterResolution, HoldReason, MajorIncidents, NoteTemplate, Satisfaction

__all__ = [
    "AfterResolution",
    "AgreedBy",
    "Agreement",
    "Alerting",
    "AutoEscalation",
    "Bounces",
    "Category",
    "Client",
    "ClientFacts",
    "Fallback",
    "Flapping",
    "HoldReason",
    "ImpactRule",
    "Mailing",
    "MajorIncidents",
    "NoteTemplate",
    "OnCall",
    "Outage",
    "PagingLadder",
    "PagingStep",
    "Person",
    "Policy",
    "Promises",
    "Rules",
    "Satisfaction",
    "Site",
    "Slice",
    "Storm",
    "Target",
    "TierLimits",
    "Trigger",
    "TriggerTarget",
    "Weight",
]
