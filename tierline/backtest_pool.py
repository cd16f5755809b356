"""The processes that judge the past, for the terminal and for the worker."""

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

from tierline.backtest_work import Task, begin

AT_ONCE = 100  # tickets in one errand of a process


def pool(task: Task, workers: int, *, aside: bool = False) -> ProcessPoolExecutor:
    """So many processes that are ready for the task.

    Those `aside` get what the machine has left over, and a Ctrl-C that is meant for their parent is none of theirs.
    """
    context = get_context("spawn")  # a fork would share this process's connections
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_ready, initargs=(task, aside))


_LEAST = 19


def _ready(task: Task, aside: bool) -> None:
    if aside:
        os.nice(_LEAST)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    begin(task)


def _end_with_parent() -> None:
    """A parent that is killed closes no queue: its processes would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
