"""The named timeouts and retries. Every activity of a ticket is short: its loop does nothing else meanwhile."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy

TASK_QUEUE = "tierline"
DELIVERIES = "tierline-deliveries"

SHORTEST_TIMER = timedelta(seconds=1)  # the server fires nothing sooner


class LocalOptions(TypedDict):
    """Arguments of a local activity."""

    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class Options(TypedDict):
    """Arguments of an activity."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


ONCE = RetryPolicy(maximum_attempts=1)

# The desk and the journal answer from PostgreSQL in milliseconds, or say within two seconds that it is away. The
# loop then goes on without them and asks again later, so neither is tried twice here. Both stay well below the
# workflow task's timeout of ten seconds.
ASK_THE_DESK: LocalOptions = {
    "start_to_close_timeout": timedelta(seconds=4),
    "schedule_to_close_timeout": timedelta(seconds=6),
    "retry_policy": ONCE,
}
CARRY_OUT: LocalOptions = {
    "start_to_close_timeout": timedelta(seconds=4),
    "schedule_to_close_timeout": timedelta(seconds=6),
    "retry_policy": ONCE,
}

JOURNAL_RETRY_FIRST = timedelta(seconds=5)
JOURNAL_RETRY_MOST = timedelta(minutes=1)

# A message is tried for a day; nothing waits for it.
DELIVER: Options = {
    "start_to_close_timeout": timedelta(minutes=2),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=2),
        backoff_coefficient=2,
        maximum_interval=timedelta(minutes=10),
        maximum_attempts=150,
    ),
}

# A review can wait for its database as long as it takes.
REVIEW: Options = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1)),
}
