"""What each tier may finish alone by the policy in force, read without the rest of the document."""

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from escalation.policy import TierLimits
from escalation.routine import MayFinish
from escalation.terms import Tier
from stores.schema import policies, policy_choices

_CURRENT = select(policy_choices.c.version).order_by(policy_choices.c.n.desc()).limit(1)
_SCOPE = select(policies.c.body["scope"]).where(policies.c.version == _CURRENT.scalar_subquery())
_LIMITS = TypeAdapter(dict[Tier, TierLimits])


def may_finish(connection: Connection) -> MayFinish:
    """The patterns of the categories, by tier; nothing before the first policy was published."""
    scope = connection.execute(_SCOPE).scalar_one_or_none() or {}
    return {tier: limits.may for tier, limits in _LIMITS.validate_python(scope).items()}
