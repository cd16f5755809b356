"""What is to be done about a mail: which ticket it is about, and whether its sender may speak for it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from escalation.commands import Contact, Intake
from escalation.lifecycle import Stage
from escalation.mail.answers import only_thanks, score_in
from escalation.mail.letter import Letter
from escalation.mail.senders import clients_of, name_of, staff
from escalation.policy import Policy
from escalation.terms import TEXT, Facts, Line

_IN_SUBJECT = re.compile(r"\[(T-[0-9A-Z]{1,40})\]")
_CHANNEL = "mail"
_SHORT_ID = 200


class Thread(Facts):
    """A ticket that the mail may be about."""

    ticket_id: Line
    client: Line
    contact: Line = ""
    stage: Stage


@dataclass(frozen=True)
class Opens:
    """A ticket to be taken in."""

    intake: Intake


@dataclass(frozen=True)
class Said:
    """The customer's word on a ticket; `objects`: it is not resolved for him. `score` rates the service instead."""

    ticket_id: str
    client: str
    text: str
    objects: bool = False
    over: bool = False
    score: int | None = None


@dataclass(frozen=True)
class Noted:
    """Nothing that a customer said: an automatic reply, or a word of the desk's own `person`."""

    ticket_id: str
    client: str
    text: str
    person: str | None = None


@dataclass(frozen=True)
class Bounced:
    """Mails of ours that did not arrive, or not yet."""

    message_ids: tuple[str, ...]
    final: bool
    detail: str


@dataclass(frozen=True)
class Ignored:
    """Nothing is to be done, and why."""

    why: str


@dataclass(frozen=True)
class Aside:
    """Nobody can say whose it is: for a person to look at."""

    code: str
    reason: str


Deed = Opens | Said | Noted | Bounced | Ignored | Aside


def named_in(subject: str) -> tuple[str, ...]:
    """The tickets that a subject names, as our own mails do."""
    return tuple(dict.fromkeys(_IN_SUBJECT.findall(subject)))[:5]


@dataclass(frozen=True)
class Judge:
    """Judges mails under the policy of today; `own` are the addresses from which we write ourselves."""

    policy: Policy
    own: frozenset[str]

    def judge(self, letter: Letter, threads: Sequence[Thread], lately: int) -> Deed:
        """What to do, given the tickets that it may be about, the likeliest first, and how many came `lately`."""
        if letter.failure is not None:
            return Bounced(letter.failure.message_ids, letter.failure.final, letter.failure.detail)
        if letter.sender in self.own:
            return Ignored("a mail of our own")
        if not letter.sender:
            return Aside("no_sender", "It does not say from whom it is, or names several.")
        sign = letter.automatic or self._too_many(lately)
        person = staff(letter.sender, self.policy)
        speaks_for = clients_of(letter.sender, self.policy)
        thread = next((each for each in threads if person or self._may(letter.sender, each, speaks_for)), None)
        if thread is None:
            return self._new(letter, threads, speaks_for, sign)
        if sign or person:
            return self._noted(letter, thread, sign, person)
        return self._said(letter, thread)

    def _too_many(self, lately: int) -> str:
        rules = self.policy.mail
        return f"more than {rules.most} mails of this sender" if lately >= rules.most else ""

    def _may(self, sender: str, thread: Thread, speaks_for: Sequence[str]) -> bool:
        return thread.client in speaks_for or (bool(thread.contact) and thread.contact.lower() == sender)

    def _noted(self, letter: Letter, thread: Thread, sign: str, person: str | None) -> Deed:
        if thread.stage in (Stage.CLOSED, Stage.CANCELLED):
            return Ignored(f"{sign or 'from the desk'}; {thread.ticket_id} is over")
        said = f"{letter.subject}\n{letter.text}" + (f"\n(taken for automatic: {sign})" if sign else "")
        return Noted(thread.ticket_id, thread.client, said[:TEXT], None if sign else person)

    def _said(self, letter: Letter, thread: Thread) -> Deed:
        over = thread.stage in (Stage.CLOSED, Stage.CANCELLED)
        text = letter.text or letter.subject
        if over or thread.stage is Stage.RESOLVED:
            if found := score_in(letter.text):
                return Said(thread.ticket_id, thread.client, found[1], over=over, score=found[0])
            objects = not only_thanks(letter.text)
            return Said(thread.ticket_id, thread.client, text, objects=objects, over=over)
        return Said(thread.ticket_id, thread.client, text)

    def _new(self, letter: Letter, threads: Sequence[Thread], speaks_for: Sequence[str], sign: str) -> Deed:
        if sign:
            return Aside("automatic", f"No person seems to have written it ({sign}), and it is about no ticket.")
        match speaks_for:
            case [client]:
                return Opens(self.intake(letter, client))
            case []:
                about = f" It is about {threads[0].ticket_id}." if threads else ""
                return Aside(
                    "unknown_sender", f"{letter.sender} is no contact of a client, and of no known domain.{about}"
                )
            case several:
                return Aside("several_clients", f"{letter.sender} may speak for {', '.join(several)}.")

    def intake(self, letter: Letter, client: str, reopens: str | None = None) -> Intake:
        """The ticket that the mail opens; the same again for the same mail."""
        name = name_of(letter.sender, letter.sender_name, self.policy.clients[client])
        own_id = letter.message_id or sha256(letter.model_dump_json().encode()).hexdigest()
        external = own_id if len(own_id) <= _SHORT_ID else sha256(own_id.encode()).hexdigest()
        return Intake(
            client=client,
            contact=Contact(name=name, email=letter.sender),
            subject=letter.subject or "(no subject)",
            description=letter.text,
            source=_CHANNEL,
            external_id=f"mail/{external}",
            reopens=reopens,
        )
