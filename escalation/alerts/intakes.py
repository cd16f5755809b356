"""From an alert to the intake of a ticket: category, impact, urgency, and whether it is an emergency."""

from datetime import UTC, datetime
from fnmatch import fnmatchcase
from hashlib import sha256

from escalation.alerts.alert import Alert
from escalation.alerts.fault import Fault
from escalation.alerts.weighing import weight_of
from escalation.alerts.words import storm_subject
from escalation.commands import Contact, Intake, IntakeFacts, Open
from escalation.desk import open_ticket
from escalation.identity import external_ticket
from escalation.policy import Alerting, Policy, Slice, Weight
from escalation.terms import SYSTEM, Role
from escalation.ticket import fold

_SHORT = 200
_LINE = 500
_DETAILS = 6_000
_ANY_TIME = datetime(2026, 1, 5, 12, tzinfo=UTC)  # whether it is an emergency does not depend on the hour


class Intakes:
    """What tickets of alerts begin with, under one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._slices: dict[tuple[str, str], Slice] = {}
        self._emergencies: dict[tuple[str, str, str | None, int], bool] = {}

    @property
    def rules(self) -> Alerting:
        """The section of the policy."""
        return self.policy.alerts

    def knows(self, client: str) -> bool:
        """Whether the policy has such a client."""
        return client in self.policy.clients

    def category(self, alert: Alert) -> str | None:
        """What its source says, else what the policy says of its kind; None where neither is a category."""
        if alert.category in self.policy.categories:
            return alert.category
        found = (name for pattern, name in self.rules.kinds.items() if fnmatchcase(alert.kind, pattern))
        return next((name for name in found if name in self.policy.categories), None)

    def weight(self, severity: int) -> Weight:
        """The impact and urgency of a severity."""
        return weight_of(self.rules, severity)

    def security(self, fault: Fault) -> bool:
        """Whether no maintenance window silences it."""
        named = [name for name in (fault.category, fault.kind) if name]
        return any(fnmatchcase(name, pattern) for name in named for pattern in self.rules.security)

    def lane(self, alert: Alert) -> str:
        """Emergencies make storms only among those of their category; everything else among itself."""
        category = self.category(alert)
        return category or "emergency" if self._emergency(alert, category) else ""

    def slice_for(self, client: str, site: str | None) -> Slice:
        """What a ticket of this place is pinned to."""
        known = site if site in self.policy.clients[client].sites else None
        key = (client, known or "")
        if key not in self._slices:
            self._slices[key] = self.policy.slice_for(client, site=known)
        return self._slices[key]

    def opening(self, alert: Alert, episode: int, *, storm: bool = False) -> tuple[str, Open]:
        """The ticket's id and its intake: the same again for the same episode of the same fault."""
        said = f"{alert.source}/{alert.fault}"
        if len(said) > _SHORT:
            said = f"{said[:_SHORT]}~{sha256(said.encode()).hexdigest()[:16]}"
        external = f"{said}#{episode}"
        ticket_id = external_ticket(alert.client, external)
        intake = self._intake(alert, external, storm=storm)
        return ticket_id, Open(by=SYSTEM, role=Role.SYSTEM, intake=intake, request_id=f"open/{ticket_id}")

    def _intake(self, alert: Alert, external: str, *, storm: bool = False) -> Intake:
        weight = self.weight(min(alert.severity, self.rules.storm.severity) if storm else alert.severity)
        site = alert.site if alert.site in self.policy.clients[alert.client].sites else None
        return Intake(
            client=alert.client,
            site=site,
            contact=Contact(name=f"Monitoring ({alert.source})"[:_LINE]),
            subject=(storm_subject(alert.site or "", alert.summary) if storm else alert.summary) or alert.fault,
            description=_described(alert),
            category=self.category(alert),
            impact=weight.impact,
            urgency=weight.urgency,
            facts=IntakeFacts(
                affected_systems=(alert.asset,) if alert.asset else None,
                error_messages=alert.summary,
                steps_attempted="none known",
            ),
            asset=alert.asset,
            source=alert.source,
            external_id=external,
        )

    def _emergency(self, alert: Alert, category: str | None) -> bool:
        key = (alert.client, alert.site or "", category, alert.severity)
        if key not in self._emergencies:
            _, command = self.opening(alert, 0)
            pinned = self.slice_for(alert.client, alert.site)
            judged = fold(list(open_ticket("T-0", command, pinned, _ANY_TIME)))
            self._emergencies[key] = judged.emergency
        return self._emergencies[key]


def _described(alert: Alert) -> str:
    """What the sender says, its own links among it."""
    where = [f"{name}: {value}" for name in ("site", "asset", "kind") if (value := getattr(alert, name))]
    unknown = ["Its severity is none that is known; taken as 3."] if alert.severity_unknown else []
    labels = [f"{name}={value}" for name, value in sorted(alert.labels.items())]
    links = [f"{link.text or 'Link'}: {link.href}" for link in alert.links]
    parts = [alert.details, *where, *unknown, *labels, *links]
    return "\n".join(part for part in parts if part)[:_DETAILS]
