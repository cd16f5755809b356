"""The directory and the message texts, remembered: a page must go out while the database is away."""

from datetime import datetime

from escalation.messages import Address
from escalation.policy import Policy
from escalation.ports import Directory, Policies, Unavailable


class LastKnown:
    """Asks the stores first; while they are away, answers from the last policy that it has read.

    Implements `Directory`, and of `Policies` the current one. Unavailable only if no policy was ever read.
    """

    def __init__(self, directory: Directory, policies: Policies, desk_urls: tuple[str, ...] = ()) -> None:
        """`desk_urls` are apprise URLs of the whole desk: what goes to a person goes there as well."""
        self._directory, self._policies, self._desk_urls = directory, policies, desk_urls
        self._last: Policy | None = None

    def current(self) -> Policy:
        """The current policy, or the last one known."""
        try:
            self._last = self._policies.current()
        except Unavailable:
            if self._last is None:
                raise
        return self._last

    def version(self, version: str) -> Policy:
        """As the stores have it."""
        return self._policies.version(version)

    def address(self, person: str) -> Address:
        """Where this person can be reached."""
        found = self._address(person)
        return found.model_copy(update={"apprise": (*found.apprise, *self._desk_urls)})

    def _address(self, person: str) -> Address:
        try:
            return self._directory.address(person)
        except Unavailable:
            known = self.current().people.get(person)
            return known.address if known else Address()

    def display_name(self, person: str) -> str:
        """The name that a client reads."""
        try:
            return self._directory.display_name(person)
        except Unavailable:
            known = self.current().people.get(person)
            return known.name if known else person

    def holders(self, role: str, tier: int | None, at: datetime) -> list[str]:
        """Who acts in this role; without the store, whom the policy's rota or list of people names."""
        try:
            return self._directory.holders(role, tier, at)
        except Unavailable:
            policy = self.current()
            if role == "service_manager":
                named = policy.on_call.board().on_call(policy.on_call.managers, at)
                return [named or policy.fallback.manager]
            found = [p.id for p in policy.people.values() if p.role == role or (tier and tier in p.team_lead_of)]
            return found or [policy.fallback.manager]
