"""`python -m bench.audit`: how often the quarterly audit names what is not there, and misses what is."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Annotated

import typer

from bench.planted import ALWAYS, HEAVY, HOUR, NOTHING, Planted, quarter
from bench.table import MarkdownFile, Table, command, milliseconds, show
from escalation.audit.exact import wilson
from escalation.audit.patterns import Finding
from escalation.audit.quarterly import Subject, quarterly_audit
from tierline.audit_log import subjects_of
from tierline.log_files import read_mapping

Log = Annotated[Path | None, typer.Option(help="A real log: its tiers are shuffled, which leaves no pattern in them.")]


def main(
    seeds: Annotated[int, typer.Option(help="Data sets for each figure.")] = 200,
    log: Log = None,
    markdown: MarkdownFile = None,
) -> None:
    """False alarms on data without a pattern, and the power to find planted ones."""
    show([_alarms(seeds, log), _power(seeds)], markdown)


def _alarms(seeds: int, log: Path | None) -> Table:
    table = Table("Audits that named anything where there is nothing", ("Data", "alarms", "audits", "rate", "95 %"))
    for tickets in (200, 2_000, 10_000):
        began = perf_counter()
        alarms = sum(bool(_found(quarter(seed, tickets, NOTHING))) for seed in range(seeds))
        _alarmed(table, f"made up, {tickets:,} tickets", alarms, seeds)
        table.notes.append(
            f"{tickets:,} tickets: {milliseconds((perf_counter() - began) / seeds)} each, making included."
        )
    if log is not None:
        subjects = list(subjects_of(log, read_mapping()))
        alarms = sum(bool(_about_tiers(_found(shuffled(subjects, seed)))) for seed in range(seeds))
        _alarmed(table, f"{log.name}, tiers shuffled", alarms, seeds)
    table.notes.append("Promised: at most one in twenty (Holm at 0.05 over all tests of an audit).")
    return table


def _power(seeds: int) -> Table:
    table = Table("Planted patterns found, among 2,000 tickets", ("Planted", "found", "of", "and nothing else"))
    planted = {
        f"{ALWAYS} escalates {rate:.0%} of the time": (Planted(always=rate), ALWAYS) for rate in (0.95, 0.8, 0.65)
    }
    planted |= {f"{HEAVY}: {rate:.0%} straight to Tier 3": (Planted(heavy=rate), HEAVY) for rate in (0.3, 0.2, 0.1)}
    planted |= {f"{n} escalations more each {HOUR}": (Planted(spike=n), HOUR) for n in (3, 2, 1)}
    for title, (what, name) in planted.items():
        named = [{finding.name for finding in _found(quarter(seed, planted=what))} for seed in range(seeds)]
        table.add(title, sum(name in names for names in named), seeds, sum(names == {name} for names in named))
    return table


def shuffled(subjects: Sequence[Subject], seed: int) -> list[Subject]:
    """The same tickets, each with the tiers of another."""
    fields = ("worked_at", "escalated_from", "reached_tier_3", "left")
    tiers = [{name: getattr(each, name) for name in fields} for each in subjects]
    Random(seed).shuffle(tiers)
    return [each.model_copy(update=other) for each, other in zip(subjects, tiers, strict=True)]


def _found(subjects: Sequence[Subject]) -> tuple[Finding, ...]:
    return quarterly_audit(subjects).findings


def _about_tiers(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Shuffling leaves the hours as they are."""
    return tuple(finding for finding in findings if finding.pattern != "time_of_day")


def _alarmed(table: Table, data: str, alarms: int, seeds: int) -> None:
    interval = wilson(alarms, seeds)
    table.add(data, alarms, seeds, f"{alarms / seeds:.1%}", f"{interval.low:.1%} to {interval.high:.1%}")


if __name__ == "__main__":
    command(main)
