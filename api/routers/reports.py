"""Reports over the journal: what somebody who leads should look at."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import Caller, Handed
from api.faults import Forbidden
from api.problems import responses
from api.window import window
from api.words import Moment
from escalation.pauses import PauseReport, pause_report
from escalation.terms import Role

router = APIRouter(prefix="/reports", tags=["reports"])

_READERS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR})


@router.get("/pauses", responses=responses("forbidden"))
def pauses(
    services: Handed,
    token: Caller,
    since: Annotated[Moment | None, Query(alias="from", description="Put on hold at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Put on hold before this moment.")] = None,
) -> PauseReport:
    """Holds that look wrong: the customer had replied while the clock stood still, or it was stopped near its breach.

    Also a reply that was recorded late. Of the last 90 days, unless a time is named. For those who lead and audit;
    each finding is to be looked at by a person.
    """
    if token.role not in _READERS:
        raise Forbidden("A team lead, a service manager or an auditor may read this.", role=token.role.value)
    since, until = window(since, until, services.now())
    return pause_report(services.journal.held(since, until, token.clients), since, until)
