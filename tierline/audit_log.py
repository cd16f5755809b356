"""`tierline audit quarterly --log`: the quarterly audit straight from an event log, without a server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from escalation.audit.quarterly import Subject, quarterly_audit, subject
from escalation.audit.quarterly_text import quarterly_paper
from escalation.log.facts import facts_of_case
from escalation.log.rows import LogCase, LogMapping
from tierline.audit_shown import Form, show
from tierline.log_files import DEFAULT_MAPPING, LogFileError, Wrap, read_log, read_mapping
from tierline.progress import progress_bar, watched


def audit_log(log: Path, mapping: Path | None, form: Form) -> None:
    """Print the quarterly audit of all that the log holds."""
    reading = read_mapping(mapping or DEFAULT_MAPPING)
    with progress_bar() as progress:
        subjects = list(subjects_of(log, reading, watched(progress, "Reading", log)))
    audit = quarterly_audit(subjects, zone=reading.audit.zone)
    show(audit, quarterly_paper(audit, f"Quarterly audit of {reading.name}: {log.name}"), form)


def subjects_of(log: Path, mapping: LogMapping, wrap: Wrap = lambda file: file) -> Iterator[Subject]:
    """What the audit looks at of each case, by the columns that the mapping names for it."""
    for case in read_log(log, mapping, wrap):
        facts = facts_of_case(case)
        category = _said(case, mapping.audit.category, log) if mapping.audit.category else facts.category
        client = _said(case, mapping.audit.client, log) if mapping.audit.client else facts.client
        yield subject(replace(facts, category=category, client=client))


def _said(case: LogCase, column: str, log: Path) -> str | None:
    first = case.rows[0]
    if column not in first.raw:
        raise LogFileError(f"{log}: line 1: no column {column!r}, which the mapping's audit names")
    return first.raw[column] or None
