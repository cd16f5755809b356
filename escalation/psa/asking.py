"""What a change there asks for here: the same commands that everybody uses, in the name of whoever made the change."""

from collections.abc import Sequence
from dataclasses import dataclass

from escalation.commands import (
    Accept,
    Cancel,
    Close,
    Command,
    Comment,
    ContactMade,
    Hold,
    Reopen,
    Resolve,
    Resume,
    UpdateFields,
)
from escalation.lifecycle import Stage
from escalation.messages import UnresolvedPlaceholder, render
from escalation.psa.mapping import Ask, PsaMap
from escalation.psa.merging import Verdict, status_said
from escalation.psa.record import Record, Said
from escalation.terms import LINE, TEXT
from escalation.ticket import Ticket

GIVEN = frozenset({"comment", "resolution"})
"""What the words of an ask may stand for."""


@dataclass(frozen=True)
class Wish:
    """A command, and who of ours asks for it; nobody for a change by the requester or by somebody unknown."""

    command: Command
    person: str | None = None


class NoWay(Exception):
    """There is no command for this change; `reason` says why, to whoever made it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def wish(verdict: Verdict, record: Record, ticket: Ticket, rules: PsaMap, new: Sequence[Said]) -> Wish | None:
    """What a changed field asks for, None where nothing has to be asked; NoWay where nothing can be.

    `new` are the comments there that were not dealt with before.
    """
    match verdict.field:
        case "status":
            return _status(verdict.theirs, record, ticket, rules, new)
        case "priority":
            return Wish(_severity(verdict.theirs, rules))
        case "title":
            return Wish(UpdateFields(subject=verdict.theirs))
        case "description":
            return Wish(UpdateFields(description=verdict.theirs))
        case "queue":
            raise NoWay(f"{ticket.id} stays with its client, {ticket.client}: open a new ticket in the other queue.")
        case "assignee":
            return _assignee(verdict.theirs, ticket, rules)


def heard(said: Said, rules: PsaMap, channel: str) -> Wish | None:
    """What a comment of theirs is here: the customer's word, our word to them, or a work note; None for no words."""
    text = said.text.strip()[:TEXT]
    if not text or said.author in rules.ignore_authors:
        return None
    person = rules.person(said.author)
    if said.author is None:
        return Wish(ContactMade(direction="inbound", channel=channel, text=text, at=said.at))
    if said.public:
        return Wish(ContactMade(direction="outbound", channel=channel, text=text, at=said.at), person)
    return Wish(Comment(text=text), person)


def _status(theirs: str, record: Record, ticket: Ticket, rules: PsaMap, new: Sequence[Said]) -> Wish | None:
    ask = rules.statuses.asks.get(theirs)
    if ask is None:
        raise NoWay(f"No move of a ticket is known by the name of {theirs!r}.")
    said = status_said(record)
    author = said.author if said else (record.assignee or None)
    person = rules.person(author)
    if author is not None and rules.acts == "owner":
        person = ticket.owner
    command = _command(ask, _words(ask, record, said, new), ticket)
    return Wish(command, person) if command else None


def _words(ask: Ask, record: Record, said: Said | None, new: Sequence[Said]) -> dict[str, str]:
    """The ask's words with what was said in them: with the change itself, else since the last time."""
    own = said.text.strip() if said and said in new else ""
    since = [each.text.strip() for each in new if each.author is not None and each.text.strip()]
    comment = own or "\n\n".join(since)
    known = {"comment": comment, "resolution": record.resolution.strip() or comment}
    try:
        return {name: render(text, known).strip()[:TEXT] for name, text in ask.given.items()}
    except UnresolvedPlaceholder as unknown:
        raise NoWay(f"The map asks for {unknown.placeholder!r}, which nothing stands for.") from None


def _command(ask: Ask, words: dict[str, str], ticket: Ticket) -> Command | None:
    line = {name: text[:LINE] for name, text in words.items()}
    reason = words.get("reason", "")
    match ask.command:
        case "resolve":
            return Resolve(
                code=line.get("code", ""), cause=line.get("cause", ""), resolution=words.get("resolution", "")
            )
        case "hold":
            evidence = {name: text for name, text in words.items() if name != "reason"}
            return Hold(reason=line.get("reason", ""), evidence=evidence)
        case "reopen":
            return Reopen(reason=reason)
        case "close":
            return Close(reason=reason)
        case "cancel":
            return Cancel(reason=reason)
        case "accept":
            return Accept() if ticket.accepted_at is None else None
        case "go_on":
            return _go_on(ticket, reason)


def _go_on(ticket: Ticket, reason: str) -> Command | None:
    if ticket.hold:
        return Resume(reason=reason)
    if ticket.stage is Stage.RESOLVED or ticket.over:
        return Reopen(reason=reason)
    return None


def _severity(theirs: str, rules: PsaMap) -> UpdateFields:
    meant = rules.priorities.asks.get(theirs)
    if meant is None:
        raise NoWay(f"No impact and urgency are known for priority {theirs!r}.")
    return UpdateFields(impact=meant.impact, urgency=meant.urgency)


def _assignee(theirs: str, ticket: Ticket, rules: PsaMap) -> Wish:
    if not theirs:
        raise NoWay(f"A ticket always has an owner; {ticket.id} is {ticket.owner}'s.")
    person = rules.person(theirs)
    if person is None:
        raise NoWay(f"Nobody at the desk is known as {theirs!r}.")
    return Wish(Accept(take_over=True), person)
