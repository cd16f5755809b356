"""The handoff note: the mandatory template, and what counts as saying nothing."""

import re

from pydantic import AwareDatetime

from escalation.policy import NoteTemplate
from escalation.terms import Facts, Line, Text

REQUIRED = (
    "customer_contact",
    "environment",
    "summary_symptoms",
    "error_messages",
    "recent_changes",
    "steps_tried",
    "what_failed",
    "suspected_cause",
    "urgency",
    "sla_deadline",
    "affected_systems",
    "users_affected",
    "customer_told",
)


class StepTried(Facts):
    """One thing that was tried, and what came of it."""

    step: Line = ""
    result: Line = ""
    at: AwareDatetime | None = None
    tier: int | None = None
    by: str | None = None


class HandoffNote(Facts):
    """What the next person needs; a field left out (None) is prefilled from the ticket where the ticket knows it."""

    customer_contact: Line | None = None
    environment: Text | None = None
    summary_symptoms: Text | None = None
    error_messages: Text | None = None
    recent_changes: Text | None = None
    steps_tried: tuple[StepTried, ...] | None = None
    what_failed: Text | None = None
    suspected_cause: Text | None = None
    urgency: Line | None = None
    sla_deadline: Line | None = None
    affected_systems: tuple[Line, ...] | None = None
    users_affected: int | None = None
    business_impact: Text | None = None
    customer_told: Text | None = None

    def over(self, prefill: "HandoffNote") -> "HandoffNote":
        """This note, its unsaid fields taken from the prefilled one."""
        said = {name: value for name, value in self if value is not None}
        return prefill.model_copy(update=said)


def missing(note: HandoffNote, template: NoteTemplate, *, subject: str = "", minimal: bool = False) -> list[str]:
    """The required fields that say nothing, in the order of the template."""
    wanted = template.minimal if minimal else REQUIRED
    return [field for field in wanted if _says_nothing(field, note, template, subject)]


def is_blank(text: str | None, template: NoteTemplate) -> bool:
    """No letter or digit at all, or a word that says nothing or anything short, again and again, however dotted."""
    said = _letters(text or "")
    if not said or said in map(_letters, template.reject):
        return True
    return not _ADDRESS.search(text or "") and bool(_ONE_CHARACTER.fullmatch(said) or _STUTTER.fullmatch(said))


_ADDRESS = re.compile(r"\d+(\.\d+){3}")  # 8.8.8.8 says something
_ONE_CHARACTER = re.compile(r"(.)\1+")
_STUTTER = re.compile(r"([^\W\d]{2,12})\1{2,}")  # asdf asdf asdf, see above see above see above


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _says_nothing(field: str, note: HandoffNote, template: NoteTemplate, subject: str) -> bool:
    value = getattr(note, field)
    match value:
        case None:
            return True
        case int():
            return value < 0  # nobody is an answer
        case str():
            return _empty_text(field, value, note, template, subject)
        case _ if field == "steps_tried":
            return not any(not is_blank(s.step, template) and not is_blank(s.result, template) for s in value)
        case _:
            return not any(not is_blank(item, template) for item in value)


def _empty_text(field: str, text: str, note: HandoffNote, template: NoteTemplate, subject: str) -> bool:
    if is_blank(text, template) or len(text.strip()) < template.min_length.get(field, 1):
        return True
    copied = {_letters(subject)}
    if field in ("what_failed", "suspected_cause"):
        copied.add(_letters(note.summary_symptoms or ""))
    return field in ("summary_symptoms", "what_failed", "suspected_cause") and _letters(text) in copied
