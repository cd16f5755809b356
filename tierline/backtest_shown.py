"""A back-test as people read it: what was, what would have been, and why, ticket by ticket."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from escalation.backtest import Report, TicketChanges
from escalation.backtest.table import Group, causes, side_by_side
from escalation.explain.moments import spoken
from escalation.view import DeadlineView

_SAID = {
    "Escalations": "{}",
    "Promises broken": "{} promise broken",
    "Tickets worked at": "tickets worked at {}",
    "Hours at": "hours at {}",
    "Pages": "{}",
}


def show(report: Report, version: str, console: Console) -> None:
    """Print the sums side by side, what moved them, what was refused, and the first changed tickets."""
    console.print(_sums(report, version))
    console.print(_causes(report, version))
    for line in _remarks(report):
        console.print(line, highlight=False)
    for changed in report.examples:
        console.print(f"\n[bold]{changed.ticket_id}[/] {changed.client} · {changed.category} · {changed.priority}")
        for line in _said(changed):
            console.print(f"  {line}", highlight=False, markup=False)


def _sums(report: Report, version: str) -> Table:
    table = _table(f"{report.tickets:,} tickets, {report.changed:,} of them would change", version)
    for group in side_by_side(report.recorded, [report.replayed]):
        _rows(table, group, _SAID[group.name])
        table.add_section()
    return table


def _causes(report: Report, version: str) -> Table:
    group = causes(report.recorded, [report.replayed])
    table = _table(group.name, version)
    _rows(table, group, "{}")
    return table


def _remarks(report: Report) -> Iterator[str]:
    if report.live:
        yield f"{report.live:,} tickets are live; the next deadline of {report.moved_deadlines:,} would be another."
    if report.refused:
        yield f"Passed over, since the policy would have refused them: {_counted(report.refused)}."
    if report.not_judged:
        yield f"Not judged, since the policy would not have taken them in: {_counted(report.not_judged)}."
    if len(report.examples) < report.changed:
        yield f"The first {len(report.examples)} changed tickets; --details FILE writes them all."


def _said(changed: TicketChanges) -> Iterator[str]:
    yield from (change.words for change in changed.changes)
    coming = changed.coming
    if coming is not None and coming.moved:
        yield f"next deadline: {_deadline(coming.then)} instead of {_deadline(coming.now)}"


def _table(title: str, version: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in ("recorded", f"under {version}", "difference"):
        table.add_column(name, justify="right")
    return table


def _rows(table: Table, group: Group, said: str) -> None:
    for row in group.rows:
        (would,) = row.would
        gap = f"{would - row.was:+,}" if would != row.was else ""
        table.add_row(said.format(row.name.replace("_", " ")), f"{row.was:,}", f"{would:,}", gap)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} × {name.replace('/', ', ')}" for name, count in counts.most_common())


def _deadline(coming: DeadlineView | None) -> str:
    return f"{coming.what} at {spoken(coming.at)}" if coming else "none"
