"""Reading somebody else's event log: what its columns and words mean is data, and what it must not hold is refused.

A log has one row for each event of a case. `LogMapping` says which column holds what and what each status means;
`read_row` turns one row into a `LogRow`; `cases_of` gathers the rows of each case in order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import groupby

from pydantic import Field, field_validator

from escalation.compliance import FixedTargets
from escalation.terms import Facts, Priority, Tier
from escalation.zones import zone_named


class MalformedLog(ValueError):
    """A log that cannot be read as its mapping says; `line` counts from 1, the header included."""

    def __init__(self, line: int, problem: str, column: str | None = None) -> None:
        where = f"line {line}" if column is None else f"line {line}, column {column!r}"
        super().__init__(f"{where}: {problem}")
        self.line, self.column, self.problem = line, column, problem


class Standing(StrEnum):
    """What a row says of the ticket after it."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    COMMENT = "comment"  # nothing: the ticket stays as it was

    @property
    def over(self) -> bool:
        return self in {Standing.RESOLVED, Standing.CLOSED, Standing.CANCELLED}


class Meaning(Facts):
    """What a status of the log means here; a wait has a hold reason."""

    standing: Standing
    reason: str = ""


class LogColumns(Facts):
    """Which column holds what; the optional ones may be missing in a log."""

    case: str
    order: str | None = None  # breaks ties between events of one moment
    at: str
    status: str
    substatus: str | None = None
    team: str | None = None
    tier: str
    impact: str
    actor: str | None = None
    client: str | None = None
    category: str | None = None

    def required(self) -> list[str]:
        return [name for name in self.model_dump().values() if name is not None]


class AuditColumns(Facts):
    """What an audit groups by: the column of the kind of ticket, that of whom it is for, and whose hours they are."""

    category: str | None = None
    client: str | None = None
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        zone_named(zone)
        return zone


class LogMapping(Facts):
    """How to read one kind of event log, and the targets that its tickets are judged by."""

    name: str
    columns: LogColumns
    meanings: dict[str, Meaning]  # of `status` or `status/substatus`; * stands for any text
    priorities: dict[str, Priority]
    highest_tier: Tier = Field(default=3, ge=1, le=3)
    zone: str | None = None  # of times written without an offset; without it they are refused
    client: str | None = None  # for a log of one client
    targets: FixedTargets | None = None
    audit: AuditColumns = AuditColumns()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone is not None:
            zone_named(zone)
        return zone

    def meaning(self, status: str, substatus: str) -> Meaning | None:
        """The exact pair first, then the patterns in the order they are written, then the status alone."""
        pair = f"{status}/{substatus}"
        if exact := self.meanings.get(pair):
            return exact
        patterns = (meaning for text, meaning in self.meanings.items() if "*" in text and fnmatchcase(pair, text))
        return next(patterns, None) or self.meanings.get(status)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One event of a case, understood; `raw` is the row as it stood in the log."""

    line: int
    case_id: str
    order: int
    at: datetime
    meaning: Meaning
    substatus: str
    tier: Tier
    team: str
    priority: Priority
    actor: str
    client: str | None
    category: str | None
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LogCase:
    """The events of one case, in the order of their times."""

    case_id: str
    rows: Sequence[LogRow]


def check_header(header: Sequence[str], mapping: LogMapping) -> None:
    """Every column that the mapping names is there; MalformedLog names all that are not."""
    missing = [name for name in mapping.columns.required() if name not in header]
    if missing:
        names = ", ".join(repr(name) for name in missing)
        raise MalformedLog(1, f"no column {names}; the header has {', '.join(header) or 'none'}")


def read_row(raw: Mapping[str, str], line: int, mapping: LogMapping) -> LogRow:
    """The row understood; MalformedLog names line, column and text of what is not."""
    names = mapping.columns
    status, substatus = raw[names.status], _optional(raw, names.substatus) or ""
    meaning = mapping.meaning(status, substatus)
    if meaning is None:
        raise MalformedLog(line, f"unknown status {status!r} with substatus {substatus!r}", names.status)
    if (priority := mapping.priorities.get(raw[names.impact])) is None:
        known = ", ".join(mapping.priorities)
        raise MalformedLog(line, f"unknown impact {raw[names.impact]!r}; known are {known}", names.impact)
    if not raw[names.case]:
        raise MalformedLog(line, "an event without a case", names.case)
    return LogRow(
        line=line,
        case_id=raw[names.case],
        order=_whole_number(raw, names.order, line) if names.order else line,
        at=_moment(raw[names.at], line, mapping),
        meaning=meaning,
        substatus=substatus or status,
        tier=_tier(raw, line, mapping),
        team=_optional(raw, names.team) or "",
        priority=priority,
        actor=_optional(raw, names.actor) or "",
        client=_optional(raw, names.client) or mapping.client,
        category=_optional(raw, names.category),
        raw=raw,
    )


def cases_of(rows: Iterable[LogRow]) -> Iterator[LogCase]:
    """The cases one by one, each in the order of (time, order); the rows of a case must stand together."""
    seen: dict[str, int] = {}
    for case_id, together in groupby(rows, key=lambda row: row.case_id):
        events = list(together)
        if case_id in seen:
            problem = f"case {case_id!r} goes on here after it ended on line {seen[case_id]}: order the log by case"
            raise MalformedLog(events[0].line, problem)
        seen[case_id] = events[-1].line
        yield LogCase(case_id, sorted(events, key=lambda row: (row.at, row.order)))


def _optional(raw: Mapping[str, str], column: str | None) -> str | None:
    return (raw[column] or None) if column else None


def _moment(text: str, line: int, mapping: LogMapping) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise MalformedLog(line, f"{text!r} is not an ISO 8601 time", mapping.columns.at) from None
    if at.tzinfo is None:
        if mapping.zone is None:
            raise MalformedLog(line, f"{text!r} has no UTC offset", mapping.columns.at)
        at = at.replace(tzinfo=zone_named(mapping.zone))
    return at.astimezone(UTC)


def _tier(raw: Mapping[str, str], line: int, mapping: LogMapping) -> Tier:
    tier = _whole_number(raw, mapping.columns.tier, line)
    if not 1 <= tier <= mapping.highest_tier:
        raise MalformedLog(line, f"tier {tier} is not between 1 and {mapping.highest_tier}", mapping.columns.tier)
    return tier


def _whole_number(raw: Mapping[str, str], column: str, line: int) -> int:
    try:
        return int(raw[column])
    except ValueError:
        raise MalformedLog(line, f"{raw[column]!r} is not a whole number", column) from None
