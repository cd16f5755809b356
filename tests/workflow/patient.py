"""Workers for a machine that plays other tests at the same time."""

from temporalio.worker import Worker

_SECONDS = 20


def patient(worker: Worker) -> Worker:
    """The worker, which takes a workflow for stuck after twenty seconds.

    The SDK knows no other bound than two, by the clock on the wall: a thread that only waits for a core exceeds them.
    """
    assert worker._workflow_worker is not None
    worker._workflow_worker._deadlock_timeout_seconds = _SECONDS
    return worker
