"""The published figures in the weekly audit: of its week, of the one before, and broken down."""

from collections.abc import Mapping
from typing import Protocol

from escalation.audit.paper import Sheet
from escalation.audit.window import Window, last_whole
from escalation.metrics import GroupBy
from escalation.published import EscalationFigures, Spread
from escalation.terms import Facts

BROKEN_DOWN: tuple[GroupBy, ...] = ("client", "category", "shift", "technician")


class FiguresSource(Protocol):
    """Where the figures of a window are asked for: of the desk's own tickets that were taken in within it."""

    def figures(self, window: Window) -> EscalationFigures: ...

    def figures_by(self, window: Window, by: GroupBy) -> Mapping[str, EscalationFigures]: ...


class WeekFigures(Facts):
    """As they were when the audit was made; rates are by tier."""

    week: EscalationFigures
    week_before: EscalationFigures
    by: dict[GroupBy, dict[str, EscalationFigures]]


def week_figures(source: FiguresSource, window: Window, zone: str) -> WeekFigures:
    """The figures of this window and of the one before it."""
    return WeekFigures(
        week=source.figures(window),
        week_before=source.figures(_before(window, zone)),
        by={by: dict(source.figures_by(window, by)) for by in BROKEN_DOWN},
    )


def _before(window: Window, zone: str) -> Window:
    """The week before a week, even where the clocks were changed; before another window one as long."""
    if last_whole("weekly", window.until, zone) == window:
        return last_whole("weekly", window.since, zone)
    return Window(since=window.since - (window.until - window.since), until=window.since)


def figure_sheets(figures: WeekFigures) -> tuple[Sheet, ...]:
    """The figures beside those of the week before, and a line for each group."""
    this, before = _said(figures.week), _said(figures.week_before)
    rows = tuple((name, value, before[name]) for name, value in this.items())
    groups = (_groups(by, groups) for by, groups in figures.by.items())
    return (Sheet(title="Figures", columns=("figure", "this week", "the week before"), rows=rows), *groups)


def _groups(by: GroupBy, groups: Mapping[str, EscalationFigures]) -> Sheet:
    said = {name: _said(figures) for name, figures in groups.items()}
    columns = next(iter(said.values()), {})
    rows = tuple((name, *values.values()) for name, values in said.items())
    return Sheet(title=f"Figures by {by}", columns=(by, *columns), rows=rows)


def _said(said: EscalationFigures) -> dict[str, str]:
    again, missed, sla, top = said.re_escalation, said.near_misses, said.sla, said.tier_3
    rates = {f"rate of Tier {tier}": _percent(rate.pct) for tier, rate in said.escalation_rate.items()}
    return {
        "tickets": str(said.cases),
        **rates,
        "escalated": _percent(said.escalated_cases.pct),
        "sent down or escalated again": _percent(again.sent_down_or_second_escalation_pct),
        "again from the same tier": _percent(again.again_from_same_tier_pct),
        "time to escalate": _hours(said.time_to_escalate),
        "handoff delay": _hours(said.handoff_delay_accepted),
        "never accepted": f"{said.never_accepted.n} of {said.never_accepted.of}",
        "near misses": str(missed.n if missed else 0),
        "response breached": f"{sla.response_breached} of {sla.cases}" if sla else "",
        "resolution breached": f"{sla.resolution_breached} of {sla.cases}" if sla else "",
        "time to resolve": _hours(said.time_to_resolve),
        "net of holds": _hours(said.time_to_resolve_net_of_waits),
        "in business hours": _hours(said.time_to_resolve_in_business_hours),
        "routine at Tier 3": f"{top.routine} of {top.n}" if top else "",
        "reopened": _percent(said.reopened_cases.pct),
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:g} %"


def _hours(spread: Spread | None) -> str:
    """The median."""
    return "" if spread is None or spread.median_h is None else f"{spread.median_h:.1f} h"
