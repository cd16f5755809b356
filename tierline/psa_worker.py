"""The worker that keeps tickets in step with other systems, on slots of its own: none that hangs holds up a ticket."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from temporalio.client import Client
from temporalio.worker import Worker

from activities.psa.connecting import PsaActivities
from tierline.activity_log import ActivityLog
from tierline.psa_connectors import connectors
from tierline.psa_door import PsaDoor
from tierline.settings import Settings
from tierline.wiring import Stores
from workflows.options import psa

if TYPE_CHECKING:
    from api.services import Services

_AT_ONCE = 5  # connections at work
_GRACE = timedelta(seconds=15)


def psa_worker(settings: Settings, client: Client, stores: Stores) -> Worker:
    """A worker for what the connections' workflows ask of the outside."""

    @cache
    def handed() -> "Services":
        from tierline.serve import services  # 30 MB that a desk without a connection does without

        return services(settings, stores, client)

    hands = PsaActivities(stores.psa, connectors(stores.psa), PsaDoor(handed), stores.journal, stores.policies)
    return Worker(
        client,
        task_queue=psa(settings.task_queue),
        activities=[hands.sync_records, hands.look_at_all],
        interceptors=[ActivityLog()],
        max_concurrent_activities=_AT_ONCE,
        graceful_shutdown_timeout=_GRACE,
    )
