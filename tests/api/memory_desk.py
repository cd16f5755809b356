"""People, rotas, policies, tokens, reviews and documents, kept in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import count

from api.faults import NotFound
from escalation.errors import UnknownName, VersionTaken
from escalation.oncall import (
    Absence,
    Board,
    LiveAbsence,
    LiveOverride,
    RotaOverride,
    Swap,
    SwapLine,
    SwapState,
    shift_end,
)
from escalation.policy import Policy
from escalation.ports import Handover, PersonView, Sweep, Token, Unavailable
from escalation.review.decision import Approve, ReviewOver, Waive, judge_approve, judge_waive
from escalation.review.incident import Document, Published, Review
from escalation.review.view import ReviewView
from escalation.terms import Facts, Role
from tests.api.memory import MemoryTickets


@dataclass
class MemoryPeople:
    """The people of the policy."""

    policy: Policy
    rotas: "MemoryRotas"
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


@dataclass
class MemoryRotas:
    """The rotas of the policy, and what was changed by hand."""

    policy: Policy
    overrides: list[LiveOverride] = field(default_factory=list)
    absences: list[LiveAbsence] = field(default_factory=list)
    kept: list[SwapLine] = field(default_factory=list)
    imported: dict[tuple[str, str], int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def board(self) -> Board:
        board = self.policy.on_call.board()
        overrides, absences = (*board.overrides, *self.overrides), (*board.absences, *self.absences)
        return board.model_copy(update={"overrides": overrides, "absences": absences})

    def override(self, change: RotaOverride, by: str, uid: str | None = None) -> LiveOverride:
        self._known(change.rota, change.who)
        made = LiveOverride(**dict(change), id=next(self.numbers), made_by=by)
        self._replace(uid, change.rota, made.id)
        self.overrides.append(made)
        return made

    def take_back(self, override: int) -> bool:
        left = [each for each in self.overrides if each.id != override]
        left, self.overrides = self.overrides, left
        return len(left) > len(self.overrides)

    def be_away(self, absence: Absence, by: str, uid: str | None = None) -> LiveAbsence:
        self._known(None, absence.person)
        made = LiveAbsence(**dict(absence), id=next(self.numbers), made_by=by)
        self._replace(uid, absence.person, made.id)
        self.absences.append(made)
        return made

    def be_back(self, person: str, at: datetime) -> None:
        self.absences = [each for each in self.absences if each.person != person or each.start > at]

    def drop_absence(self, absence: int) -> bool:
        left = [each for each in self.absences if each.id != absence]
        left, self.absences = self.absences, left
        return len(left) > len(self.absences)

    def drop_imported(self, uid: str, *, person: str | None = None, rota: str | None = None) -> bool:
        number = self.imported.pop((uid, person or rota or ""), None)
        return number is not None and (self.drop_absence(number) or self.take_back(number))

    def propose(self, swap: Swap, by: str, at: datetime) -> SwapLine:
        self._known(swap.rota, swap.giver, swap.taker)
        made = SwapLine(**dict(swap), id=next(self.numbers), state="proposed", proposed_by=by, proposed_at=at)
        self.kept.append(made)
        return made

    def swaps(self) -> list[SwapLine]:
        return self.kept[::-1]

    def swap(self, number: int) -> SwapLine | None:
        return next((each for each in self.kept if each.id == number), None)

    def decide(self, number: int, state: SwapState, by: str, at: datetime) -> bool:
        for place, each in enumerate(self.kept):
            if each.id == number and each.state == "proposed":
                self.kept[place] = each.model_copy(update={"state": state, "decided_by": by, "decided_at": at})
                for change in each.overrides() if state == "agreed" else ():
                    self.override(change, by)
                return True
        return False

    def _replace(self, uid: str | None, of: str, number: int | None) -> None:
        if uid is not None and number is not None:
            self.drop_imported(uid, person=of)
            self.imported[uid, of] = number

    def _known(self, rota: str | None, *who: str) -> None:
        if rota is not None and rota not in self.policy.on_call.rotas:
            raise UnknownName(f"There is no rota {rota!r}.", field="rota", value=rota)
        for person in who:
            if person not in self.policy.people:
                raise UnknownName(f"The desk has nobody called {person!r}.", field="who", value=person)


@dataclass
class MemoryRelief:
    """Who holds what, as the tickets themselves know it."""

    tickets: MemoryTickets
    rotas: MemoryRotas

    def held_by(self, person: str) -> list[str]:
        return sorted(each.id for each in self.tickets.tickets.values() if each.owner == person and not each.over)

    def sweep(self, since: datetime, now: datetime) -> Sweep:
        return Sweep(relieved=())

    def handovers(self, now: datetime, until: datetime) -> list[Handover]:
        found = []
        for ticket in self.tickets.tickets.values():
            calendar = self.rotas.policy.calendars[self.rotas.policy.people[ticket.owner].calendar]
            end = shift_end(ticket.owner, calendar, self.rotas.board(), now)
            if end and end <= until and ticket.priority in ("P1", "P2"):
                found.append(
                    Handover(ticket_id=ticket.id, person=ticket.owner, priority=ticket.priority, shift_ends_at=end)
                )
        return found


@dataclass
class MemoryWatch:
    """Counts how often it was told to look."""

    told: int = 0

    async def look(self) -> None:
        self.told += 1


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

    def publish(self, document: str, policy: Policy, *, by: str, at: datetime) -> bool:
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
