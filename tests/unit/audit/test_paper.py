import csv
import io

from escalation.audit.paper import Paper, Sheet, as_csv, as_markdown, as_page

PAPER = Paper(
    title="Audit of *this*\n# and that",
    said=("Two lines\nin one.",),
    sheets=(
        Sheet(title="Found", columns=("name", "n"), rows=(("<b>a|b</b>", "1"), ("=SUM(A1)", "-2"))),
        Sheet(title="Empty", columns=("name",)),
    ),
)


def test_in_markdown_what_somebody_typed_makes_no_heading_and_no_column() -> None:
    said = as_markdown(PAPER)
    assert said.startswith("# Audit of *this* # and that\n\nTwo lines in one.\n")
    assert r"| <b>a\|b</b> | 1 |" in said
    assert said.endswith("## Empty\n\nNothing.\n")


def test_in_csv_a_spreadsheet_computes_nothing_of_what_somebody_typed() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(PAPER))))
    assert rows == [["Found"], ["name", "n"], ["<b>a|b</b>", "1"], ["'=SUM(A1)", "'-2"], [], ["Empty"], ["name"], []]


def test_a_page_shows_what_somebody_typed_as_text() -> None:
    page = as_page(PAPER)
    assert "<td>&lt;b&gt;a|b&lt;/b&gt;</td>" in page
    assert "<p>Nothing.</p>" in page
    assert "<b>" not in page
