"""What people read instead of an id: names of people, clients, categories, stages, by the policy of today."""

from dataclasses import dataclass

from escalation.policy import Policy
from escalation.terms import SYSTEM
from escalation.ticket import SERVICE_DESK

_OURSELVES = {SYSTEM: "Tierline", SERVICE_DESK: "Service desk", "": "nobody"}
_STAGES = {"tier_1": "Tier 1", "tier_2": "Tier 2", "tier_3": "Tier 3"}
_WRITTEN = {
    "mfa": "MFA",
    "sla": "SLA",
    "sop": "SOP",
    "t1": "T1",
    "t2": "T2",
    "t3": "T3",
    "m365": "M365",
    "voip": "VoIP",
}


@dataclass(frozen=True)
class Names:
    """The names of one policy; whatever it does not know is shown by its id."""

    policy: Policy

    def person(self, person: str) -> str:
        """Somebody of the desk, the desk itself, or Tierline."""
        known = self.policy.people.get(person)
        return known.name if known else _OURSELVES.get(person, person)

    def client(self, client: str) -> str:
        """A client of the desk."""
        known = self.policy.clients.get(client)
        return known.name if known and known.name else client

    def zone(self, person: str) -> str:
        """The time zone in which somebody works; UTC for a stranger."""
        known = self.policy.people.get(person)
        calendar = self.policy.calendars.get(known.calendar) if known else None
        return calendar.zone if calendar else "UTC"


def said(name: str | None) -> str:
    """An id of the policy or of the rules in words: `tier_1`, `identity.password_reset`, `waiting_customer`."""
    if not name:
        return ""
    if name in _STAGES:
        return _STAGES[name]
    if name.endswith(".*"):
        return f"all of {said(name[:-2]).lower()}"
    first, *rest = name.replace(".", " · ").replace("_", " ").split(" ")
    words = [_WRITTEN.get(first, first[:1].upper() + first[1:]), *(_WRITTEN.get(word, word) for word in rest)]
    return " ".join(words)
