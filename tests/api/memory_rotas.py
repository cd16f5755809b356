"""Rotas with what is changed by hand, and who is to be relieved, kept in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from escalation.errors import UnknownName
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
from escalation.ports import Handover, Sweep
from tests.api.memory import MemoryTickets


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

    def prune_imported(
        self, series: str, kept: frozenset[str], *, person: str | None = None, rota: str | None = None
    ) -> int:
        known = [uid for uid, of in self.imported if of == (person or rota or "")]
        stale = [uid for uid in known if uid.partition("#")[0] == series and uid not in kept]
        return sum(self.drop_imported(uid, person=person, rota=rota) for uid in stale)

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
