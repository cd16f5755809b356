"""The schedules of the audits, in Temporal. Registering them again brings them to what this version says."""

import asyncio
from datetime import timedelta
from functools import partial

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from escalation.audit.window import KINDS, AuditKind
from tierline.settings import Settings
from tierline.wiring import Stores, temporal
from workflows.audit import AuditAsked, AuditWorkflow

_AT_SIX = [ScheduleRange(6)]
_WHEN: dict[AuditKind, ScheduleCalendarSpec] = {
    "weekly": ScheduleCalendarSpec(hour=_AT_SIX, day_of_week=[ScheduleRange(1)]),
    "monthly": ScheduleCalendarSpec(hour=_AT_SIX, day_of_month=[ScheduleRange(1)]),
    "quarterly": ScheduleCalendarSpec(hour=_AT_SIX, day_of_month=[ScheduleRange(1)], month=[ScheduleRange(1, 12, 3)]),
}
# Missed while everything was down, it is made once: the window is a little shorter than the time to the next.
_CATCH_UP: dict[AuditKind, timedelta] = {
    "weekly": timedelta(days=6, hours=23),
    "monthly": timedelta(days=27),
    "quarterly": timedelta(days=89),
}


def schedule_id(kind: AuditKind) -> str:
    """What a schedule is called in Temporal."""
    return f"audits-{kind}"


def register_audit_schedules(settings: Settings) -> None:
    """Register the schedules, by the clocks of the service manager."""
    asyncio.run(_register(settings))


async def _register(settings: Settings) -> None:
    stores = Stores.at(settings.dsn)
    try:
        await schedule_audits(await temporal(settings), settings.task_queue, stores.audits.zone())
    finally:
        stores.engine.dispose()


async def schedule_audits(client: Client, task_queue: str, zone: str) -> None:
    """Make the schedules, or bring those that are there up to date; one that somebody paused stays so."""
    for kind in KINDS:
        wanted = _schedule(kind, task_queue, zone)
        try:
            await client.create_schedule(schedule_id(kind), wanted)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(schedule_id(kind)).update(partial(_updated, wanted))


def _updated(wanted: Schedule, there: ScheduleUpdateInput) -> ScheduleUpdate:
    wanted.state = there.description.schedule.state
    return ScheduleUpdate(schedule=wanted)


def _schedule(kind: AuditKind, task_queue: str, zone: str) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            AuditWorkflow.run,
            AuditAsked(kind=kind),
            id=f"audit/{kind}",
            task_queue=task_queue,
            static_summary=f"The {kind} audit",
        ),
        spec=ScheduleSpec(calendars=[_WHEN[kind]], time_zone_name=zone),
        # One that still waits for its database holds up no other; each makes the audit of its own window.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.ALLOW_ALL, catchup_window=_CATCH_UP[kind]),
        state=ScheduleState(note=f"Tierline's {kind} audit"),
    )
