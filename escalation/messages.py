"""What is said to people, and to whom: pages and information, their texts, and what came of sending them.

NotSent
├── UnresolvedPlaceholder    the text asks for a fact that nobody gave
├── TemporarilyUndeliverable try again, it may work later
└── Undeliverable            trying again cannot help
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, NamedTuple, Protocol
from urllib.parse import quote, unquote

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from escalation.outbox import SendState

RecipientKind = Literal["person", "contact", "role"]

COMMON = frozenset({"ticket_id", "summary", "client_name", "priority", "owner_name", "service_manager_name"})
"""Placeholders that every message about a ticket can use."""

MESSAGES: Mapping[str, frozenset[str]] = {
    # to the client
    "ack": frozenset({"due_local"}),
    "handoff_customer": frozenset({"new_owner_name", "new_team", "accept_by_local", "due_local"}),
    "waiting_customer": frozenset({"question", "next_follow_up_local"}),
    "last_reminder": frozenset({"reopen_window"}),
    "emergency_start": frozenset({"new_owner_name", "new_team", "accept_by_local", "due_local"}),
    "sla_at_risk": frozenset({"reason", "due_local"}),
    "resolved": frozenset({"resolution_note", "reopen_window"}),
    "csat": frozenset({"resolution_note"}),
    "major_update": frozenset({"text"}),
    # to the desk
    "page_owner": frozenset({"reason", "accept_by_local", "due_local", "epoch", "ack_url"}),
    "page_again": frozenset({"reason", "accept_by_local", "due_local", "epoch", "ack_url"}),
    "page_on_call": frozenset({"accept_by_local", "due_local", "epoch", "ack_url"}),
    "coverage_gap": frozenset({"due_local"}),
    "no_progress": frozenset({"due_local"}),
    "page_manager": frozenset({"reason", "due_local"}),
    "inform_threshold": frozenset({"clock", "mark", "due_local"}),
    "note_owed": frozenset({"missing"}),
    "consulted": frozenset({"due_local"}),
    "follow_up": frozenset({"due_local"}),
    "nudge": frozenset({"idle_since_local", "ask", "due_local"}),
    "hold_over": frozenset({"reason", "due_local"}),
    "major_declared": frozenset({"reason", "commander_name", "communicator_name", "due_local"}),
    "major_silent": frozenset({"commander_name", "communicator_name", "due_local"}),
    "exclusion_asked": frozenset({"clock", "reason", "requester_name"}),
    "review_due": frozenset({"due_local"}),
    "gap_ahead": frozenset({"rota", "gaps"}),
    "document_published": frozenset({"document", "revision", "summary", "why"}),
    "audit_ready": frozenset({"audit", "headline", "overdue"}),
    "verify_contact": frozenset({"code", "good_for"}),
}
"""Every message that is sent, and the placeholders that only it can use."""

PLACEHOLDERS = COMMON.union(*MESSAGES.values())

ANSWERED = frozenset(name for name, own in MESSAGES.items() if "ack_url" in own)
"""The messages that ask somebody to take a ticket up; `ack_url` is filled in where they are sent, for each way anew."""

_OF_NO_TICKET = frozenset({"gap_ahead", "document_published", "audit_ready", "verify_contact"})

SHIPPED: Mapping[str, str] = {
    "verify_contact": "Your code is {code}. Enter it within {good_for} to show that you can be reached this way.",
}
"""Texts that a policy may have in words of its own, and need not."""

_TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]")


class NotSent(Exception):
    """A message did not leave, or nobody can say that it did."""


class UnresolvedPlaceholder(NotSent):
    """The text still asks for something, so a reader would have seen the braces."""

    def __init__(self, placeholder: str, template: str) -> None:
        super().__init__(placeholder, template)
        self.placeholder = placeholder
        self.template = template

    def __str__(self) -> str:
        return f"the message {self.template!r} has nothing to put in place of {self.placeholder!r}; it was not sent"


class TemporarilyUndeliverable(NotSent):
    """The way out is shut for now; `retry_after` is how long its keeper asked us to wait, if it did.

    `unknown`: it may have gone out all the same, so that the next try may be a repeat.
    """

    def __init__(self, reason: str, retry_after: timedelta | None = None, *, unknown: bool = False) -> None:
        super().__init__(reason, retry_after)
        self.reason = reason
        self.retry_after = retry_after
        self.unknown = unknown

    def __str__(self) -> str:
        return self.reason


class Undeliverable(NotSent):
    """This message can never reach this address this way."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Address(BaseModel):
    """Where one recipient can be reached; what is empty is not a way."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: str | None = None
    apprise: tuple[str, ...] = ()
    webhook: str | None = None
    slack: str | None = None
    teams: str | None = None
    sms: str | None = None
    voice: str | None = None


class WayBack(BaseModel):
    """How something comes back: the link by which the recipient answers, and under which name a provider reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    link: str = ""
    record: str = ""


NO_WAY_BACK = WayBack()


class Message(BaseModel):
    """One text owed to one recipient; `key` is the same every time it is tried, so that repeats can be dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    ticket_id: str
    template: str
    urgent: bool  # a page, that wakes somebody, and not just information
    to: str
    recipient_kind: RecipientKind
    params: dict[str, str]
    at: AwareDatetime
    via: str | None = Field(default=None, exclude_if=lambda via: via is None)
    """The one channel that it takes, whatever others there are."""


class Receipt(BaseModel):
    """How far one message has come on one channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: str
    state: SendState
    provider_id: str | None
    detail: str
    at: AwareDatetime


class Channel(Protocol):
    """A way out. Blocking, safe to call from several threads, sends at least once."""

    @property
    def name(self) -> str: ...

    def reaches(self, to: Address) -> bool:
        """Whether this recipient has a way here that is set up."""
        ...

    def send(
        self, message_key: str, to: Address, subject: str, body: str, urgent: bool, back: WayBack = NO_WAY_BACK
    ) -> Receipt:
        """Hand the message over, or raise TemporarilyUndeliverable or Undeliverable."""
        ...


class KeyParts(NamedTuple):
    """What a message key was made of; blank where a key was made some other way."""

    ticket_id: str
    sequence: str
    template: str
    recipient: str


def placeholders_of(template: str) -> frozenset[str]:
    """What the text of this message may ask for; KeyError if nothing sends one of this name."""
    return MESSAGES[template] if template in _OF_NO_TICKET else COMMON | MESSAGES[template]


def message_key(ticket_id: str, sequence: int, template: str, recipient: str) -> str:
    """One key for each (ticket, event, template, recipient): printable ASCII without dots, fit for any header."""
    return "/".join(_quoted(part) for part in (ticket_id, str(sequence), template, recipient))


def parts_of(key: str) -> KeyParts:
    """The inverse of `message_key`."""
    ticket_id, sequence, template, recipient, *_ = [unquote(part) for part in key.split("/")] + [""] * 3
    return KeyParts(ticket_id, sequence, template, recipient)


def render(template_text: str, params: Mapping[str, str], template: str | None = None) -> str:
    """The text with each `{placeholder}` filled in, once; `{{` and `}}` stand for braces."""

    def fill(found: re.Match[str]) -> str:
        token = found.group()
        if token in ("{{", "}}"):
            return token[0]
        name = token.strip("{}")
        if token in ("{", "}") or name not in params:
            raise UnresolvedPlaceholder(name or token, template if template is not None else template_text)
        return params[name]

    return _TOKEN.sub(fill, template_text)


def _quoted(part: str) -> str:
    # Standard Webhooks joins id, time and body with dots before signing, so an id had better hold none.
    return quote(part, safe="").replace(".", "%2E")
