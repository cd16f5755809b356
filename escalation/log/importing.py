"""From a case of somebody's log to the journal of a ticket, with the log's own times and people."""

import re
from hashlib import sha256

from escalation.commands import Contact, Intake
from escalation.events import Entry, Event, Opened
from escalation.log.clocks import ImportedClocks
from escalation.log.events import IMPORT, actor, events_of, taken_up
from escalation.log.rows import LogCase, LogMapping
from escalation.log.steps import LogStep, StepKind, steps_of
from escalation.promises import Clocks
from escalation.ticket import Ticket, opened

PREFIX = "IMP-"
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")
_LONGEST = 100  # characters of a ticket's id
_SILENT = {StepKind.COMMENT, StepKind.RESUME}


def imported_id(case_id: str) -> str:
    """The ticket of a case: never the id of a live one, safe in an address, another for every case."""
    written = PREFIX + _UNSAFE.sub(lambda found: f"_{ord(found[0]):x}_", case_id)
    if len(written) <= _LONGEST:
        return written
    digest = sha256(case_id.encode()).hexdigest()
    return f"{written[: _LONGEST - len(digest) - 1]}_{digest}"


def policy_version(mapping: LogMapping) -> str:
    """What stands in the place of a policy's version on all that was read by this mapping."""
    return f"{IMPORT}:{mapping.name}"


def entries_of(case: LogCase, mapping: LogMapping) -> list[Entry]:
    """The story of a case. The entries of one row of the log have one request id; nothing in them falls due."""
    return _Story(case, mapping).told()


class _Story:
    """The entries so far, and the ticket that they tell of."""

    def __init__(self, case: LogCase, mapping: LogMapping) -> None:
        self._case, self._mapping = case, mapping
        self._steps = steps_of(case)
        self._clocks = ImportedClocks(mapping.targets, case.rows[0].priority)
        first = self._steps[0]
        event = self._intake(first, self._clocks.at(first))
        self._ticket: Ticket = opened(event)
        self._entries = [self._entry(first, event)]

    def told(self) -> list[Entry]:
        """Every step, in order."""
        for number, step in enumerate(self._steps):
            row = self._case.rows[step.row]
            clocks = self._clocks.at(step) if number else {}
            self._add(step, events_of(self._ticket, step, row, clocks))
            last_of_row = number + 1 == len(self._steps) or self._steps[number + 1].row != step.row
            if last_of_row and step.kind in _SILENT:
                self._add(step, taken_up(self._ticket, step, row))
        return self._entries

    def _add(self, step: LogStep, events: list[Event]) -> None:
        for event in events:
            self._entries.append(self._entry(step, event))
            self._ticket = self._ticket.after(event)

    def _entry(self, step: LogStep, event: Event) -> Entry:
        return Entry(
            ticket_id=imported_id(self._case.case_id),
            seq=self._ticket.seq + 1 if not isinstance(event, Opened) else 1,
            policy_version=policy_version(self._mapping),
            request_id=f"row-{step.row}",
            event=event,
        )

    def _intake(self, step: LogStep, clocks: Clocks) -> Opened:
        row = self._case.rows[0]
        return Opened(
            at=step.at,
            by=actor(step),
            ticket_id=imported_id(self._case.case_id),
            intake=Intake(
                client=row.client or self._mapping.name,
                contact=Contact(),
                subject=f"Case {self._case.case_id}",
                description=f"Imported from the log of {self._mapping.name}.",
                category=row.category,
                source=IMPORT,
                external_id=self._case.case_id,
            ),
            priority=row.priority,
            policy_version=policy_version(self._mapping),
            clocks=clocks,
        )
