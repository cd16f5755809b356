"""Answers about figures as CSV: one table each, a line of column names first."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from escalation.audit.alarm import Alarm
from escalation.audit.paper import plain
from escalation.figures.behind import Behinds
from escalation.figures.flows import Flow, Flows
from escalation.figures.heat import Cell, HeatMap
from escalation.figures.trend import Trend
from escalation.published import EscalationFigures

# Their columns would be other ones every week.
_WITHOUT = {"in_scope": {"by_technician": True, "by_category": True}, "tier_3": {"by_category": True}}


def escalation_csv(groups: Mapping[str, EscalationFigures]) -> str:
    """A line for each group, a column for each figure: `escalation_rate.1.pct`."""
    lines = [{"group": name} | dict(_flat(said.model_dump(exclude=_WITHOUT))) for name, said in groups.items()]
    columns = list(dict.fromkeys(name for line in lines for name in line)) or ["group"]
    return csv_of(columns, ([line.get(name) for name in columns] for line in lines))


def flows_csv(flows: Flows) -> str:
    """A line for each flow."""
    columns = list(Flow.model_fields)
    return csv_of(columns, ([getattr(flow, name) for name in columns] for flow in flows.flows))


def heat_csv(heat: HeatMap) -> str:
    """A line for each hour of the week."""
    columns = list(Cell.model_fields)
    return csv_of(columns, ([getattr(cell, name) for name in columns] for cell in heat.cells))


def trend_csv(trend: Trend) -> str:
    """A line for each period."""
    lines = [dict(_flat(period.model_dump(mode="json"))) for period in trend.periods]
    columns = list(lines[0]) if lines else ["begins_on"]
    return csv_of(columns, ([line[name] for name in columns] for line in lines))


def behind_csv(behinds: Behinds) -> str:
    """A line for each ticket."""
    return csv_of(["ticket_id", "times"], ([each.ticket_id, each.times] for each in behinds.behind))


def alarm_csv(alarm: Alarm) -> str:
    """A line for the alarm, and one for each figure that speaks for an explanation."""
    verdict = "raised" if alarm.raised else "not raised"
    lines: list[Sequence[object]] = [["alarm", verdict, alarm.escalated, alarm.worked]]
    lines += [[each.suspect, said.name, said.n, said.of] for each in alarm.suspects for said in each.figures]
    return csv_of(["about", "figure", "n", "of"], lines)


def csv_of(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """The table as CSV (RFC 4180); nothing in it is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([plain(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return out.getvalue()


def _flat(said: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, object]]:
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value
