"""What is said there of what happens here: which events, to whom, in which words."""

from collections.abc import Mapping, Sequence

from escalation.events import Contacted, Entry, Event, Handoff, Held, Resolved
from escalation.handoff import HandoffNote, StepTried
from escalation.lifecycle import tier_of
from escalation.messages import render
from escalation.psa.link import mark
from escalation.psa.mapping import PsaMap
from escalation.terms import Facts
from escalation.ticket import Ticket

WORDS = frozenset({
    "ticket_id", "by", "owner", "stage", "tier", "priority", "reason", "text", "resolution", "cause", "note",
    "evidence", "channel", "person", "question", "answer",
})  # fmt: skip
"""What a text may stand for; what an event does not say of it is blank."""

# What a change there asked for is known there, however it came about here.
_ECHOES = frozenset({"opened", "contacted", "commented", "resolved", "held", "resumed", "reopened", "closed",
                     "cancelled", "accepted", "fields_updated"})  # fmt: skip
_STAGES = {"triage": "triage", "tier_1": "Tier 1", "tier_2": "Tier 2", "tier_3": "Tier 3"}


class Telling(Facts):
    """One comment of ours: the key of what it tells, and the text with its mark."""

    key: str
    public: bool
    text: str


def request_key(connection: str, record_id: str, what: str) -> str:
    """The request id of what a record asked for; by it the event is known as theirs."""
    return f"{request_prefix(connection)}{record_id}/{what}"


def request_prefix(connection: str) -> str:
    """What every request of one connection begins with."""
    return f"psa/{connection}/"


def tellings(
    entries: Sequence[Entry], ticket: Ticket, rules: PsaMap, connection: str, names: Mapping[str, str]
) -> list[Telling]:
    """What these entries of the ticket's journal are there, in order; nothing for what came from there."""
    return [
        Telling(key=str(entry.seq), public=rule.public, text=f"{text}\n\n{mark(ticket.id, str(entry.seq))}")
        for entry in entries
        if (rule := rules.tell.get(kind_of(entry.event))) and not _is_echo(entry, connection)
        if (text := render(rule.text, words(entry.event, ticket, names)).strip())
    ]


def kind_of(event: Event) -> str:
    """The name by which a map speaks of the event."""
    return f"contacted.{event.direction}" if isinstance(event, Contacted) else event.kind


def words(event: Event, ticket: Ticket, names: Mapping[str, str]) -> dict[str, str]:
    """Everything that a text may stand for."""
    said = dict.fromkeys(WORDS, "")
    for name in ("reason", "text", "resolution", "cause", "channel", "person", "question", "answer"):
        value = getattr(event, name, None)
        said[name] = str(value) if value else ""
    stage, owner = ticket.stage.value, ticket.owner
    if isinstance(event, Handoff):
        stage, owner = event.stage.value, event.owner
    if isinstance(event, Held):
        said["evidence"] = "\n".join(f"{_title(name)}: {text}" for name, text in event.evidence.items())
    if isinstance(event, Resolved):
        said["reason"] = event.code
    note = getattr(event, "note", None)
    tier = tier_of(event.stage) if isinstance(event, Handoff) else ticket.tier
    return said | {
        "ticket_id": ticket.id,
        "by": names.get(event.by, event.by),
        "owner": names.get(owner, owner),
        "person": names.get(said["person"], said["person"]),
        "stage": _STAGES.get(stage, stage),
        "tier": str(tier or ""),
        "priority": ticket.priority.value,
        "reason": said["reason"].replace("_", " "),
        "note": _note(note) if isinstance(note, HandoffNote) else "",
    }


def _is_echo(entry: Entry, connection: str) -> bool:
    return f"/{request_prefix(connection)}" in f"/{entry.request_id}" and entry.event.kind in _ECHOES


def _note(note: HandoffNote) -> str:
    return "\n".join(f"{_title(name)}: {_plain(value)}" for name, value in note if value not in (None, ()))


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(_plain(each) for each in value)
    if isinstance(value, StepTried):
        return f"{value.step}: {value.result}" if value.result else value.step
    return str(value)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
