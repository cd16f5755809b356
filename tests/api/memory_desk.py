"""People, policies, tokens, reviews and documents, kept in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from api.faults import NotFound
from escalation.errors import VersionTaken
from escalation.library.readings import Reading, Unread
from escalation.links import SigningKey
from escalation.messages import Message, Receipt
from escalation.outbox import SendState, forward
from escalation.policy import Policy
from escalation.policy.amendments import PolicyChange
from escalation.ports import PersonView, Token, Unavailable
from escalation.review.decision import Approve, ReviewOver, Waive, judge_approve, judge_waive
from escalation.review.effect import Solved
from escalation.review.incident import Document, Published, Review
from escalation.review.listing import SHELVES, ReviewHead, ReviewTally, Shelf
from escalation.review.view import ReviewView
from escalation.terms import Facts, Role
from tests.api.memory_library import MemoryLibrary
from tests.api.memory_rotas import MemoryRotas


@dataclass
class MemoryPeople:
    """The people of the policy."""

    policy: Policy
    rotas: MemoryRotas
    away: bool = False

    def people(self, at: datetime) -> list[PersonView]:
        return [person for each in self.policy.people if (person := self.person(each, at))]

    def person(self, person_id: str, at: datetime) -> PersonView | None:
        if self.away:
            raise Unavailable("away")
        person = self.policy.people.get(person_id)
        if person is None:
            return None
        names = ("id", "name", "role", "tier", "skills", "calendar", "capacity")
        said = {name: getattr(person, name) for name in names}
        return PersonView(**said, open=0, absent_until=self.rotas.board().absent_until(person_id, at))


class MemoryPolicyLine(Facts):
    """One version."""

    version: str
    name: str
    published_by: str = "olaf"
    published_at: datetime
    current: bool = True


@dataclass
class MemoryPolicies:
    """The published versions, the first of them without its text."""

    policy: Policy
    at: datetime
    away: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    versions: dict[str, Policy] = field(default_factory=dict)
    published_by: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.versions[self.policy.version] = self.policy

    def publish(
        self, document: str, policy: Policy, *, by: str, at: datetime, with_sops: Sequence[tuple[str, int]] = ()
    ) -> bool:
        if policy.version in self.versions:
            if self.texts.get(policy.version) != document:
                raise VersionTaken(f"policy {policy.version} is published already, with another text")
            return False
        self.texts[policy.version], self.published_by[policy.version] = document, by
        self.policy = self.versions[policy.version] = policy
        return True

    def choose(self, version: str, *, by: str, at: datetime) -> None:
        self.policy = self.versions[version]

    def document(self, version: str) -> str:
        return self.texts.get(version, "")

    def current(self) -> Policy:
        if self.away:
            raise Unavailable("away")
        return self.policy

    def version(self, version: str) -> Policy:
        return self.versions[version]

    def all(self) -> list[MemoryPolicyLine]:
        return [
            MemoryPolicyLine(
                version=each.version,
                name=each.name,
                published_by=self.published_by.get(each.version, "olaf"),
                published_at=self.at,
                current=each is self.policy,
            )
            for each in reversed(self.versions.values())
        ]


@dataclass
class MemoryKeys:
    """The keys that sign links."""

    keys: tuple[SigningKey, ...] = (SigningKey("k1", b"a secret of thirty-two bytes, yes"),)
    away: bool = False

    def live(self, at: datetime) -> Sequence[SigningKey]:
        if self.away:
            raise Unavailable("away")
        return self.keys


@dataclass
class MemoryReceipts:
    """What was sent, and what providers said of it."""

    pages: list[Message] = field(default_factory=list)
    states: dict[tuple[str, str], SendState] = field(default_factory=dict)

    def knows(self, key: str) -> bool:
        return any(page.key == key for page in self.pages)

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None:
        before = self.states.get((key, outlet), "queued")
        self.states[key, outlet] = forward(before, receipt.state)

    def paged(self, person: str, ticket_id: str) -> Message | None:
        found = [page for page in self.pages if (page.to, page.ticket_id) == (person, ticket_id)]
        return found[-1] if found else None


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
    changes: tuple[PolicyChange, ...] = ()
    published: Published | None = None


@dataclass
class MemoryReadings:
    """Who has read what the library has published, and SOP-1, which is at revision 2."""

    library: MemoryLibrary
    found: dict[tuple[str, int, str], Reading] = field(default_factory=dict)
    news: dict[str, list[Unread]] = field(default_factory=dict)

    def unread(self, person: str) -> list[Unread]:
        return self.news.get(person, [])

    def read(self, document: str, person: str, at: datetime) -> Reading | None:
        revision = self._published(document)
        if revision is None:
            return None
        reading = Reading(document=document, revision=revision, person=person, read_at=at)
        return self.found.setdefault((document, revision, person), reading)

    def readers(self, document: str, revision: int | None = None) -> list[Reading] | None:
        published = self._published(document)
        if published is None or revision not in (None, published):
            return None
        return [each for each in self.found.values() if (each.document, each.revision) == (document, published)]

    def _published(self, document: str) -> int | None:
        if document == "SOP-1":
            return 2
        found = self.library.one(document)
        return found.revision if found and found.state == "published" else None


@dataclass
class MemoryReviews:
    """Reviews and documents, and the workflows that wait for a decision, in one."""

    lines: dict[str, MemoryReviewLine] = field(default_factory=dict)
    revisions: dict[str, MemoryRevision] = field(default_factory=dict)
    tickets_solved: list[Solved] = field(default_factory=list)
    decided: dict[str, Approve | Waive] = field(default_factory=dict)

    def all(self, state: str | None = None, clients: tuple[str, ...] | None = None) -> list[MemoryReviewLine]:
        return [
            line
            for line in self.lines.values()
            if (state is None or line.state == state) and (clients is None or line.review.case.client in clients)
        ]

    def heads(
        self, shelf: Shelf, person: str, at: datetime, clients: tuple[str, ...] | None, limit: int, skip: int = 0
    ) -> list[ReviewHead]:
        found = [head_of(line) for line in self.all(None, clients) if _on(line, shelf, person, at)]
        return sorted(found, key=lambda head: (head.due_at, head.ticket_id))[skip : skip + limit]

    def tally(self, person: str, at: datetime, clients: tuple[str, ...] | None) -> ReviewTally:
        counts = {shelf: len(self.heads(shelf, person, at, clients, 1000)) for shelf in SHELVES if shelf != "done"}
        return ReviewTally.model_validate(counts)

    def review(self, ticket_id: str) -> MemoryReviewLine | None:
        return self.lines.get(ticket_id)

    def documents(self) -> list[MemoryRevision]:
        return list(self.revisions.values())

    def document(self, sop: str, revision: int | None = None) -> MemoryRevision | None:
        found = self.revisions.get(sop)
        return found if found and revision in (None, found.revision) else None

    def solved(
        self,
        category: str,
        since: datetime,
        until: datetime,
        client: str | None = None,
        clients: tuple[str, ...] | None = None,
    ) -> Solved:
        found = [each for each in self.tickets_solved if since <= each.since < until]
        return found[0] if found else Solved(since=since, until=until)

    async def decide(self, ticket_id: str, decision: Approve | Waive, key: str) -> ReviewView:
        line = self.lines.get(ticket_id)
        if line is None:
            raise NotFound("There is no review of this ticket.")
        if line.decided_by is not None:
            raise ReviewOver("The review is decided already.")
        judge_approve(decision) if isinstance(decision, Approve) else judge_waive(decision)
        self.decided[ticket_id] = decision
        state = "published" if isinstance(decision, Approve) else "waived"
        self.lines[ticket_id] = line.model_copy(update={"state": state, "decided_by": decision.by})
        case = line.review.case
        return ReviewView.model_validate(
            {"case": case, "state": state, "due_at": case.due_at, "decided_by": decision.by}
        )


def head_of(line: MemoryReviewLine) -> ReviewHead:
    """The line without its draft."""
    said = line.review.case.model_dump() | line.model_dump(exclude={"review"})
    return ReviewHead.model_validate({name: said[name] for name in ReviewHead.model_fields})


def _on(line: MemoryReviewLine, shelf: Shelf, person: str, at: datetime) -> bool:
    case, undecided = line.review.case, line.state in ("open", "overdue")
    of_these = {"open": True, "overdue": case.due_at < at, "mine": case.owner == person}
    return not undecided if shelf == "done" else undecided and of_these[shelf]
