"""What is known of a ticket."""

from typing import Literal

from escalation.commands import Contact, Intake, IntakeFacts
from escalation.events.fact import Fact
from escalation.guide import Guide
from escalation.policy import AgreedBy
from escalation.terms import Flag, Priority, Scope


class Opened(Fact):
    """A ticket was taken in; `agreement` is the one that counts for it, `agreed_by` who named that: else the client."""

    kind: Literal["opened"] = "opened"
    ticket_id: str
    intake: Intake
    impact: int | None = None
    urgency: int | None = None
    priority: Priority
    vip: bool = False
    policy_version: str
    agreement: str | None = None
    agreed_by: AgreedBy | None = None


class Triaged(Fact):
    """Category, severity and priority are set."""

    kind: Literal["triaged"] = "triaged"
    category: str
    impact: int
    urgency: int
    priority: Priority


class FieldsUpdated(Fact):
    """What is known changed; before and after of each field that did. `guide` is the SOP of a new category."""

    kind: Literal["fields_updated"] = "fields_updated"
    before: dict[str, object]
    after: dict[str, object]
    subject: str | None = None
    description: str | None = None
    category: str | None = None
    contact: Contact | None = None
    scope: Scope | None = None
    flags: tuple[Flag, ...] | None = None
    facts: IntakeFacts | None = None
    required_skill: str | None = None
    needed_access: str | None = None
    known_issue: str | None = None
    asset: str | None = None
    impact: int | None = None
    urgency: int | None = None
    priority: Priority | None = None
    vip: bool | None = None
    guide: Guide | None = None
