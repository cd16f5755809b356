"""A form that was sent: the command made of it, asked as the API asks it, and a refusal said at the fields it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from api import asking
from api.console.here import Here
from api.console.names import Names
from api.console.ticket.controls import Control, Sent, body, flat
from api.console.ticket.forms import Form, command_of
from api.console.ticket.note import sentence
from api.console.ticket.reading import Look
from api.console.wrong import FORM, status_of, wrong_of
from api.faults import Fault
from api.patience import patiently
from api.problems import title
from escalation.commands import ASKED, Command
from escalation.errors import Refusal, StaleCommand
from escalation.events import Entry
from escalation.policy import Slice
from escalation.view import TicketView

# What is only added to a ticket is right on whatever state it has come to.
_ADDED = frozenset(
    {
        "comment",
        "contact",
        "log_attempt",
        "tick",
        "walk_tree",
        "consult",
        "state_breach",
        "ask_exclusion",
        "rate_service",
    }
)
# What happened beside a person's work, and does not make what they wrote wrong.
_BESIDE = frozenset(
    {
        "mark_passed", "accept_missed", "nudged", "under_escalated", "paged", "coverage_gap", "progress_missed",
        "hold_followed_up", "note_overdue", "commented", "contacted", "consulted", "checklist_ticked", "tree_walked",
        "trigger_fired", "problem_linked", "alerts_heard", "command_refused", "breach_stated", "exclusion_asked",
        "exclusion_decided", "child_joined", "child_left", "major_updated", "major_update_missed",
        "service_rated", "rating_answered",
    }
)  # fmt: skip
_ITS_FIELD = {
    "tier_three_guard": "override_reason",
    "merge_impossible": "into",
    "parent_impossible": "parent",
    "beyond_tier_scope": "access",
    "policy_unfit": "version",
}
_TRIES = 3


@dataclass(frozen=True)
class Refused:
    """Why nothing was done: the status, in words, and what is wrong at which field.

    `again`: nobody can say whether it was done, so the same form is sent again under the same key.
    """

    status: int
    headline: str
    words: str
    wrong: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    again: bool = False
    since: Sequence[Entry] = ()


async def send(here: Here, look: Look, form: Form, sent: Sent, key: str, seen_seq: int | None) -> TicketView | Refused:
    """The ticket after it, or why it was refused."""
    try:
        command = _command(form, look, sent)
    except ValidationError as fault:
        return unreadable(form, fault)
    free = command.name in _ADDED or seen_seq is None
    try:
        if free:
            return await asking.ask(here.services, here.token, look.ticket.id, command, key or None)
        return await _as_seen(here, look.ticket.id, command, key, seen_seq or 0)
    except StaleCommand as refusal:
        return await _stale(here, look.ticket.id, refusal, seen_seq or 0)
    except (Refusal, Fault) as fault:
        return why(fault, form, look.policy, here.names)


async def _as_seen(here: Here, ticket: str, command: Command, key: str, seq: int) -> TicketView:
    """Asked of the ticket as it was seen; what happened beside it meanwhile does not count, if it is only that."""
    for _ in range(_TRIES):
        expecting = command.model_copy(update={"expected_seq": seq})
        try:
            return await asking.ask(here.services, here.token, ticket, expecting, f"{key}.{seq}")
        except StaleCommand as stale:
            since = await _since(here, ticket, seq)
            if not since or any(entry.event.kind not in _BESIDE for entry in since):
                raise stale
            seq = since[-1].seq
    raise StaleCommand(f"{ticket} moves on faster than this can be sent.", seq=seq)


async def _since(here: Here, ticket: str, seq: int) -> list[Entry]:
    entries = await patiently(here.services.journal.entries, ticket)
    return [entry for entry in entries if entry.seq > seq]


async def _stale(here: Here, ticket: str, refusal: StaleCommand, seq: int) -> Refused:
    words = "Nothing was sent. What you wrote is still here: read what changed, and send it again if it still holds."
    since = tuple(await _since(here, ticket, seq))
    return Refused(status_of(refusal), "The ticket has moved on", words, code=refusal.code, since=since)


def _command(form: Form, look: Look, sent: Sent) -> Command:
    said = body(form.controls, sent)
    if "contact" in said:  # the rules take a contact as a whole
        said["contact"] = look.ticket.contact.model_dump() | said["contact"]
    if form.name == "take_over":
        said["take_over"] = True
    return ASKED[command_of(form.name)].model_validate(said)


def why(fault: Refusal | Fault, form: Form, policy: Slice | None, names: Names) -> Refused:
    """What was refused, at the fields that it names."""
    return _refused(fault, form, policy, names) if isinstance(fault, Refusal) else _faulty(fault)


def unreadable(form: Form, fault: ValidationError) -> Refused:
    """What cannot be read, at its fields."""
    wrong = {
        _place(form, name) or name.partition(".")[0]: _readable(words)
        for name, words in wrong_of(fault).items()
        if name != FORM
    }
    return Refused(status_of(fault), "This cannot be read", "; ".join(wrong.values()), wrong)


def _refused(refusal: Refusal, form: Form, policy: Slice | None, names: Names) -> Refused:
    missing = [str(name) for name in _listed(refusal.details.get("missing"))]
    wrong = {
        place: _lacks(place, name, policy) if name in missing else words
        for name, words in wrong_of(refusal).items()
        if (place := _place(form, _ITS_FIELD.get(refusal.code, "") if name == FORM else name))
    }
    words = _in_words(refusal, form, missing, names)
    return Refused(status_of(refusal), f"{title(refusal.code)}.", words, wrong, refusal.code)


def _faulty(fault: Fault) -> Refused:
    again = fault.code == "not_confirmed"
    headline = "Nobody can say yet whether it was done" if again else f"{title(fault.code)}."
    words = "Send it again: it is done once, however often you send it." if again else fault.detail
    return Refused(status_of(fault), headline, words, code=fault.code, again=again)


def _place(form: Form, name: str) -> str | None:
    """The control that a refusal means by a name: its own, or one of a note, of facts, of steps."""
    known: list[Control] = list(flat(form.controls))
    exact = next((each.name for each in known if each.name == name), None)
    return exact or next((each.name for each in known if each.name.partition(".")[2] == name), None)


def _lacks(place: str, name: str, policy: Slice | None) -> str:
    """What to write, where something is missing."""
    group = place.partition(".")[0]
    if group == "note" and policy:
        return sentence(name, policy.note)
    if group == "skipped":
        return "Tick it above, or say here why it is passed over."
    return "This is needed, in words that say something."


def _in_words(refusal: Refusal, form: Form, missing: Sequence[str], names: Names) -> str:
    """The refusal's own sentence, with labels for fields and names for people."""
    words = refusal.message
    labels = {each.name: each.label for each in flat(form.controls)}
    for name in missing:
        place = _place(form, name)
        words = words.replace(name, labels.get(place or "", name.replace("_", " ")))
    for person in ("owner", "by"):
        told = refusal.details.get(person)
        if isinstance(told, str) and told:
            words = words.replace(f"{told} ", f"{names.person(told)} ")
    return words


def _readable(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
