"""An audit in the form that was asked for: tables for people, JSON, CSV or Markdown."""

import sys
from enum import Enum

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from escalation.audit.paper import Paper, Sheet, as_csv, as_markdown
from tierline.faults import OperatorError

_WIDTH = 160  # where nobody's terminal says how wide


class TwoFormsError(OperatorError):
    """One command prints one form."""


class Form(Enum):
    """How an audit is printed."""

    TABLES = "tables"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"

    @classmethod
    def of(cls, *, as_json: bool, as_csv: bool, as_markdown: bool) -> "Form":
        """The form of these options; tables without any."""
        asked = {cls.JSON: as_json, cls.CSV: as_csv, cls.MARKDOWN: as_markdown}
        forms = [form for form, wanted in asked.items() if wanted]
        if len(forms) > 1:
            raise TwoFormsError(f"choose one of {', '.join(f'--{form.value}' for form in forms)}")
        return forms[0] if forms else cls.TABLES


def show(audit: BaseModel, paper: Paper, form: Form) -> None:
    """Print the audit: its data as JSON, or its paper."""
    match form:
        case Form.JSON:
            typer.echo(audit.model_dump_json(indent=1))
        case Form.CSV:
            typer.echo(as_csv(paper), nl=False)
        case Form.MARKDOWN:
            typer.echo(as_markdown(paper), nl=False)
        case Form.TABLES:
            _draw(paper, Console(width=None if sys.stdout.isatty() else _WIDTH))


def _draw(paper: Paper, console: Console) -> None:
    console.print(paper.title, style="bold", markup=False)
    for line in paper.said:
        console.print(line, style="dim", markup=False, highlight=False)
    for sheet in paper.sheets:
        console.print()
        console.print(sheet.title, style="bold", markup=False)
        for line in sheet.said:
            console.print(line, markup=False, highlight=False)
        if sheet.columns:
            console.print(_table(sheet) if sheet.rows else "Nothing.")


def _table(sheet: Sheet) -> Table:
    table = Table(*sheet.columns)
    for row in sheet.rows:
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    return table
