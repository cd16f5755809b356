"""How long one call takes of the processor, whatever else the machine does meanwhile."""

import time
import timeit
from collections.abc import Callable

from bench.table import Table, percentile

_REPEATS, _LEAST = 9, 0.02


def add_timed(table: Table, name: str, do: Callable[[], object], *more: object) -> float:
    """A row with one call's processor time: the best and the median of nine series, each of 20 ms at least.

    The median in microseconds.
    """
    made = do()
    timer = timeit.Timer(do, timer=time.process_time)
    number = 1
    while timer.timeit(number) < _LEAST:
        number *= 2
    took = [seconds / number * 1e6 for seconds in timer.repeat(_REPEATS, number)]
    events = [len(made)] if isinstance(made, list) and "events" in table.columns else []
    table.add(name, short(min(took)), short(percentile(took, 0.5)), *events, *more)
    return percentile(took, 0.5)


def short(microseconds: float) -> str:
    """Whole microseconds, or tenths where there are few."""
    return f"{microseconds:,.0f}" if microseconds >= 10 else f"{microseconds:.1f}"
