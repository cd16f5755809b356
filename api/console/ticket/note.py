"""The handoff note as a form: all its fields, filled in as far as the ticket knows them, and what each one needs."""

from collections.abc import Iterable

from api.console.names import said
from api.console.ticket.controls import Control, Kind
from api.console.ticket.words import field
from escalation.handoff import REQUIRED, HandoffNote
from escalation.policy import NoteTemplate

_LABELS = {
    "customer_contact": ("Customer contact", "text", "Who at the client to speak with, and how to reach them."),
    "environment": ("Environment", "area", "What there is at the client, as far as it matters here."),
    "summary_symptoms": ("Symptoms", "area", "What goes wrong, since when, for whom; more than the subject says."),
    "error_messages": ("Error messages", "area", "As they read; “none” is an answer."),
    "recent_changes": ("Recent changes", "area", "What changed before it began; “none known” is an answer."),
    "steps_tried": ("Steps tried", "steps", "Each with its result. What was logged is here already."),
    "what_failed": ("What failed", "area", "Which of it did not help, and how that showed."),
    "suspected_cause": ("Suspected cause", "area", "What you think it is, and why."),
    "affected_systems": ("Affected systems", "lines", "One a line."),
    "users_affected": ("Users affected", "number", "A number; 0 is an answer."),
    "business_impact": ("Business impact", "area", "What the client cannot do meanwhile. Not needed."),
    "customer_told": ("What the customer was told", "area", "Who calls them next, and by when."),
}
OF_THE_TICKET = ("urgency", "sla_deadline")
"""The two fields that are facts of the ticket, whatever anybody writes."""


def controls(prefilled: HandoffNote, needed: Iterable[str] = REQUIRED) -> list[Control]:
    """A control for each field that a person can write, those still to be written first."""
    wanted = set(needed)
    made = [_control(name, prefilled, required=name in wanted) for name in _LABELS]
    return sorted(made, key=lambda control: not (control.required and control.value is None))


def sentence(name: str, template: NoteTemplate) -> str:
    """What a field lacks that was refused, so that the next try succeeds."""
    least = template.min_length.get(name)
    empty = f"not a word like {said(template.reject[0]).lower()}" if template.reject else "not an empty word"
    match name:
        case "steps_tried":
            return "Add at least one step with its result that your own tier tried."
        case "affected_systems":
            return f"Name at least one system, {empty}."
        case "users_affected":
            return "Say how many users are affected; 0 is an answer."
        case "summary_symptoms" | "what_failed" | "suspected_cause":
            copied = "the subject" if name == "summary_symptoms" else "the subject or the symptoms"
            return f"Say {_least(least)}; {empty}, and not a copy of {copied}."
        case _:
            return f"Say {_least(least)}; {empty}."


def parts(note: HandoffNote) -> list[tuple[str, object]]:
    """The fields of a note in the order of the template, each with its label; those that say nothing are left out."""
    return [
        (label_of(name), value)
        for name in (*REQUIRED, "business_impact")
        if (value := getattr(note, name)) is not None and value != ()
    ]


def label_of(name: str) -> str:
    """What a field of the note is called."""
    return _LABELS[name][0] if name in _LABELS else field(name).capitalize()


def _control(name: str, prefilled: HandoffNote, *, required: bool) -> Control:
    label, kind, hint = _LABELS[name]
    kinds: dict[str, Kind] = {"text": "text", "area": "area", "steps": "steps", "lines": "lines", "number": "number"}
    value = getattr(prefilled, name)
    rows = 3 if name in ("summary_symptoms", "what_failed") else 2
    return Control(f"note.{name}", label, kinds[kind], value, hint=hint, required=required, rows=rows)


def _least(least: int | None) -> str:
    return f"it in at least {least} characters" if least else "something that helps"
