"""What is written in a document, kind by kind."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, model_validator

from escalation.library.tree import Tree
from escalation.library.words import MOST_BODY, Body, DocumentId, Label, StepId, TierNumber, Wait, Words
from escalation.terms import Facts, Priority

__all__ = ["DOCUMENT", "MOST_BODY", "AnyDocument", "DocumentKind", "Sop", "Step", "Written"]


class DocumentKind(StrEnum):
    """What sort of document it is."""

    SOP = "sop"
    RUNBOOK = "runbook"
    CHECKLIST = "checklist"
    KNOWN_ISSUE = "known_issue"
    VENDOR_CONTACT = "vendor_contact"
    MESSAGE_TEMPLATE = "message_template"
    DECISION_TREE = "decision_tree"


class Strict(Facts):
    """Base of what people write: a field that nobody knows is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Written(Strict):
    """What every document says of itself; `clients` empty: for all of them. `tier` is where it is worked with."""

    id: DocumentId
    title: Annotated[Words, Field(max_length=200)]
    tags: tuple[Label, ...] = ()
    categories: tuple[Label, ...] = ()
    clients: tuple[Label, ...] = ()
    skills: tuple[Label, ...] = ()
    tier: TierNumber | None = None
    body: Body = ""

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, said: object) -> object:
        if _holds_nul(said):
            raise ValueError("holds a NUL, which no text may")
        return said


class Step(Strict):
    """One thing to do; a mandatory one is done, or skipped with a reason, before its tier hands the ticket up."""

    id: StepId
    text: Words
    mandatory: bool = True
    tier: TierNumber = 1


class Sop(Written):
    """A standard operating procedure, in its five parts: steps, what the handoff needs, triggers, response, client."""

    kind: Literal["sop"] = "sop"
    steps: tuple[Step, ...] = ()
    required_information: tuple[Words, ...] = ()
    escalate: dict[Priority, tuple[Label, ...]] = {}
    """The triggers that send a ticket of this priority up."""
    failed_attempts: dict[TierNumber, Annotated[int, Field(ge=1, le=100)]] = {}
    """After how many failed attempts each tier hands the ticket up."""
    accept_within: dict[Priority, Wait] = {}
    """How soon the receiving tier takes it up."""
    messages: tuple[Label, ...] = ()
    """What the client is told on the way."""
    tree: DocumentId | None = None
    runbooks: tuple[DocumentId, ...] = ()
    vendor: DocumentId | None = None


class Runbook(Written):
    """How one thing is done; `access` is what it takes."""

    kind: Literal["runbook"] = "runbook"
    access: tuple[Label, ...] = ()


class Checklist(Written):
    """Steps to tick off, outside of any SOP."""

    kind: Literal["checklist"] = "checklist"
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class KnownIssue(Written):
    """What is known to be broken, how it shows, and how to get round it."""

    kind: Literal["known_issue"] = "known_issue"
    symptoms: Annotated[tuple[Words, ...], Field(min_length=1)]
    workaround: Words
    status: Literal["open", "fixed"] = "open"


class VendorPerson(Strict):
    """One rung of a vendor's own escalation."""

    level: Label
    reach: Words


class VendorContact(Written):
    """How a vendor is reached, by which account, and how fast they promised to answer."""

    kind: Literal["vendor_contact"] = "vendor_contact"
    vendor: Label
    contacts: Annotated[tuple[VendorPerson, ...], Field(min_length=1)]
    account: Words | None = None
    hours: Words | None = None
    answers_within: Wait | None = None


class MessageTemplate(Written):
    """Words for people to send; the body is the text, and `message` the policy's own message that it goes with."""

    kind: Literal["message_template"] = "message_template"
    to: Literal["client", "vendor", "desk"] = "client"
    message: Label | None = None


class DecisionTree(Written):
    """Questions that lead to what is to be done."""

    kind: Literal["decision_tree"] = "decision_tree"
    tree: Tree


AnyDocument = Annotated[
    Sop | Runbook | Checklist | KnownIssue | VendorContact | MessageTemplate | DecisionTree,
    Field(discriminator="kind"),
]
DOCUMENT: TypeAdapter[AnyDocument] = TypeAdapter(AnyDocument)


def _holds_nul(said: object) -> bool:
    match said:
        case str():
            return "\x00" in said
        case dict():
            return any(map(_holds_nul, [*said, *said.values()]))
        case list() | tuple():
            return any(map(_holds_nul, said))
        case _:
            return False
