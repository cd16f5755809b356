"""Past tickets under another policy: the same pure rules on what people did then, and what would have changed."""

from collections.abc import Callable, Sequence
from datetime import datetime

from escalation.backtest.changes import TicketChanges, changes_of
from escalation.backtest.outcome import outcome_of
from escalation.backtest.regime import Regime
from escalation.backtest.replay import recorded, replay
from escalation.backtest.report import Report, Sums
from escalation.errors import Refusal
from escalation.events import Event

__all__ = ["Regime", "Report", "Sums", "TicketChanges", "judge"]


def judge(
    report: Report,
    events: Sequence[Event],
    policy: Regime,
    until: datetime,
    then: Regime | None = None,
    told: Callable[[TicketChanges], None] = lambda _: None,
) -> None:
    """Add one recorded ticket to the report; `told` hears of it if anything would change.

    `then` is what was in force, where it is known.
    """
    was = recorded(events, then, policy.first)
    try:
        would = replay(was, policy, until)
    except Refusal as refusal:
        report.not_judged[refusal.code] += 1
        return
    end = max(until, events[-1].at)
    before, after = outcome_of(was, end), outcome_of(would, end)
    changes = changes_of(was, would, before, after)
    if report.add(changes, before, after):
        told(changes)
