"""What a worker's log says about activities: whose ticket each line is about, and one line for each that fails."""

import traceback
from collections.abc import Sequence

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from escalation.ports import Unavailable
from tierline.logs import ticket_of

log = structlog.get_logger()

_FRAMES = 8


class ActivityLog(Interceptor):
    """Of every activity of the worker."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """The activity, with its whereabouts in the log."""
        return _Told(next)


class _Told(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> object:  # noqa: A002 - the SDK's own name
        with structlog.contextvars.bound_contextvars(**_whereabouts(input.args)):
            try:
                return await super().execute_activity(input)
            except Exception as error:
                log.warning("activity failed", attempt=activity.info().attempt, **told(error))
                raise


def _whereabouts(said: Sequence[object]) -> dict[str, str]:
    info = activity.info()
    found = {"activity": info.activity_type, "workflow_id": info.workflow_id, "run_id": info.workflow_run_id}
    found["ticket_id"] = ticket_of(info.workflow_id or "") or _named(said)
    return {name: value for name, value in found.items() if value}


def _named(said: Sequence[object]) -> str | None:
    """The ticket that the activity's first argument names, as a message does."""
    its_id = getattr(said[0], "ticket_id", None) if said else None
    return its_id if isinstance(its_id, str) and its_id else None


def told(error: Exception) -> dict[str, str]:
    """What a log may hold of a failure: its type and where it was raised; its words only where they are ours.

    The whole of it stands in the ticket's history in Temporal.
    """
    match error:
        case ApplicationError():
            return {"error": error.type or type(error).__name__}
        case Unavailable():
            return {"error": str(error)}
        case _:
            frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
            places = (f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
            return {"error": type(error).__name__, "at": " < ".join(reversed(list(places)))}
