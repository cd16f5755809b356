"""What the forms of a ticket can choose from: coded reasons, skills, people, access, all by their names."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.console.here import Here
from api.console.names import said
from api.console.ticket.reading import Look
from escalation.policy import Slice
from escalation.situation import access_of
from escalation.terms import Role, Tier

Options = list[tuple[str, str]]
_WORKS = frozenset({Role.TECHNICIAN.value, Role.TEAM_LEAD.value, Role.SERVICE_MANAGER.value})


@dataclass(frozen=True)
class Desk:
    """The choices for one ticket, by the policy that it is pinned to and the people of today."""

    here: Here
    look: Look

    @property
    def policy(self) -> Slice:
        """The ticket's slice; forms are only made for tickets that have one."""
        if self.look.policy is None:
            raise LookupError("an imported ticket has no forms")
        return self.look.policy

    def coded(self, names: Iterable[str], first: str = "Choose …") -> Options:
        """Codes of the policy in words, with nothing chosen."""
        return [("", first), *((name, said(name)) for name in names)]

    def skills(self) -> Options:
        """Every skill that some tier holds."""
        known = {skill for limits in self.policy.scope.values() for skill in limits.skills}
        return self.coded(sorted(known), "As the category needs")

    def access(self) -> Options:
        """Every access that some tier has."""
        return self.coded(sorted(access_of(self.policy, 3)), "None")

    def categories(self) -> Options:
        """Every category."""
        return self.coded(sorted(self.policy.categories))

    def people(self, tier: Tier | None = None, first: str = "Choose …") -> Options:
        """Who works on tickets, of this tier or of all, by name; whoever looks is left out."""
        everybody = self.here.policy.people.values()
        known = [p for p in everybody if p.role in _WORKS and p.id != self.here.viewer.person]
        fit = [p for p in known if tier is None or p.tier == tier or p.role != Role.TECHNICIAN.value]
        named = sorted((p.name, p.id, p.tier) for p in fit)
        return [("", first), *((id_, f"{name} (Tier {at})" if at else name) for name, id_, at in named)]

    def everybody(self) -> Options:
        """All people of the desk by name, whoever looks among them."""
        named = sorted((p.name, p.id) for p in self.here.policy.people.values())
        return [("", "Choose …"), *((id_, name) for name, id_ in named)]

    def triggers(self) -> Options:
        """Every trigger of the policy by what it says."""
        why = self.look.why
        return [("", "Choose …"), *((t.id, f"{t.says} ({t.id})") for t in (why.triggers if why else ()))]

    def movers(self) -> Options:
        """The triggers that hold now, and the coded reasons of a person."""
        why = self.look.why
        holding = why.ruling.holding if why else ()
        known = {t.id: t for t in (why.triggers if why else ()) if t.mode == "move"}
        fired = [(name, f"{known[name].says} ({name})") for name in holding if name in known]
        return [("", "Choose …"), *fired, *((name, said(name)) for name in self.policy.manual_reasons)]
