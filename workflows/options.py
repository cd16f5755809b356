"""The named timeouts and retries. Every activity of a ticket is short: its loop does nothing else meanwhile."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy

TASK_QUEUE = "tierline"

SHORTEST_TIMER = timedelta(seconds=1)  # the server fires nothing sooner


def deliveries(task_queue: str) -> str:
    """The queue for sending, beside the tickets' own: a channel that hangs fills slots and threads of its own."""
    return f"{task_queue}-deliveries"


def backtests(task_queue: str) -> str:
    """The queue for back-tests, of which a worker does one at a time: each lasts for minutes."""
    return f"{task_queue}-backtests"


def webhooks(task_queue: str) -> str:
    """The queue for events to other programs: a receiver that hangs takes no slot from a page."""
    return f"{task_queue}-webhooks"


def psa(task_queue: str) -> str:
    """The queue for other systems that tickets are in step with."""
    return f"{task_queue}-psa"


class Options(TypedDict):
    """Arguments of an activity."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class Lasting(Options):
    """Those of an activity that says in between that it lives."""

    heartbeat_timeout: timedelta


# The desk and the journal answer from PostgreSQL in milliseconds, or say within two seconds that it is away; the loop
# then goes on without them. There is no limit from scheduling to close: while no worker runs, a ticket waits for one,
# and is not given to the fallback owner because of it.
ASK_THE_DESK: Options = {
    "start_to_close_timeout": timedelta(seconds=5),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=3),
}
CARRY_OUT: Options = {
    "start_to_close_timeout": timedelta(seconds=5),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=3),
}

JOURNAL_RETRY_FIRST = timedelta(seconds=5)
JOURNAL_RETRY_MOST = timedelta(minutes=1)

JUDGE_AGAIN = timedelta(minutes=5)  # after the rules failed on a deadline: the next release may know better

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

# A turn of a webhook lasts 40 seconds and the last POST's 20; its database is waited for, as long as it takes.
CARRY_WEBHOOK: Options = {
    "start_to_close_timeout": timedelta(minutes=2),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1)),
}

# Quiet hours are asked of a policy that the worker knows; a minute in vain, and the message goes at once.
PLAN_DELIVERY: Options = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=5),
}

GIVE_UP: Options = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(maximum_interval=timedelta(minutes=10), maximum_attempts=150),
}

# Who is to be relieved is asked for as long as it takes; one ticket that does not answer holds up no other.
RELIEVE: Options = {
    "start_to_close_timeout": timedelta(minutes=5),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
}

# Whoever is not told now is told when the desk's watch looks again.
TELL: Options = {
    "start_to_close_timeout": timedelta(minutes=1),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3),
}

# What machines sent waits for its database as long as it takes; a round that hangs is begun anew, and does no harm.
DRAIN: Options = {
    "start_to_close_timeout": timedelta(minutes=3),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=15)),
}

# Mail is kept before anything else is done with it, and each has its effects once: a look that fails is done again.
LOOK_FOR_MAIL: Options = {
    "start_to_close_timeout": timedelta(minutes=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1)),
}

# A review can wait for its database as long as it takes.
REVIEW: Options = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1)),
}

# An audit reads a quarter's tickets, and waits for its database as long as it takes.
AUDIT: Options = {
    "start_to_close_timeout": timedelta(minutes=5),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1)),
}

# Half a minute without a heartbeat, and a back-test goes on where the last one was; its database may be away for hours.
JUDGE_PAST: Lasting = {
    "start_to_close_timeout": timedelta(hours=12),
    "heartbeat_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1), maximum_attempts=200
    ),
}

END_BACKTEST: Options = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1)),
}

# A batch of records waits for the other system, call by call; what is not done is told, and done later.
PSA_SYNC: Options = {
    "start_to_close_timeout": timedelta(minutes=5),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3),
}

# A comparison reads every open record of the other system.
PSA_LOOK: Options = {
    "start_to_close_timeout": timedelta(minutes=15),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=2), maximum_attempts=3),
}
