"""The triggers of a policy, as the document states them."""

from typing import Literal

from pydantic import Field

from escalation.terms import EscalationKind, Facts, Name, Tier
from escalation.triggers import Condition


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
