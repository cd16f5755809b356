"""Our own tickets as the sync of another system comes to them: by the way that every request takes, rules and all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from api import asking
from api.faults import Fault, KeyReused, NotConfirmed
from api.keys import ticket_id
from api.patience import patiently
from api.services import Services
from escalation.commands import Intake
from escalation.errors import NotPermitted, UnknownName
from escalation.ports import Token, Unavailable
from escalation.psa.asking import Wish
from escalation.terms import Role


@dataclass(frozen=True)
class PsaDoor:
    """Implements `escalation.psa.ports.Doors` over what the API works with."""

    handed: Callable[[], Services]

    async def take_in(self, connection: str, intake: Intake) -> str:
        """The id of the ticket; a record that has changed since it was taken in is the same one."""
        services, token = await asyncio.to_thread(self.handed), _itself(connection, intake.client)
        policy = await patiently(services.policies.current)
        try:
            return (await asking.take_in(services, policy, token, intake, None)).id
        except KeyReused:
            return ticket_id(intake, None, token)
        except NotConfirmed as later:
            raise Unavailable(later.detail) from None
        except Fault as fault:
            raise NotPermitted(fault.detail) from None

    async def ask(self, connection: str, ticket: str, client: str, wish: Wish, key: str) -> int:
        """One command; the ticket's sequence after it, 0 where it was asked before in other words."""
        services = await asyncio.to_thread(self.handed)
        token = await _token(services, connection, client, wish.person)
        try:
            return (await asking.ask(services, token, ticket, wish.command, key)).seq
        except KeyReused:
            return 0
        except NotConfirmed as later:
            raise Unavailable(later.detail) from None
        except Fault as fault:
            raise NotPermitted(fault.detail) from None


async def _token(services: Services, connection: str, client: str, person: str | None) -> Token:
    """Whoever made the change, in the role that they have at the desk; else the connection itself."""
    if person is None:
        return _itself(connection, client)
    found = await patiently(services.people.person, person, services.now())
    if found is None:
        raise UnknownName(f"The desk has nobody called {person!r}.", field="people", value=person)
    if found.role not in {role.value for role in Role}:
        raise NotPermitted(f"{found.name} works on no tickets.", role=found.role)
    return Token(id=_name(connection), person=person, role=Role(found.role), clients=(client,))


def _itself(connection: str, client: str) -> Token:
    return Token(id=_name(connection), person=_name(connection), role=Role.INTEGRATION, clients=(client,))


def _name(connection: str) -> str:
    return f"psa/{connection}"
