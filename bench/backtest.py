"""`python -m bench.backtest`: past tickets through another policy, in tickets a second."""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from ruamel.yaml import YAML

from bench.past import keep, lives, multiply
from bench.play import default_policy
from bench.stack import running
from bench.table import MarkdownFile, Table, command, show
from escalation.backtest import Report
from escalation.policy import Policy
from stores.database import engine_for
from tierline import PARTS_ROOT
from tierline.backtest_cli import Wanted, backtest
from tierline.policy_file import load_sound_policy
from tierline.settings import Settings

_HUNDRED_THOUSAND = 100_000
_AIM = 10 * 60  # seconds for a hundred thousand tickets


def main(
    tickets: Annotated[int, typer.Option(help="Tickets of the made-up past.")] = 20_000,
    kinds: Annotated[int, typer.Option(help="How many of them are different; the rest are copies.")] = 500,
    workers: Annotated[list[int] | None, typer.Option(help="Processes (repeatable).")] = None,
    state: Annotated[
        Path | None, typer.Option(help="Use the stack that runs on this state directory; else one is started.")
    ] = None,
    markdown: MarkdownFile = None,
) -> None:
    """Tickets a second, over a journal in PostgreSQL, with a policy that escalates sooner than the one of then."""
    with ExitStack() as until_end:
        settings = Settings.of_running(state=state) if state else until_end.enter_context(running(bare=False)).settings
        other = Path(until_end.enter_context(tempfile.TemporaryDirectory())) / "eager.yaml"
        policy = _eager(other)
        entries = _fill(settings, tickets, kinds)
        table = Table(
            f"A back-test of {tickets:,} tickets, {entries:,} journal entries",
            ("Processes", "seconds", "tickets/s", "for 100,000", "changed", "refused"),
        )
        for number in workers or [1, 2]:
            _measured(table, settings, Wanted(policy=other, workers=number), policy)
        table.notes.append(f"Aim: 100,000 tickets within {_AIM // 60} minutes on two cores.")
        show([table], markdown)


def _measured(table: Table, settings: Settings, wanted: Wanted, policy: Policy) -> None:
    began = time.monotonic()
    report: Report = backtest(settings, wanted, policy)
    took = time.monotonic() - began
    all_of_them = _HUNDRED_THOUSAND * took / max(report.tickets, 1)
    table.add(
        wanted.workers,
        f"{took:,.1f}",
        f"{report.tickets / took:,.0f}",
        f"{all_of_them / 60:.1f} min",
        f"{report.changed:,}",
        f"{report.refused.total():,}",
    )


def _fill(settings: Settings, tickets: int, kinds: int) -> int:
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        different = min(kinds, tickets)
        entries = keep(engine, lives(default_policy(), different))
        copies = tickets // different - 1
        if copies:
            multiply(engine, copies)
        return entries * (copies + 1)
    finally:
        engine.dispose()


def _eager(path: Path) -> Policy:
    """The default policy with an earlier S1."""
    document = YAML(typ="safe", pure=True).load((PARTS_ROOT / "policies" / "default.yaml").read_text(encoding="utf-8"))
    document["version"] = "eager"
    document["auto_escalation"]["share"] = 0.4
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(document, file)
    return load_sound_policy(path)


if __name__ == "__main__":
    command(main)
