"""People, policies, tokens, reviews and documents, kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from api.faults import NotFound
from escalation.errors import UnknownName
from escalation.oncall import on_call
from escalation.policy import Policy
from escalation.ports import OnCallNow, PersonView, Token, Unavailable
from escalation.review.decision import Approve, ReviewOver, Waive, judge_approve, judge_waive
from escalation.review.incident import Document, Published, Review
from escalation.review.view import ReviewView
from escalation.terms import Facts, Role


@dataclass
class MemoryPeople:
    """The people of the policy."""

    policy: Policy
    away: bool = False
    absent: dict[str, datetime] = field(default_factory=dict)
    overrides: list[tuple[str, str]] = field(default_factory=list)

    def people(self) -> list[PersonView]:
        return [person for each in self.policy.people if (person := self.person(each))]

    def person(self, person_id: str) -> PersonView | None:
        if self.away:
            raise Unavailable("away")
        person = self.policy.people.get(person_id)
        if person is None:
            return None
        names = ("id", "name", "role", "tier", "skills", "calendar", "capacity")
        said = {name: getattr(person, name) for name in names}
        return PersonView(**said, open=0, absent_until=self.absent.get(person_id))

    def on_call(self, at: datetime) -> list[OnCallNow]:
        rotas = self.policy.on_call.rotas
        return [OnCallNow(rota=name, person=on_call(name, rota, (), at)) for name, rota in rotas.items()]

    def mark_absent(self, person_id: str, until: datetime) -> None:
        self.absent[person_id] = until

    def present(self, person_id: str) -> None:
        self.absent.pop(person_id, None)

    def override(self, rota: str, who: str, start: datetime, end: datetime) -> None:
        if rota not in self.policy.on_call.rotas:
            raise UnknownName(f"There is no rota {rota!r}.", field="rota", value=rota)
        if who not in self.policy.people:
            raise UnknownName(f"The desk has nobody called {who!r}.", field="who", value=who)
        self.overrides.append((rota, who))


class MemoryPolicyLine(Facts):
    """The one version."""

    version: str
    name: str
    published_by: str = "olaf"
    published_at: datetime
    current: bool = True


@dataclass
class MemoryPolicies:
    """One published version."""

    policy: Policy
    at: datetime
    away: bool = False

    def current(self) -> Policy:
        if self.away:
            raise Unavailable("away")
        return self.policy

    def version(self, version: str) -> Policy:
        if version != self.policy.version:
            raise KeyError(version)
        return self.policy

    def all(self) -> list[MemoryPolicyLine]:
        return [MemoryPolicyLine(version=self.policy.version, name=self.policy.name, published_at=self.at)]


@dataclass
class MemoryTokens:
    """Tokens by their secret; it counts how often it is asked."""

    held: dict[str, Token] = field(default_factory=dict)
    away: bool = False
    asked: int = 0

    def give(self, person: str, role: Role, clients: tuple[str, ...] | None = None) -> str:
        secret = f"tl_{person}_{role.value}_{'-'.join(clients or ())}"
        self.held[secret] = Token(id=secret, person=person, role=role, clients=clients)
        return secret

    def verify(self, secret: str, at: datetime) -> Token | None:
        self.asked += 1
        if self.away:
            raise Unavailable("away")
        return self.held.get(secret)

    def snapshot(self, at: datetime) -> Mapping[bytes, Token]:
        if self.away:
            raise Unavailable("away")
        return {sha256(secret.encode()).digest(): token for secret, token in self.held.items()}


class MemoryRevision(Document):
    """A published SOP."""

    state: str = "published"
    author: str = "sofia"
    approver: str = "ruth"
    review: str | None = None
    published_at: datetime


class MemoryReviewLine(Facts):
    """A review and how it was decided."""

    review: Review
    state: str = "open"
    overdue_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    answers: dict[str, str] = {}
    published: Published | None = None


@dataclass
class MemoryReviews:
    """Reviews and documents, and the workflows that wait for a decision, in one."""

    lines: dict[str, MemoryReviewLine] = field(default_factory=dict)
    revisions: dict[str, MemoryRevision] = field(default_factory=dict)

    def all(self, state: str | None = None, clients: tuple[str, ...] | None = None) -> list[MemoryReviewLine]:
        return [
            line
            for line in self.lines.values()
            if (state is None or line.state == state) and (clients is None or line.review.case.client in clients)
        ]

    def review(self, ticket_id: str) -> MemoryReviewLine | None:
        return self.lines.get(ticket_id)

    def documents(self) -> list[MemoryRevision]:
        return list(self.revisions.values())

    def document(self, sop: str, revision: int | None = None) -> MemoryRevision | None:
        found = self.revisions.get(sop)
        return found if found and revision in (None, found.revision) else None

    async def decide(self, ticket_id: str, decision: Approve | Waive, key: str) -> ReviewView:
        line = self.lines.get(ticket_id)
        if line is None:
            raise NotFound("There is no review of this ticket.")
        if line.decided_by is not None:
            raise ReviewOver("The review is decided already.")
        judge_approve(decision) if isinstance(decision, Approve) else judge_waive(decision)
        state = "published" if isinstance(decision, Approve) else "waived"
        self.lines[ticket_id] = line.model_copy(update={"state": state, "decided_by": decision.by})
        case = line.review.case
        return ReviewView.model_validate(
            {"case": case, "state": state, "due_at": case.due_at, "decided_by": decision.by}
        )
