"""The clients of the MSP: what a ticket knows of its own, and what the document holds."""

from escalation.terms import Facts, Name


class ClientFacts(Facts):
    """What a ticket needs to know of its client."""

    id: Name
    name: str = ""
    vip: bool = False
    vip_contacts: tuple[str, ...] = ()
    environment: str = ""


class Client(ClientFacts):
    """A client of the MSP, as the document holds it."""

    calendar: Name
    agreement: Name
    contacts: dict[str, str] = {}
    environment: str = ""
