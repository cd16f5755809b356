"""The weekly escalations audit: who escalates what, of which client and on which shift, and what to look at."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from escalation.audit.alarm import Alarm, Figure, alarm, base, escalated_at_tier_one
from escalation.audit.patterns import Finding, PatternRules, Table, by_group, found
from escalation.audit.seen import Note, Noted, Seen, Upward, Worked
from escalation.audit.week_figures import WeekFigures
from escalation.audit.window import Window
from escalation.terms import Facts

UNNAMED = "(none)"
RULES = PatternRules()
Dimension = Literal["category", "client", "technician", "shift"]
DIMENSIONS: tuple[Dimension, ...] = ("category", "client", "technician", "shift")
Line = TypeVar("Line", Worked, Upward, Note)


class GroupLine(Facts):
    """One category, client, technician or shift: of the tickets worked at Tier 1 those escalated, and what was noted.

    `near_miss_rate` is near misses over near misses and escalations.
    """

    name: str
    worked: int
    escalated: int
    pct: float | None
    in_scope: int
    near_misses: int
    near_miss_rate: float | None
    repeated_steps: int
    notes_incomplete: int
    notes_unusable: int
    under_escalated: int


class NearMissReport(Facts):
    """Escalations that were thought of and not made; many where Tier 1 is strong, few where it is thin."""

    rate: Figure
    by_trigger: dict[str, int]


class WeeklyAudit(Facts):
    """What one week says. `stands_out` passed a test against the rest, not a bare threshold.

    `figures` are the published ones; an audit that an earlier release made has none.
    """

    kind: Literal["weekly"] = "weekly"
    window: Window
    worked: int
    escalations: int
    alarm: Alarm
    groups: dict[Dimension, tuple[GroupLine, ...]]
    stands_out: tuple[Finding, ...]
    near_misses: NearMissReport
    in_scope: tuple[Upward, ...]
    under_escalated: tuple[Note, ...]
    repeated_steps: tuple[Note, ...]
    notes_unusable: tuple[Note, ...]
    incomplete_notes: Figure
    figures: WeekFigures | None = None


def weekly_audit(
    seen: Seen, window: Window, rules: PatternRules = RULES, figures: WeekFigures | None = None
) -> WeeklyAudit:
    """The audit of what was seen in the window."""
    noted = Counter(note.what for note in seen.notes)
    escalated = escalated_at_tier_one(seen)
    tables = [table for of in DIMENSIONS for table in _tables(base(seen), escalated, of, rules)]
    return WeeklyAudit(
        window=window,
        worked=len(seen.worked),
        escalations=len(seen.upwards),
        alarm=alarm(seen),
        groups={of: _lines(seen, escalated, of) for of in DIMENSIONS},
        stands_out=found(tables, rules),
        near_misses=NearMissReport(
            rate=Figure.part("near misses", noted["near_miss"], noted["near_miss"] + len(seen.upwards)),
            by_trigger=dict(Counter(note.detail for note in _of(seen, "near_miss")).most_common()),
        ),
        in_scope=tuple(up for up in seen.upwards if up.in_scope),
        under_escalated=tuple(_of(seen, "under_escalated")),
        repeated_steps=tuple(note for note in _of(seen, "attempt") if note.repeated),
        notes_unusable=tuple(_of(seen, "unusable_note")),
        incomplete_notes=Figure.part("notes incomplete", sum(up.incomplete for up in seen.upwards), len(seen.upwards)),
        figures=figures,
    )


def _of(seen: Seen, what: Noted) -> list[Note]:
    return [note for note in seen.notes if note.what == what]


def _tables(worked: Sequence[Worked], escalated: frozenset[str], of: Dimension, rules: PatternRules) -> Iterable[Table]:
    marks = ((getattr(ticket, of), ticket.ticket_id in escalated) for ticket in worked)
    return by_group("escalates_more", of, marks, rules.least)


def _lines(seen: Seen, escalated: frozenset[str], of: Dimension) -> tuple[GroupLine, ...]:
    """Every group that something is to be said of, the most escalated first."""
    worked = _by(seen.worked, of)
    ups, notes = _by(seen.upwards, of), _by(seen.notes, of)
    lines = [
        _line(name, worked.get(name, []), ups.get(name, []), notes.get(name, []), escalated)
        for name in worked.keys() | ups.keys() | notes.keys()
    ]
    return tuple(
        sorted((line for line in lines if _counts(line)), key=lambda line: (-line.escalated, -line.worked, line.name))
    )


def _by(lines: Iterable[Line], of: Dimension) -> dict[str, list[Line]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(getattr(line, of) or UNNAMED, []).append(line)
    return groups


def _counts(line: GroupLine) -> bool:
    """Whether anything is to be said of it: an attempt alone is nothing."""
    shares = {"name", "pct", "near_miss_rate"}
    return any(value for name, value in line if name not in shares)


def _line(
    name: str, worked: Sequence[Worked], ups: Sequence[Upward], notes: Sequence[Note], escalated: frozenset[str]
) -> GroupLine:
    here = [ticket for ticket in worked if not ticket.emergency]
    handed_up = sum(ticket.ticket_id in escalated for ticket in here)
    what = Counter(note.what for note in notes)
    return GroupLine(
        name=name,
        worked=len(here),
        escalated=handed_up,
        pct=round(100 * handed_up / len(here), 1) if here else None,
        in_scope=sum(up.in_scope for up in ups),
        near_misses=what["near_miss"],
        near_miss_rate=Figure.part("", what["near_miss"], what["near_miss"] + len(ups)).share,
        repeated_steps=sum(note.repeated for note in notes),
        notes_incomplete=sum(up.incomplete for up in ups),
        notes_unusable=what["unusable_note"],
        under_escalated=what["under_escalated"],
    )
