"""Everything that was said with the client about a ticket, and how it stands in the client's own words. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, Protocol

from pydantic import AwareDatetime

from escalation.events import Commented, Contacted, Entry, ServiceRated
from escalation.lifecycle import Stage
from escalation.messages import Message, UnresolvedPlaceholder, render
from escalation.promises import FIRST_RESPONSE, NEXT_REPLY, NEXT_UPDATE, RESOLUTION
from escalation.terms import Facts
from escalation.ticket import Ticket

Called = Callable[[str], str]
"""What a person is called, by id."""


class Posted(Protocol):
    """A message, and how far it came."""

    @property
    def message(self) -> Message: ...

    @property
    def state(self) -> str: ...


class Spoken(Facts):
    """One thing that was said, by the client (`in`) or to the client (`out`).

    `template` is the message of the policy that it was, blank for a person's own words; `state` how far that came.
    `automatic`: no person said it.
    """

    at: AwareDatetime
    direction: Literal["in", "out"]
    channel: str
    by: str
    text: str
    automatic: bool = False
    template: str = ""
    state: str = ""


class ClientView(Facts):
    """A ticket as its client sees it, the same wherever they ask.

    `next_update_by` is when they hear from a person at the latest, `promised_by` when it is to be solved; None where
    nothing of the kind is promised, or is promised no more.
    """

    ticket_id: str
    subject: str
    stage: Stage
    status: str
    owner: str
    next_update_by: AwareDatetime | None = None
    promised_by: AwareDatetime | None = None
    opened_at: AwareDatetime


def conversation(
    entries: Iterable[Entry], letters: Iterable[Posted], texts: Mapping[str, str], called: Called
) -> tuple[Spoken, ...]:
    """Both directions and all channels in one thread, the earliest first; messages in the words of `texts`."""
    said = [spoken for entry in entries for spoken in _in_the_journal(entry, called)]
    sent = [_sent(letter, texts, called) for letter in letters if letter.message.recipient_kind == "contact"]
    return tuple(sorted([*said, *sent], key=lambda each: each.at))


def client_view(ticket: Ticket, called: Called) -> ClientView:
    """How it stands, who has it, and when the client hears next."""
    return ClientView(
        ticket_id=ticket.id,
        subject=ticket.subject,
        stage=ticket.stage,
        status=status(ticket, called),
        owner=called(ticket.owner),
        next_update_by=_due(ticket, FIRST_RESPONSE, NEXT_REPLY, NEXT_UPDATE),
        promised_by=_due(ticket, RESOLUTION),
        opened_at=ticket.opened_at,
    )


def status(ticket: Ticket, called: Called) -> str:
    """One sentence. It names no other ticket: that may be another client's."""
    match ticket.stage:
        case Stage.TRIAGE:
            return "We have it, and find the right person for it."
        case Stage.RESOLVED:
            solution = f': "{ticket.ending.resolution}"' if ticket.ending and ticket.ending.resolution else "."
            return f"It is resolved{solution} If it is not, reply and we go on with it."
        case Stage.CLOSED:
            return "It is closed."
        case Stage.CANCELLED:
            return "It goes on in another request of yours." if ticket.merged_into else "It was closed without work."
        case _:
            return _in_work(ticket, called)


def _in_work(ticket: Ticket, called: Called) -> str:
    if ticket.hold is not None:
        question = ticket.hold.evidence.get("question_sent")
        reason = ticket.hold.reason.replace("_", " ")
        return f'We wait for your answer: "{question}"' if question else f"It is on hold: {reason}."
    if ticket.parent is not None:
        return "Others have the same fault; it is being worked on for all of you."
    if ticket.accepted_at is None:
        return f"{called(ticket.owner)} has it, and takes it up shortly."
    return f"{called(ticket.owner)} is working on it."


def _due(ticket: Ticket, *names: str) -> AwareDatetime | None:
    running = (clock for name in names if (clock := ticket.clocks.get(name)) and clock.stopped_at is None)
    return min((clock.due_at for clock in running if clock.due_at is not None), default=None)


def _in_the_journal(entry: Entry, called: Called) -> Iterator[Spoken]:
    match entry.event:
        case Contacted() as event:
            yield Spoken(
                at=event.said_at or event.at,
                direction="in" if event.direction == "inbound" else "out",
                channel=event.channel,
                by=called(event.by),
                text=event.text,
                automatic=bool(event.automatic),
            )
        case Commented(automatic=True) as event:
            yield Spoken(at=event.at, direction="in", channel="", by=called(event.by), text=event.text, automatic=True)
        case ServiceRated() as event:
            said = f"{event.score} of 5" + (f": {event.comment}" if event.comment else "")
            yield Spoken(at=event.at, direction="in", channel=event.channel, by=called(event.by), text=said)
        case _:
            return


def _sent(letter: Posted, texts: Mapping[str, str], called: Called) -> Spoken:
    message = letter.message
    return Spoken(
        at=message.at,
        direction="out",
        channel="mail",
        by="Tierline",
        text=_words(message, texts, called),
        automatic=True,
        template=message.template,
        state=letter.state,
    )


def _words(message: Message, texts: Mapping[str, str], called: Called) -> str:
    """As it is sent; blank for what cannot be said, and was not sent."""
    named = {name: called(value) if name.endswith("_name") else value for name, value in message.params.items()}
    try:
        return render(texts.get(message.template, ""), named, template=message.template)
    except UnresolvedPlaceholder:
        return ""
