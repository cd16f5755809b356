"""The whole document."""

from escalation.calendar import Calendar
from escalation.policy.clients import Client, ClientFacts
from escalation.policy.people import Fallback, OnCall, Person
from escalation.policy.promises import Agreement
from escalation.policy.rules import Rules, Slice
from escalation.terms import Name


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
        targets = [t for p in promises.values() for t in (p.response, p.resolution, p.update)]
        targets += [*self.accept.values(), *(hold.contract for hold in self.holds.values())]
        used = {target.calendar for target in targets if target}
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
