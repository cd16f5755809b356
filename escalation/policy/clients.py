"""The clients of the MSP: what a ticket knows of its own, and what the document holds."""

from escalation.calendar import Holidays
from escalation.terms import Facts, Name


class ClientFacts(Facts):
    """What a ticket needs to know of its client."""

    id: Name
    name: str = ""
    vip: bool = False
    vip_contacts: tuple[str, ...] = ()
    environment: str = ""


class Site(Facts):
    """A place of a client; what it leaves out is the client's."""

    agreement: Name | None = None
    calendar: Name | None = None


class Client(ClientFacts):
    """A client of the MSP, as the document holds it.

    `contact_agreements` are those of single persons, by name. `domains` are those of its mail addresses: who
    writes from there speaks for it, beside its contacts.
    """

    calendar: Name
    agreement: Name | None = None
    sites: dict[str, Site] = {}
    contacts: dict[str, str] = {}
    domains: tuple[Name, ...] = ()
    contact_agreements: dict[str, Name] = {}
    holidays: Holidays = ()
    """Days on which this client alone is closed, beside the holidays of its calendar."""
