"""What a timer or an activity is for, in a line, as the timeline of the Temporal UI shows it.

A summary is no part of what replay compares. It stands in the history, so it names no client and quotes nobody.
"""

from collections.abc import Sequence

from escalation.deadlines import Deadline
from escalation.events import Entry, Need
from escalation.messages import Message
from escalation.terms import Role

_LONGEST = 100  # characters: a longer one than 400 bytes would stop the ticket


def guarded_by(deadline: Deadline) -> str:
    """Which promise a timer guards, and when it is due."""
    return f"guards: {deadline.words}, {deadline.at:%d %b %H:%M} UTC"


def errand(entries: Sequence[Entry], messages: Sequence[Message]) -> str:
    """What goes to the journal, and what to people."""
    kinds = ", ".join(dict.fromkeys(entry.event.kind.replace("_", " ") for entry in entries))
    templates = ", ".join(dict.fromkeys(message.template.replace("_", " ") for message in messages))
    said = [f"journal: {kinds}"] if kinds else []
    return _cut("; ".join(said + ([f"messages: {templates}"] if templates else [])))


def wanted(needs: Sequence[Need]) -> str:
    """Who is looked for."""
    return _cut("who takes it: " + "; ".join(map(_one, needs)))


def _one(need: Need) -> str:
    if need.person:
        return need.person
    if need.rota:
        return f"on call, {need.rota}"
    if need.role is not Role.TECHNICIAN:
        return need.role.value.replace("_", " ")
    return ", ".join([f"tier {need.tier}", *([need.skill] if need.skill else [])])


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
