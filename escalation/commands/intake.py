"""Taking a ticket in, and completing what is known of it."""

from typing import ClassVar

from pydantic import Field

from escalation.commands.command import Command
from escalation.terms import Facts, Flag, Kind, Line, Scope, Text


class Contact(Facts):
    """The person at the client who speaks with the desk."""

    name: Line = ""
    email: Line | None = None
    phone: Line | None = None
    vip: bool = False


class IntakeFacts(Facts):
    """The five facts that must be known before any fix; `none known` is an answer, None is not."""

    affected_systems: tuple[Line, ...] | None = None
    error_messages: Text | None = None
    users_affected: int | None = Field(default=None, ge=0, le=10_000_000)
    recent_changes: Text | None = None
    steps_attempted: Text | None = None


class Intake(Facts):
    """A client's issue as it came in; an agreement is named only where this one ticket has its own."""

    client: Line
    site: Line | None = None
    agreement: Line | None = None
    contact: Contact = Contact()
    subject: Line
    description: Text = ""
    kind: Kind = Kind.INCIDENT
    category: Line | None = None
    impact: int | None = Field(default=None, ge=1, le=3)
    urgency: int | None = Field(default=None, ge=1, le=3)
    scope: Scope = Scope.ONE_USER
    flags: tuple[Flag, ...] = ()
    facts: IntakeFacts = IntakeFacts()
    required_skill: Line | None = None
    needed_access: Line | None = None
    known_issue: Line | None = None
    asset: Line | None = None
    source: Line = "api"
    external_id: Line | None = None
    reopens: Line | None = None


class Open(Command):
    """Take a ticket in."""

    name: ClassVar[str] = "open"
    intake: Intake


class Opening(Facts):
    """The question after an intake; `fingerprint` tells a repeat from another intake under the same key."""

    name: ClassVar[str] = "open"
    fingerprint: str = ""


class Triage(Command):
    """Category, impact and urgency; the ticket leaves triage."""

    name: ClassVar[str] = "triage"
    category: Line | None = None
    impact: int | None = None
    urgency: int | None = None
    contact: Contact | None = None
    scope: Scope | None = None
    flags: tuple[Flag, ...] | None = None
    facts: IntakeFacts | None = None


class UpdateFields(Command):
    """Correct or complete what is known; the triggers look at it again."""

    name: ClassVar[str] = "update_fields"
    subject: Line | None = None
    description: Text | None = None
    category: Line | None = None
    impact: int | None = None
    urgency: int | None = None
    contact: Contact | None = None
    scope: Scope | None = None
    flags: tuple[Flag, ...] | None = None
    facts: IntakeFacts | None = None
    required_skill: Line | None = None
    needed_access: Line | None = None
    known_issue: Line | None = None
    asset: Line | None = None
