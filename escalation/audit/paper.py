"""An audit as people read it: headed tables, the same as Markdown, as CSV and as a page to print."""

import csv
import io
from collections.abc import Sequence
from html import escape

from escalation.terms import Facts

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute instead of showing it


class Sheet(Facts):
    """One table under its title, and what is to be said about it."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    said: tuple[str, ...] = ()


class Paper(Facts):
    """The whole of it."""

    title: str
    said: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()


def as_markdown(paper: Paper) -> str:
    """The paper in Markdown."""
    parts = [f"# {_line(paper.title)}", *map(_line, paper.said)]
    for sheet in paper.sheets:
        parts += [f"## {_line(sheet.title)}", *map(_line, sheet.said)]
        if sheet.rows:
            parts.append("\n".join([_row(sheet.columns), _row(["---"] * len(sheet.columns)), *map(_row, sheet.rows)]))
        elif sheet.columns:
            parts.append("Nothing.")
    return "\n\n".join(parts) + "\n"


def as_csv(paper: Paper) -> str:
    """Every table of the paper, one below the other: its title, its columns, its rows, an empty line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for sheet in paper.sheets:
        writer.writerow([sheet.title])
        writer.writerows([plain(line)] for line in sheet.said)
        if sheet.columns:
            writer.writerow(sheet.columns)
        writer.writerows([plain(cell) for cell in row] for row in sheet.rows)
        writer.writerow([])
    return out.getvalue()


def as_page(paper: Paper) -> str:
    """The paper as an HTML page that prints well; it needs nothing beside itself."""
    body = [f"<h1>{escape(paper.title)}</h1>", *_paragraphs(paper.said)]
    for sheet in paper.sheets:
        body += [f"<h2>{escape(sheet.title)}</h2>", *_paragraphs(sheet.said)]
        if sheet.rows:
            body.append(_table(sheet))
        elif sheet.columns:
            body.append("<p>Nothing.</p>")
    return _PAGE.format(title=escape(paper.title), style=STYLE, body="\n".join(body))


def _line(text: str) -> str:
    """One line: what somebody typed must not become a heading of ours."""
    return " ".join(text.split())


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_line(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def plain(cell: str) -> str:
    """The cell as a spreadsheet shows it, whatever somebody typed: it is no formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _paragraphs(said: Sequence[str]) -> list[str]:
    return [f"<p>{escape(line)}</p>" for line in said]


def _table(sheet: Sheet) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in sheet.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in sheet.rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"


STYLE = """
body { font: 11pt/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #111; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; font-size: .9em; }
th, td { border: 1px solid #999; padding: .25rem .5rem; text-align: left; vertical-align: top; }
thead { display: table-header-group; }
tr, h2 { break-inside: avoid; }
h2 { break-after: avoid; }
@media print { body { margin: 0; max-width: none; } }
"""
"""What a printed page looks like; a policy that lets it load names it by its hash."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
