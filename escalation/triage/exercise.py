"""The nouns of practising triage: a case as it is shown, an answer to it, and what the rules did."""

from typing import Literal

from pydantic import AwareDatetime, Field

from escalation.terms import Facts, Flag, Kind, Line, Name, Priority, Scope, Text, Tier

NOTHING = "none"
"""The answer where no trigger acts."""
MOST_CASES = 50
KINDS = ("functional", "hierarchical", "emergency", NOTHING)
FIELDS = ("start_tier", "priority", "trigger", "kind", "target")


class Case(Facts):
    """A made-up ticket, and what has happened to it so far; the question is what the rules make of the last of it."""

    number: int
    client: str
    client_name: str
    environment: str
    contact: str
    vip: bool
    subject: str
    description: str
    ticket_kind: Kind
    category: str
    scope: Scope
    users_affected: int
    urgency: int
    flags: tuple[Flag, ...] = ()
    required_skill: str | None = None
    needed_access: str | None = None
    known_issue: str | None = None
    at: AwareDatetime
    happened: tuple[str, ...] = ()


class Answer(Facts):
    """What a person says of a case: where it begins, how pressing it is, and which trigger acts on the last of it.

    `target` is a tier (`tier_2`) or whoever is told or speaks with the client (`service_manager`).
    """

    start_tier: Tier = Field(ge=1, le=3)
    priority: Priority
    trigger: Name = NOTHING
    kind: Literal["functional", "hierarchical", "emergency", "none"] = "none"
    target: Name = NOTHING


class Truth(Facts):
    """What the rules did with a case; any of `targets` is right. `why` are their own words, by what they are about."""

    start_tier: Tier
    priority: Priority
    trigger: str = NOTHING
    kind: str = NOTHING
    targets: tuple[str, ...] = (NOTHING,)
    start_why: Text
    priority_why: Text
    trigger_why: dict[str, str]
    leads_to: str = ""


class Choice(Facts):
    """A trigger that may be the answer, and what it says of itself."""

    id: str
    says: Line


class Choices(Facts):
    """What the answers may be."""

    triggers: tuple[Choice, ...]
    kinds: tuple[str, ...] = KINDS
    targets: tuple[str, ...]


class CaseMarks(Facts):
    """An answer beside what the rules did: which fields are right, and the rules' words on the others."""

    number: int
    right: dict[str, bool]
    expected: dict[str, str]
    why: dict[str, str] = {}


class Marks(Facts):
    """A whole exercise: the share that was right, in all and by field, from 0 to 1."""

    total: float
    by_field: dict[str, float]
    cases: tuple[CaseMarks, ...]


class Exercise(Facts):
    """One exercise of one person; the same seed under the same policy is the same exercise again."""

    id: str
    person: str
    seed: int
    how_many: int
    policy_version: str
    clients: tuple[str, ...] | None = None
    made_at: AwareDatetime
    answered_at: AwareDatetime | None = None
    answers: dict[int, Answer] | None = None
    marks: Marks | None = None
