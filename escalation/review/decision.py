"""How a review ends: with a change and every question answered, or waived with a reason; and what is refused."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from escalation.errors import NotPermitted, Refusal
from escalation.handoff import is_blank
from escalation.policy import NoteTemplate
from escalation.policy.amendments import AccessGrant, ScopeChange, lacking
from escalation.review.incident import QUESTIONS
from escalation.terms import Facts, Line, Role, Text

_DECIDERS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER})
_OF_THE_POLICY = frozenset({Role.SERVICE_MANAGER})
_SAYS_NOTHING = NoteTemplate()
LONGEST_BODY = 200_000


class IncompleteReview(Refusal, code="incomplete_review"):
    """A decision that leaves something out; `missing` names every answer."""


class ReviewOver(Refusal, code="review_over"):
    """The review is decided; it cannot be decided again."""


class Decision(BaseModel):
    """Base of both decisions: who, in which role, and the request's own id. Lenient, so that a sentence can refuse."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: ClassVar[str] = ""

    by: Line = ""
    role: Role = Role.TECHNICIAN
    request_id: Line = ""

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, said: object) -> object:
        """No database holds a NUL; a decision that could never be written would wait for ever."""
        return _without_nul(said)


class DocumentChange(Facts):
    """The document says from now on what the review proposes, or `body` instead of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["document"] = "document"
    body: str | None = Field(default=None, max_length=LONGEST_BODY)


Change = Annotated[DocumentChange | ScopeChange | AccessGrant, Field(discriminator="kind")]
"""What a review changes: a document to work by, the criteria of the policy, or a tier's access."""


class Approve(Decision):
    """Make the changes, all of them or none, with all five questions answered."""

    name: ClassVar[str] = "approve"
    answers: dict[str, Text] = {}
    changes: tuple[Change, ...] = Field(default=(DocumentChange(),), max_length=20)
    comment: Text = ""

    @property
    def document(self) -> DocumentChange | None:
        """The change of the document, if there is one."""
        return next((change for change in self.changes if isinstance(change, DocumentChange)), None)

    @property
    def amendments(self) -> tuple[ScopeChange | AccessGrant, ...]:
        """The changes of the policy."""
        return tuple(change for change in self.changes if not isinstance(change, DocumentChange))


class Waive(Decision):
    """End the review without a change, and say why."""

    name: ClassVar[str] = "waive"
    reason: Text = ""


def judge_approve(asked: Approve) -> None:
    """Raise NotPermitted or IncompleteReview where this approval cannot stand."""
    _may(asked, _DECIDERS, "approve")
    if asked.amendments:
        _may(asked, _OF_THE_POLICY, "change the policy by")
    missing = [key for key in QUESTIONS if is_blank(asked.answers.get(key), _SAYS_NOTHING)]
    if not asked.changes:
        missing.append("changes")
    for n, change in enumerate(asked.changes):
        if isinstance(change, DocumentChange):
            lacks = "body" if change.body is not None and not change.body.strip() else None
            lacks = "kind" if change is not asked.document else lacks  # one document, one revision
        else:
            lacks = lacking(change)
        missing += [f"changes.{n}.{lacks}"] if lacks else []
    _complete(missing)


def judge_waive(asked: Waive) -> None:
    """Raise NotPermitted or IncompleteReview where this waiver cannot stand."""
    _may(asked, _OF_THE_POLICY, "waive")
    _complete(["reason"] if is_blank(asked.reason, _SAYS_NOTHING) else [])


def _may(asked: Decision, roles: frozenset[Role], what: str) -> None:
    if not asked.by.strip():
        raise IncompleteReview("Say who decides: by is missing.", missing=["by"])
    if asked.role not in roles:
        allowed = " or a ".join(sorted(role.value.replace("_", " ") for role in roles))
        raise NotPermitted(f"Only a {allowed} may {what} a review.", role=asked.role.value)


def _complete(missing: list[str]) -> None:
    if missing:
        raise IncompleteReview(f"The review still lacks: {', '.join(missing)}.", missing=missing)


def _without_nul(said: object) -> object:
    match said:
        case str():
            return said.replace("\x00", "")
        case dict():
            return {name: _without_nul(value) for name, value in said.items()}
        case list():
            return [_without_nul(each) for each in said]
        case _:
            return said
