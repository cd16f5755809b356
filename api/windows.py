"""Maintenance windows as people ask for them: whose they may be, and who may make and end them."""

from contextlib import suppress

from api.faults import Forbidden, NotConfirmed, NotFound
from api.patience import patiently
from api.services import Services
from escalation.alerts.windows import Planned, Window, check_planned
from escalation.errors import UnknownName
from escalation.policy import Policy
from escalation.ports import Token
from escalation.terms import Role

_EVERYBODYS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER})
PLANS = _EVERYBODYS | {Role.TECHNICIAN, Role.DISPATCHER, Role.INTEGRATION}


async def plan(services: Services, policy: Policy, token: Token, wanted: Planned, key: str | None) -> Window:
    """Put a window on record, once for each key; whoever deals with alerts looks at once."""
    _may_plan(token, wanted.client)
    if wanted.client is not None and (wanted.client not in policy.clients or not _sees(token, wanted.client)):
        raise UnknownName(f"There is no client {wanted.client!r}.", field="client", value=wanted.client)
    now = services.now()
    check_planned(wanted, now)
    made = await patiently(services.maintenance.plan, wanted, token.person, now, key)
    await _look(services)
    return made


async def end(services: Services, token: Token, number: int) -> Window:
    """End a window now; one that is over stays as it is."""
    window = await patiently(services.maintenance.window, number)
    if window is None or not _sees(token, window.client):
        raise NotFound("There is no maintenance window of this number.")
    _may_plan(token, window.client)
    ended = await patiently(services.maintenance.end, number, token.person, services.now())
    await _look(services)
    return ended or window


async def _look(services: Services) -> None:
    """Have it seen to now; where nobody can be told, it is seen to within a minute."""
    with suppress(NotConfirmed):
        await services.intake.wake()


def _may_plan(token: Token, client: str | None) -> None:
    if token.role not in PLANS:
        raise Forbidden(f"A {token.role.value} plans no maintenance.")
    if client is None and (token.role not in _EVERYBODYS or token.clients is not None):
        raise Forbidden("A window of every client is for a team lead or service manager of all clients.")


def _sees(token: Token, client: str | None) -> bool:
    return client is None or token.clients is None or client in token.clients
