"""`tierline metrics --log`: the escalation figures straight from an event log, without a server."""

from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from escalation.log.facts import facts_of_case
from escalation.metrics import escalation_figures
from escalation.published import EscalationFigures, Spread
from tierline.log_files import DEFAULT_MAPPING, read_log, read_mapping
from tierline.progress import progress_bar, watched


def log_metrics(log: Path, mapping: Path | None = None, *, as_json: bool = False) -> None:
    """Print the figures of an event log: a table, or JSON with the keys of the metrics API."""
    reading = read_mapping(mapping or DEFAULT_MAPPING)
    with progress_bar() as progress:
        facts = [facts_of_case(case) for case in read_log(log, reading, watched(progress, "Reading", log))]
    figures = escalation_figures(facts, reading.targets.judge if reading.targets else None)
    if as_json:
        typer.echo(figures.model_dump_json(indent=1))
    else:
        print_figures(figures, f"{reading.name}: {log.name}", Console())


def print_figures(figures: EscalationFigures, title: str, console: Console) -> None:
    """Show the figures as people read them: shares in per cent, times in hours."""
    counts = Table(title=title, title_justify="left", show_header=False)
    counts.add_column("figure")
    counts.add_column("value", justify="right")
    counts.add_column("of", style="dim")
    for row in _counts(figures):
        counts.add_row(*row)
    console.print(counts)
    console.print(_times(figures))


def _counts(figures: EscalationFigures) -> Iterator[tuple[str, str, str]]:
    yield "Tickets", str(figures.cases), f"{figures.events} events"
    for tier, rate in figures.escalation_rate.items():
        yield f"Escalation rate of Tier {tier}", _percent(rate.pct), f"{rate.escalated} of {rate.worked} worked there"
    yield "Escalated", _percent(figures.escalated_cases.pct), f"{figures.escalated_cases.n} tickets"
    again, of = figures.re_escalation, f"of {figures.re_escalation.of} escalated"
    yield "Sent down or escalated again", _percent(again.sent_down_or_second_escalation_pct), of
    yield "  sent down after an escalation", _percent(again.sent_down_after_escalation_pct), of
    yield "  two or more escalations", _percent(again.two_or_more_escalations_pct), of
    yield "  again from the same tier", _percent(again.again_from_same_tier_pct), of
    yield "Never accepted", str(figures.never_accepted.n), f"of {figures.never_accepted.of} escalations"
    yield "Reopened", _percent(figures.reopened_cases.pct), f"{figures.reopened_cases.n} tickets"
    for move, times in figures.tier_moves.items():
        yield f"Moves {move}", str(times), ""
    if (sla := figures.sla) is not None:
        without = f"of {sla.resolved} resolved; {sla.resolution_breached_if_holds_did_not_pause} if holds did not pause"
        yield "Response breached", str(sla.response_breached), f"of {sla.responded} responded"
        yield "Resolution breached", str(sla.resolution_breached), without
    if (notes := figures.notes) is not None and notes.rated:
        yield "Notes rated unusable", str(notes.unusable), f"of {notes.rated} rated"
    if (top := figures.tier_3) is not None:
        yield "Routine at Tier 3", _percent(top.routine_pct), f"{top.routine} of {top.n}, by category"
    if (near := figures.near_misses) is not None:
        yield "Near misses", str(near.n), "" if near.rate is None else f"{near.rate:.1%} of near misses and escalations"


def _times(figures: EscalationFigures) -> Table:
    table = Table("hours", title_justify="left")
    for name in ("n", "mean", "median", "75 %", "90 %"):
        table.add_column(name, justify="right")
    spreads = {
        "Time to escalate": figures.time_to_escalate,
        "Opening to first escalation": figures.opening_to_first_escalation,
        "Handoff delay, accepted": figures.handoff_delay_accepted,
        "Time to resolve": figures.time_to_resolve,
        "Time to resolve, net of waits": figures.time_to_resolve_net_of_waits,
    }
    if (took := figures.time_to_resolve_in_business_hours) is not None:
        spreads["Time to resolve, in business hours"] = took
    for name, spread in spreads.items():
        table.add_row(name, str(spread.n), *_hours(spread))
    return table


def _hours(spread: Spread) -> list[str]:
    values = (spread.mean_h, spread.median_h, spread.p75_h, spread.p90_h)
    return ["–" if value is None else f"{value:,.2f}" for value in values]


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} %"
