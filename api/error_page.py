"""docs/errors.md, from the table of codes: `python -m api.error_page` writes it, and a test holds it to the table."""

from pathlib import Path

from api.problems import STATUS, TYPE_ROOT, title

PAGE = Path(__file__).resolve().parents[1] / "docs" / "errors.md"
_HEAD = f"""\
# Errors

Every error is an RFC 9457 document (`application/problem+json`) with `type`, `title`, `status`, `detail` and `code`.
Branch on `code`: it never changes meaning, and its `type` is `{TYPE_ROOT}<code>`. `detail` is for people.
`missing` names what a refused note or command lacks, `errors` each field that cannot be read, and `correlation_id`
finds a fault of ours in the log. After a 503 ask again after `Retry-After` seconds, with the same `Idempotency-Key`.

This page is generated from api/problems.py: `python -m api.error_page`.

| Status | Code | Meaning |
|---|---|---|
"""


def page() -> str:
    """The page, by status and code."""
    rows = sorted(STATUS.items(), key=lambda row: (row[1], row[0]))
    return _HEAD + "".join(f"| {status} | `{code}` | {title(code)} |\n" for code, status in rows)


if __name__ == "__main__":
    PAGE.write_text(page())
