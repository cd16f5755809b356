"""One record and its ticket brought into step: theirs is asked for here, then ours is shown there."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalation.commands import Contact, Intake
from escalation.errors import Refusal
from escalation.events import Entry
from escalation.ports import Unavailable
from escalation.psa.asking import NoWay, Wish, heard, wish
from escalation.psa.link import Link, mark
from escalation.psa.mapping import PsaMap
from escalation.psa.merging import Verdict, verdicts
from escalation.psa.ports import Book, Connection, Connector, Doors, LogKind, LogLine, Stories
from escalation.psa.record import Field, PsaRefused, Record, Said
from escalation.psa.showing import shown
from escalation.psa.telling import Telling, request_key, tellings
from escalation.ticket import Ticket, fold


@dataclass(frozen=True)
class Side:
    """Our side of a link at one moment: the ticket, and its journal from the first event."""

    ticket: Ticket
    entries: Sequence[Entry]

    def since(self, seq: int) -> Sequence[Entry]:
        """What happened after this event."""
        return self.entries[seq:]


@dataclass(frozen=True)
class Objection:
    """Something asked for there that the rules refuse; `key` is the same however often it is found."""

    key: str
    about: str
    why: str


@dataclass
class Sync:
    """One connection's hands: made for a batch of records, and used for one after the other."""

    connection: Connection
    rules: PsaMap
    connector: Connector
    book: Book
    doors: Doors
    stories: Stories
    names: Mapping[str, str]
    now: datetime
    wrote: int = 0
    _reached: int = field(default=0, init=False)

    async def run(self, record_id: str) -> None:
        """Bring it into step; nothing is done, and nothing written, where both sides agree already.

        Safe to repeat from wherever it was interrupted. PsaAway and Unavailable mean: later.
        """
        record = await self.connector.fetch(record_id)
        link = await asyncio.to_thread(self.book.link, self.connection.name, record_id)
        if record is None:
            await self._gone(link)
        elif link is None or link.ticket_id is None:
            taken = await self._taken_in(record, link)
            if taken is not None:
                await self._in_step(record, taken)
        else:
            await self._in_step(record, link)

    # ------------------------------------------------------------------------------------------ taking in
    async def _taken_in(self, record: Record, link: Link | None) -> Link | None:
        """The link of a record that is run here from now on; None for one that is not."""
        name = self.connection.name
        if link is not None and link.version == record.version:
            return None  # looked at before, and nothing about it has changed
        known = link or Link(connection=name, record_id=record.id)
        why = self._not_ours(record, known)
        if why is None:
            try:
                ticket_id = await self.doors.take_in(name, self._intake(record))
            except Refusal as refusal:
                why = refusal.message
            else:
                return await self._linked(record, known, ticket_id)
        if known.left != why:
            await self._log(record.id, None, "not_taken_in", why or "", record.version)
        await self._keep(known.model_copy(update={"version": record.version, "left": why}))
        return None

    def _not_ours(self, record: Record, known: Link) -> str | None:
        if record.status not in self.rules.take_in.statuses:
            return f"it is {record.status} there"
        if known.left == LEFT_ALONE:
            return LEFT_ALONE
        if self.rules.client(record.queue, record.requester_email) is None:
            return f"no client is known for queue {record.queue!r} and requester {record.requester_email!r}"
        return None

    def _intake(self, record: Record) -> Intake:
        meant = self.rules.priorities.asks.get(record.priority)
        said = record.values
        return Intake(
            client=self.rules.client(record.queue, record.requester_email) or "",
            contact=Contact(name=record.requester_name or record.requester_email, email=record.requester_email or None),
            subject=said["title"] or f"Record {record.id}",
            description=said["description"],
            category=self.rules.take_in.category,
            impact=meant.impact if meant else None,
            urgency=meant.urgency if meant else None,
            source=f"psa/{self.connection.name}",
            external_id=f"{self.connection.name}/{record.id}",
        )

    async def _linked(self, record: Record, known: Link, ticket_id: str) -> Link:
        repeated = {said.id for said in record.comments if said.text.strip() == record.description.strip()}
        link = known.model_copy(
            update={
                "ticket_id": ticket_id, "base": record.values, "version": "", "left": None,
                "heard": known.heard | repeated,
            }
        )  # fmt: skip
        await self._keep(link)
        await self._log(record.id, ticket_id, "taken_in", f"taken in as {ticket_id}", "taken_in")
        return link

    async def _gone(self, link: Link | None) -> None:
        if link is not None and link.left != GONE:
            await self._keep(link.model_copy(update={"left": GONE}))
            if link.ticket_id:
                line = f"the record is not there any more; {link.ticket_id} goes on here alone"
                await self._log(link.record_id, link.ticket_id, "gone", line, "gone")

    # ------------------------------------------------------------------------------------------ both sides
    async def _in_step(self, record: Record, link: Link) -> None:
        link = _found_again(record, link)
        link, objections = await self._theirs(record, link)
        await self._show(record, link, await self._ours(link), objections)

    async def _ours(self, link: Link) -> Side:
        """The ticket as its journal has it; Unavailable while the journal lacks what was just made true."""
        entries = await asyncio.to_thread(self.stories.entries, link.ticket_id or "")
        if len(entries) < max(self._reached, 1):
            raise Unavailable(f"the journal of {link.ticket_id} is behind")
        return Side(fold([entry.event for entry in entries]), entries)

    async def _theirs(self, record: Record, link: Link) -> tuple[Link, list[Objection]]:
        """Ask for everything that changed there; the link after it, and what was refused."""
        self._reached = link.told
        ours = await self._ours(link)
        new = [said for said in record.comments if said.id not in link.heard and said.id not in link.mine.values()]
        objections: list[Objection] = []
        for said in new:
            if asked := heard(said, self.rules, self.connection.name):
                key = f"comment.{said.id}"
                objections += await self._ask(record, link, ours.ticket, asked, key, "comment")
        link = link.model_copy(update={"heard": link.heard | {said.id for said in new}})
        ours = await self._ours(link) if new else ours
        looks, since = shown(ours.ticket, self.rules), ours.since(link.told)
        for each in verdicts(record, link, looks, self.rules, _latest(since)):
            await self._remark(record, link, each)
            if each.step == "ask":
                objections += await self._asked(record, link, ours.ticket, each, new)
                link = link.model_copy(update={"turn": link.turn + 1})
            # Whatever comes of it, their change is dealt with: what differs from now on is for us to write.
            if each.step != "agreed":
                link = link.model_copy(update={"base": {**link.base, each.field: each.theirs}})
        return link, objections

    async def _asked(
        self, record: Record, link: Link, ticket: Ticket, each: Verdict, new: Sequence[Said]
    ) -> list[Objection]:
        """One changed field asked for."""
        key = f"{each.field}.{link.turn}"
        try:
            asked = wish(each, record, ticket, self.rules, new)
        except NoWay as none:
            return await self._refused(record, ticket, key, each.field, none.reason)
        return await self._ask(record, link, ticket, asked, key, each.field) if asked else []

    async def _ask(
        self, record: Record, link: Link, ticket: Ticket, asked: Wish, key: str, about: str
    ) -> list[Objection]:
        request = request_key(link.connection, record.id, key)
        try:
            seq = await self.doors.ask(link.connection, ticket.id, ticket.client, asked, request)
        except Refusal as refusal:
            return await self._refused(record, ticket, key, about, refusal.message)
        self._reached = max(self._reached, seq)
        return []

    async def _refused(self, record: Record, ticket: Ticket, key: str, about: str, why: str) -> list[Objection]:
        await self._log(record.id, ticket.id, "refused", why, key, about)
        return [Objection(key, about, why)]

    # ------------------------------------------------------------------------------------------ showing ours
    async def _show(self, record: Record, link: Link, ours: Side, objections: Sequence[Objection]) -> None:
        """Say what happened, then write what differs. What is about to be written is kept first: its echo is known."""
        looks = shown(ours.ticket, self.rules)
        found = verdicts(record, link, looks, self.rules, None)
        writes = {each.field: each.ours for each in found if each.step == "write" and each.ours is not None}
        said = tellings(ours.since(link.told), ours.ticket, self.rules, link.connection, self.names)
        said += [_said(each, ours.ticket, writes) for each in objections]
        owed = [each for each in said if not link.mine.get(each.key)]
        base = link.base | {each.field: each.theirs for each in found if each.step != "write"}
        after = link.model_copy(update={"base": base})
        if writes or owed:
            mine = link.mine | {each.key: "" for each in owed}
            after = after.model_copy(update={"writing": writes, "mine": mine})
            await self._keep(after)
            after = await self._say(record, after, owed)
            after = await self._write(record, after, ours, writes)
        first = {field: values[0] for field, values in looks.items()}
        done = {"told": ours.ticket.seq, "shown": first, "writing": {}, "version": record.version, "left": None}
        await self._keep(after.model_copy(update=done))

    async def _write(self, record: Record, link: Link, ours: Side, writes: Mapping[Field, str]) -> Link:
        if not writes:
            return link
        self.wrote += 1
        resolution = ours.ticket.ending.resolution if ours.ticket.ending else ""
        try:
            await self.connector.update(record.id, writes, resolution)
        except PsaRefused as no:
            about = ", ".join(writes)
            await self._log(record.id, link.ticket_id, "refused_there", no.reason, f"{about}.{ours.ticket.seq}", about)
            theirs = {field: record.values[field] for field in writes}
            return link.model_copy(update={"stuck": {**link.stuck, **writes}, "base": {**link.base, **theirs}})
        kept = {field: value for field, value in link.stuck.items() if field not in writes}
        return link.model_copy(update={"base": {**link.base, **writes}, "stuck": kept})

    async def _say(self, record: Record, link: Link, owed: Sequence[Telling]) -> Link:
        mine = dict(link.mine)
        for each in owed:
            self.wrote += 1
            try:
                mine[each.key] = await self.connector.comment(record, each.text, public=each.public)
            except PsaRefused as no:
                mine[each.key] = REFUSED_THERE
                await self._log(record.id, link.ticket_id, "refused_there", no.reason, each.key, "comment")
        return link.model_copy(update={"mine": mine})

    # ------------------------------------------------------------------------------------------ on record
    async def _remark(self, record: Record, link: Link, each: Verdict) -> None:
        """Put on record what nobody would see otherwise: both sides changed, or theirs does not stand."""
        key = f"{each.field}.{link.turn}.{record.version}"
        there = f"{each.field} was set to {each.theirs!r} there"
        if each.conflict:
            winner = "theirs is asked for" if each.step == "ask" else "ours stays"
            text = f"{there}, while here it came to {each.ours!r}; {winner}"
            await self._log(record.id, link.ticket_id, "conflict", text, key, each.field)
        elif each.set_back:
            text = f"{there}; it is set back to {each.ours!r}"
            await self._log(record.id, link.ticket_id, "set_back", text, key, each.field)

    async def _log(
        self, record_id: str, ticket_id: str | None, kind: LogKind, text: str, key: str, about: str = ""
    ) -> None:
        line = LogLine(
            connection=self.connection.name, record_id=record_id, ticket_id=ticket_id, kind=kind, key=key, field=about,
            text=text[:1000], at=self.now,
        )  # fmt: skip
        await asyncio.to_thread(self.book.log, line)

    async def _keep(self, link: Link) -> None:
        await asyncio.to_thread(self.book.keep, link)


GONE = "it is not there any more"
LEFT_ALONE = "it was there before the connection"
REFUSED_THERE = "refused"


def _found_again(record: Record, link: Link) -> Link:
    """Comments of ours of which nobody heard that they arrived are known by their mark."""
    lost = [key for key, its_id in link.mine.items() if not its_id]
    known = set(link.mine.values())
    found = {
        key: said.id
        for key in lost
        for said in record.comments
        if said.id not in known and mark(link.ticket_id or "", key) in said.text
    }
    return link.model_copy(update={"mine": link.mine | found}) if found else link


def _said(objection: Objection, ticket: Ticket, writes: Mapping[Field, str]) -> Telling:
    """What the person there reads who asked for something that is not allowed."""
    back = next((f" The {field} is set back to {value!r}." for field, value in writes.items()
                 if field == objection.about), "")  # fmt: skip
    text = f"Not done in Tierline: {objection.why}{back}\n\n{mark(ticket.id, objection.key)}"
    return Telling(key=objection.key, public=False, text=text)


def _latest(entries: Sequence[Entry]) -> datetime | None:
    return entries[-1].event.at if entries else None
