"""Tickets whose promises are seconds long, so that their timers can be watched.

The policy that is published stays as it is. These tickets are taken in by the same code as the API's, but past the
API, with a slice of the current policy in which a few times are shorter; its version ends in `-demo`.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from api.gateway import Tickets
from api.keys import fingerprint, ticket_id
from escalation.calendar import Calendar
from escalation.commands import Intake, Open
from escalation.policy import AutoEscalation, Policy, Promises, Slice, Target
from escalation.ports import Token
from escalation.terms import Priority, Role
from escalation.view import TicketView
from tierline.demo_stage import DISPATCHER, Stage, Ticket
from tierline.settings import Settings
from tierline.wiring import temporal

ACCEPT_WITHIN = timedelta(seconds=5)
"""In place of the 15 minutes of a P2."""
RESOLVE_WITHIN = timedelta(seconds=24)
"""In place of the 24 opening hours of a P3."""
GOES_UP_BEFORE = timedelta(seconds=10)
GOES_UP_AFTER = RESOLVE_WITHIN - GOES_UP_BEFORE
_ALWAYS = "demo"


def quick(policy: Policy, client: str) -> Slice:
    """What a ticket of this client would be pinned to, with seconds for the accept time of P2 and the end of P3."""
    own = policy.slice_for(client)
    response = Target(time=RESOLVE_WITHIN, calendar=_ALWAYS)
    return own.model_copy(
        update={
            "version": f"{policy.version}-demo",
            "recurs_within": timedelta(),  # played again, it is no fault that keeps coming back
            "calendars": own.calendars | {_ALWAYS: Calendar(zone="UTC", hours={"daily": ("00:00-24:00",)})},
            "accept": own.accept | {Priority.P2: Target(time=ACCEPT_WITHIN, calendar=_ALWAYS)},
            "promises": own.promises | {Priority.P3: Promises(response=response, resolution=response)},
            "auto_escalation": AutoEscalation(trigger=own.auto_escalation.trigger, share=0.2, at_least=GOES_UP_BEFORE),
        }
    )


def take_in_quick(stage: Stage, said: Mapping[str, Any]) -> Ticket:
    """Take a ticket in under the quick policy, and act on it over HTTP from then on."""
    intake = Intake.model_validate({**said, "source": "demo"})
    return stage.enter(asyncio.run(_open(stage.settings, stage.desk.policy, intake)))


async def _open(settings: Settings, policy: Policy, intake: Intake) -> TicketView:
    by = Token(id="demo", person=DISPATCHER, role=Role.DISPATCHER)
    its_id = ticket_id(intake, None, by)
    command = Open(by=by.person, role=by.role, intake=intake, request_id=f"open/{its_id}")
    tickets = Tickets(await temporal(settings), settings.task_queue)
    return await tickets.open(its_id, command, quick(policy, intake.client), fingerprint(intake), datetime.now(UTC))
