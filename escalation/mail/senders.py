"""For whom a sender may speak: by the contacts and mail domains of the policy. Pure."""

from escalation.policy import Client, Policy


def clients_of(sender: str, policy: Policy) -> tuple[str, ...]:
    """The clients that he may speak for: those who name him, else those whose domain it is."""
    address = sender.lower()
    named = tuple(client.id for client in policy.clients.values() if address in _addresses(client))
    domain = address.rpartition("@")[2]
    return named or tuple(
        client.id for client in policy.clients.values() if domain in {each.lower() for each in client.domains}
    )


def name_of(sender: str, shown: str, client: Client) -> str:
    """What he is called: as the policy has him, else as he writes himself, else his address."""
    known = (name for name, address in client.contacts.items() if address.lower() == sender.lower())
    return next(known, shown or sender)


def staff(sender: str, policy: Policy) -> str | None:
    """Who of the desk it is."""
    people = policy.people.values()
    return next((person.id for person in people if person.email and person.email.lower() == sender.lower()), None)


def _addresses(client: Client) -> set[str]:
    return {address.lower() for address in client.contacts.values()}
