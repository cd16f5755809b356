"""Tables of figures: printed for people, written as Markdown for the documentation."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Drawn

_WIDTH = 120  # of a log, where nobody's terminal says how wide
MarkdownFile = Annotated[Path | None, typer.Option("--markdown", help="Write the tables there as well.")]


@dataclass
class Table:
    """Rows of cells under a title, and remarks that go with them."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """One more row."""
        self.rows.append(tuple(map(str, cells)))


def show(tables: Sequence[Table], markdown: Path | None) -> None:
    """Print the tables and, where a file is named, write them there."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    for table in tables:
        console.print(_drawn(table))
        for note in table.notes:
            console.print(f"  {note}", highlight=False, style="dim")
    if markdown is not None:
        markdown.write_text("\n\n".join(map(as_markdown, tables)) + "\n", encoding="utf-8")


def as_markdown(table: Table) -> str:
    """The table under a heading, its remarks below it."""
    lines = [f"### {table.title}", "", _line(table.columns), _line(["---", *["---:"] * (len(table.columns) - 1)])]
    lines += map(_line, table.rows)
    if table.notes:
        lines += ["", *(f"- {note}" for note in table.notes)]
    return "\n".join(lines)


def milliseconds(seconds: float) -> str:
    """A length of time as people compare it."""
    return f"{seconds * 1000:,.0f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def command(main: Callable[..., None]) -> None:
    """Run `main` as a command line; the SDK can crash while the interpreter takes itself apart, so it does not."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    code = app(standalone_mode=False) or 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _drawn(table: Table) -> Drawn:
    drawn = Drawn(title=table.title, title_justify="left")
    for place, name in enumerate(table.columns):
        drawn.add_column(name, justify="right" if place else "left")
    for row in table.rows:
        drawn.add_row(*row)
    return drawn


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
