"""The whole document."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

from escalation.calendar import Calendar
from escalation.durations import Duration
from escalation.errors import UnknownName
from escalation.policy.alerting import Alerting
from escalation.policy.clients import Client, ClientFacts, Site
from escalation.policy.mailing import Mailing
from escalation.policy.people import Fallback, OnCall, Person
from escalation.policy.promises import Agreement
from escalation.policy.rules import AgreedBy, Rules, Slice
from escalation.terms import Name

T = TypeVar("T")


class Policy(Rules):
    """The whole document."""

    name: Name
    version: Name
    calendars: dict[str, Calendar]
    agreements: dict[str, Agreement]
    default_agreement: Name | None = None
    clients: dict[str, Client]
    people: dict[str, Person]
    on_call: OnCall
    fallback: Fallback
    alerts: Alerting = Alerting()
    mail: Mailing = Mailing()
    messages: dict[str, str]
    bundle_within: Duration = timedelta(0)
    """What one person is to be told within this time goes as one message; pages and P1 never wait."""

    def called(self, person: str) -> str:
        """What somebody is called: their name, or what stands there if they are none of the desk's."""
        known = self.people.get(person)
        return known.name if known else person

    def slice_for(
        self, client_id: str, *, contact: str = "", site: str | None = None, agreement: str | None = None
    ) -> Slice:
        """What a ticket of this client, contact and site is pinned to; KeyError for a client that nobody configured.

        `agreement` is one that was named for this ticket alone. UnknownName for a site or an agreement that is not.
        """
        client = self.clients[client_id]
        place = _known("site", site, client.sites)
        name, by = self._agreed(client, contact, place, agreement)
        agreed = _known("agreement", name, self.agreements)
        promises = agreed.promises if agreed else {}
        targets = [t for p in promises.values() for t in (p.response, p.resolution, p.reply, p.update_every)]
        targets += [*self.accept.values(), *(hold.contract for hold in self.holds.values())]
        used = {target.calendar for target in targets if target}
        calendars = {name: self.calendars[name] for name in sorted(used - {"client"})}
        own = self.calendars[(place and place.calendar) or client.calendar]
        calendars["client"] = own.closed_also_on(client.holidays)
        rules = {name: getattr(self, name) for name in Rules.model_fields}
        return Slice(
            **rules,
            version=self.version,
            client=ClientFacts.model_validate(client.model_dump(include=set(ClientFacts.model_fields))),
            agreement=name or "",
            agreed_by=by,
            promises=promises,
            calendars=calendars,
            fallback=self.fallback,
            paging=self.on_call.paging,
        )

    def _agreed(self, client: Client, contact: str, site: Site | None, own: str | None) -> tuple[str | None, AgreedBy]:
        """The agreement of the most specific of those who have one; nobody: out of contract."""
        named: list[tuple[str | None, AgreedBy]] = [
            (own, "ticket"),
            (client.contact_agreements.get(contact), "contact"),
            (site.agreement if site else None, "site"),
            (client.agreement, "client"),
            (self.default_agreement, "default"),
        ]
        return next(((name, by) for name, by in named if name), (None, "nobody"))


def _known(field: str, name: str | None, among: Mapping[str, T]) -> T | None:
    """What the name stands for; None for no name, UnknownName for one that stands for nothing."""
    if name is None:
        return None
    if name not in among:
        raise UnknownName(f"There is no {field} {name!r}; there are {', '.join(among)}.", field=field, value=name)
    return among[name]
