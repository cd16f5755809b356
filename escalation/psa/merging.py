"""Both sides of each field: who changed it, who wins, and what has to be asked or written so that they agree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from escalation.psa.link import Link
from escalation.psa.mapping import PsaMap
from escalation.psa.record import FIELDS, Field, Record, Said, fit
from escalation.terms import Facts

Ours = Mapping[Field, tuple[str, ...]]
"""A ticket in their words: the first would be written, any of them is left as it is; what is not there is not shown."""

Step = Literal["agreed", "ask", "write", "leave"]


class Verdict(Facts):
    """What to do about one field; `conflict`: both sides had changed it, `set_back`: a change of theirs does not stand.

    `leave` is theirs as it is: nothing of ours is written over it, and nothing is asked.
    """

    field: Field
    step: Step
    theirs: str
    ours: str | None = None
    conflict: bool = False
    set_back: bool = False


def verdicts(record: Record, link: Link, ours: Ours, rules: PsaMap, ours_at: datetime | None) -> tuple[Verdict, ...]:
    """What to do about each field of the record; `ours_at` is when the ticket last changed since it was shown."""
    return tuple(_verdict(field, record, link, ours, rules, ours_at) for field in FIELDS)


def _verdict(field: Field, record: Record, link: Link, ours: Ours, rules: PsaMap, ours_at: datetime | None) -> Verdict:
    rule, theirs = rules.rule(field), record.values[field]
    accepted = [fit(field, value) for value in ours.get(field, ())]
    wanted = accepted[0] if accepted and rule.show else None
    found = Verdict(field=field, step="leave", theirs=theirs, ours=wanted)
    if theirs in accepted:
        return found.model_copy(update={"step": "agreed"})
    # What we wrote, or were about to write when we were interrupted, is no change of theirs.
    moved = theirs not in (link.base.get(field, theirs), link.writing.get(field))
    if not moved or not rule.take:
        return _written(found, link, moved=moved)
    if not accepted or link.shown.get(field, accepted[0]) == accepted[0]:
        return found.model_copy(update={"step": "ask"})
    if rule.wins == "theirs" or (rule.wins == "latest" and _theirs_is_later(field, record, ours_at)):
        return found.model_copy(update={"step": "ask", "conflict": True})
    return _written(found.model_copy(update={"conflict": True}), link, moved=True)


def _written(found: Verdict, link: Link, *, moved: bool) -> Verdict:
    """Ours is written, unless there is nothing to write or their system refused just that before."""
    refused = not moved and link.stuck.get(found.field) == found.ours
    if found.ours is None or refused:
        return found
    return found.model_copy(update={"step": "write", "set_back": moved})


def _theirs_is_later(field: Field, record: Record, ours_at: datetime | None) -> bool:
    theirs_at = moved_at(field, record)
    return ours_at is None or (theirs_at is not None and theirs_at > ours_at)


def moved_at(field: Field, record: Record) -> datetime | None:
    """When the field came to say what it says, as far as their system tells."""
    said = status_said(record) if field == "status" else None
    return (said.at if said else None) or record.updated_at


def status_said(record: Record) -> Said | None:
    """The comment with which the record came to its status, where their system says so."""
    return next((said for said in reversed(record.comments) if said.status == record.status), None)
