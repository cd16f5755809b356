"""Another system, and what is kept of it, in memory; our side are the real rules behind the API's own services."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from activities.psa.syncing import Sync
from api.services import Services
from escalation.psa.link import Link
from escalation.psa.mapping import PsaMap
from escalation.psa.ports import Changes, Connection, LogLine
from escalation.psa.record import Field, NewRecord, PsaAway, PsaRefused, Record, Said
from escalation.ticket import Ticket
from tests.api.conftest import Api, build
from tests.unit.rules.story import MONDAY, POLICY
from tierline import PARTS_ROOT
from tierline.psa_door import PsaDoor
from tierline.psa_map import read_map

TEXT = (Path(PARTS_ROOT) / "policies" / "psa" / "django_helpdesk.yaml").read_text(encoding="utf-8")
OURS = "1"  # our own user there
AUTHORS = {person: str(number) for number, person in enumerate(POLICY.people, start=2)}


def rules(**changes: object) -> PsaMap:
    """The shipped map, with everybody of the policy known there."""
    found = read_map(TEXT, POLICY).sound
    assert found is not None
    everybody = {number: person for person, number in AUTHORS.items()}
    return found.model_copy(update={"people": everybody, **changes})


@dataclass
class MemoryHelpdesk:
    """Records that people there change, and a way in that can fail before or after it has done what was asked."""

    now: datetime = MONDAY
    records: dict[str, Record] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    away: bool = False
    fails: list[str] = field(default_factory=list)
    """What becomes of the next writes: `before`, `after` or `refused`; "" for one that goes well."""

    # ------------------------------------------------------------------------------------------ its people
    def opens(self, title: str = "Cannot sign in", **said: object) -> str:
        its_id = str(len(self.records) + 1)
        usual: dict[str, object] = {
            "id": its_id, "status": "open", "priority": "3", "title": title, "description": "since lunch", "queue": "1",
            "requester_email": "bob@acme-dental.example", "updated_at": self.now,
        }  # fmt: skip
        self.records[its_id] = self._versioned(Record.model_validate({**usual, **said}))
        return its_id

    def says(
        self, record_id: str, text: str, author: str | None, *, public: bool = False, status: str | None = None
    ) -> str:
        """A comment, and the status that was set with it; its id."""
        record = self.records[record_id]
        its_id = f"c{sum(len(each.comments) for each in self.records.values()) + 1}"
        said = Said(id=its_id, author=author, public=public, text=text, status=status, at=self.now)
        after = {"comments": (*record.comments, said), "updated_at": self.now}
        self._change(record_id, **after, **({"status": status} if status else {}))
        return its_id

    def sets(self, record_id: str, **fields: object) -> None:
        """Fields changed without a word."""
        self._change(record_id, updated_at=self.now, **fields)

    # ------------------------------------------------------------------------------------------ the port
    async def fetch(self, record_id: str) -> Record | None:
        self._answer()
        return self.records.get(record_id)

    async def changed_since(self, cursor: str) -> Changes:
        self._answer()
        since = datetime.fromisoformat(cursor) if cursor else None
        found = [each.id for each in self.records.values() if since is None or (each.updated_at or since) >= since]
        return Changes(record_ids=tuple(found), cursor=self.now.isoformat())

    async def running(self) -> AsyncIterator[Record]:
        self._answer()
        for record in list(self.records.values()):
            if record.status not in ("resolved", "closed", "duplicate"):
                yield record

    async def update(self, record_id: str, changes: Mapping[Field, str], resolution: str) -> None:
        more = {"resolution": resolution} if changes.get("status") == "resolved" else {}
        with_words = f"{record_id}: {dict(changes)}"
        if self._goes_well(with_words):
            self._change(record_id, **{str(name): value for name, value in changes.items()}, **more)
        self._lost()

    async def comment(self, record: Record, text: str, *, public: bool) -> str:
        its_id = ""
        if self._goes_well(f"{record.id}: {text}"):
            its_id = self.says(record.id, text, OURS, public=public)
        self._lost()
        return its_id

    async def create(self, new: NewRecord) -> str:
        return self.opens(new.title, description=f"{new.description}\n\n{new.mark}", queue=new.queue)

    # ------------------------------------------------------------------------------------------ inside
    def _change(self, record_id: str, **fields: object) -> None:
        self.records[record_id] = self._versioned(self.records[record_id].model_copy(update=fields))

    def _versioned(self, record: Record) -> Record:
        bare = record.model_copy(update={"version": ""}).model_dump_json()
        return record.model_copy(update={"version": str(hash(bare))})

    def _answer(self) -> None:
        if self.away:
            raise PsaAway("it is down")

    def _goes_well(self, words: str) -> bool:
        self._answer()
        what = self.fails[0] if self.fails else ""
        if what == "before":
            self.fails.pop(0)
            raise PsaAway("it broke")
        if what == "refused":
            self.fails.pop(0)
            raise PsaRefused("it will not")
        self.writes.append(words)
        return True

    def _lost(self) -> None:
        """The answer to what was done never arrives."""
        if self.fails and self.fails.pop(0) == "after":
            raise PsaAway("no answer came")


@dataclass
class MemoryBook:
    """What is kept of one connection; what is kept is a copy, as in a store."""

    known: Connection
    map: PsaMap
    links: dict[str, Link] = field(default_factory=dict)
    lines: dict[tuple[str, str, str], LogLine] = field(default_factory=dict)
    stories: Mapping[str, Sequence[object]] = field(default_factory=dict)

    def connected(self) -> bool:
        return True

    def connection(self, name: str) -> Connection | None:
        return self.known if name == self.known.name else None

    def rules(self, name: str) -> PsaMap | None:
        return self.map

    def link(self, connection: str, record_id: str) -> Link | None:
        return self.links.get(record_id)

    def links_of(self, ticket_ids: Sequence[str]) -> list[Link]:
        return [link for link in self.links.values() if link.ticket_id in ticket_ids]

    def versions(self, connection: str, record_ids: Sequence[str]) -> dict[str, str]:
        return {name: self.links[name].version for name in record_ids if name in self.links}

    def keep(self, link: Link) -> None:
        self.links[link.record_id] = Link.model_validate_json(link.model_dump_json())

    def log(self, line: LogLine) -> None:
        self.lines.setdefault((line.record_id, line.kind, line.key), line)

    def untold(self, connection: str, limit: int) -> list[str]:
        run = [(name, link) for name, link in self.links.items() if link.ticket_id]
        return [name for name, link in run if len(self.stories.get(link.ticket_id or "", ())) > link.told]

    def running(self, connection: str) -> list[str]:
        return [name for name, link in self.links.items() if link.ticket_id]

    def noted(self, name: str, **said: object) -> None:
        self.known = self.known.model_copy(update=said)

    def kinds(self, record_id: str) -> list[str]:
        return [kind for record, kind, _ in self.lines if record == record_id]


@dataclass
class World:
    """Both sides, and the hands that bring them into step."""

    api: Api
    there: MemoryHelpdesk
    book: MemoryBook

    @classmethod
    def of(cls, found: PsaMap | None = None) -> "World":
        api = build()
        connection = Connection(name="helpdesk", connector="memory", url="http://there", made_at=MONDAY)
        return cls(api, MemoryHelpdesk(), MemoryBook(connection, found or rules(), stories=api.tickets.stories))

    @property
    def services(self) -> Services:
        services: Services = self.api.app.state.services
        return services

    @property
    def door(self) -> PsaDoor:
        return PsaDoor(lambda: self.services)

    def passes(self, **span: float) -> None:
        """Time goes on, on both sides."""
        self.api.clock.at += timedelta(**span)
        self.there.now = self.api.clock.at

    async def sync(self, record_id: str) -> int:
        """Once; how often the other system was written to."""
        before = len(self.there.writes)
        names = {person.id: person.name for person in POLICY.people.values()}
        hands = Sync(
            self.book.known, self.book.map, self.there, self.book, self.door, self.api.store, names, self.there.now
        )
        await hands.run(record_id)
        return len(self.there.writes) - before

    async def settle(self, record_id: str) -> int:
        """Until nothing is written any more; how often it was looked."""
        for times in range(1, 6):
            if not await self.sync(record_id):
                return times
        raise AssertionError(f"it never rests: {self.there.writes[-8:]}")

    def ticket(self, record_id: str) -> Ticket:
        """The ticket of a record."""
        return self.api.tickets.tickets[self.book.links[record_id].ticket_id or ""]

    @asynccontextmanager
    async def connector(self, _: Connection) -> AsyncIterator[MemoryHelpdesk]:
        yield self.there


def run(work: object) -> None:
    """A coroutine, in a test without a loop of its own."""
    asyncio.run(work)  # type: ignore[arg-type]
