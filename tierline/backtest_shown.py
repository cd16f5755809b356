"""A back-test as people read it: what was, what would have been, and why, ticket by ticket."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from escalation.backtest import Report, TicketChanges
from escalation.explain.moments import spoken
from escalation.view import DeadlineView

_GROUPS = (
    ("escalations", "{}"),
    ("breaches", "{} promise broken"),
    ("worked_at", "tickets worked at {}"),
    ("hours_at", "hours at {}"),
)


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
    for name, said in _GROUPS:
        _rows(table, getattr(report.recorded, name), getattr(report.replayed, name), said)
        table.add_section()
    _row(table, "pages", report.recorded.pages, report.replayed.pages)
    return table


def _causes(report: Report, version: str) -> Table:
    table = _table("By trigger or coded reason", version)
    _rows(table, report.recorded.by_cause, report.replayed.by_cause, "{}")
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


def _rows(table: Table, was: Counter[str], would: Counter[str], said: str) -> None:
    for name in sorted(was.keys() | would.keys()):
        _row(table, said.format(name.replace("_", " ")), was[name], would[name])


def _row(table: Table, name: str, was: int, would: int) -> None:
    table.add_row(name, f"{was:,}", f"{would:,}", f"{would - was:+,}" if would != was else "")


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} × {name.replace('/', ', ')}" for name, count in counts.most_common())


def _deadline(coming: DeadlineView | None) -> str:
    return f"{coming.what} at {spoken(coming.at)}" if coming else "none"
