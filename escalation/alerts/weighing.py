"""How much a severity weighs."""

from escalation.policy import Alerting, Weight


def weight_of(rules: Alerting, severity: int) -> Weight:
    """The impact and urgency of a severity; one that the policy leaves out weighs as the next milder."""
    known = rules.severities
    return known.get(severity) or known[min((s for s in known if s > severity), default=max(known))]
