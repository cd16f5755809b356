"""The weekly audit as a paper."""

from collections.abc import Sequence

from escalation.audit.actions import Action
from escalation.audit.alarm import Alarm, Figure, Suspect
from escalation.audit.paper import Sheet
from escalation.audit.quarterly_text import COLUMNS, finding_row
from escalation.audit.seen import Note, Upward
from escalation.audit.week_figures import figure_sheets
from escalation.audit.weekly import DIMENSIONS, Dimension, GroupLine, WeeklyAudit

_GROUP = (
    "worked at Tier 1",
    "escalated",
    "%",
    "in scope",
    "near misses",
    "near-miss rate",
    "repeated steps",
    "notes incomplete",
    "notes unusable",
    "under-escalated",
)
_ACTIONS = ("action", "kind", "what", "owner", "due", "of audit")


def weekly_sheets(audit: WeeklyAudit, overdue: Sequence[Action]) -> tuple[Sheet, ...]:
    """The tables of the audit, what is overdue first and then what asks for a decision."""
    return (
        Sheet(title="Overdue actions", columns=_ACTIONS, rows=tuple(map(_action, overdue))),
        _alarm(audit.alarm),
        *(Sheet(title=f"Suspect: {_words(each.suspect)}", **_suspect(each)) for each in audit.alarm.suspects),
        *(figure_sheets(audit.figures) if audit.figures else ()),
        Sheet(title="What stands out", columns=COLUMNS, rows=tuple(map(finding_row, audit.stands_out))),
        *(_groups(of, audit.groups[of]) for of in DIMENSIONS),
        _near_misses(audit),
        Sheet(title="Escalated within its scope", columns=_UPWARD, rows=tuple(map(upward_row, audit.in_scope))),
        _notes("Kept too long at a tier", audit.under_escalated),
        _notes("Steps that were repeated", audit.repeated_steps),
        _notes("Handoff notes rated unusable", audit.notes_unusable),
        Sheet(title="Handoff notes that were incomplete", said=(figure(audit.incomplete_notes),)),
    )


_UPWARD = ("ticket", "at", "client", "category", "from", "to", "by", "trigger or reason")


def upward_row(up: Upward) -> tuple[str, ...]:
    """An escalation, as it is put before people."""
    tiers = (f"Tier {up.from_tier}" if up.from_tier else "triage", f"Tier {up.to_tier}" if up.to_tier else "")
    why = ": ".join(part for part in (up.trigger or "", up.override or up.reason) if part)
    who = "by itself" if up.auto else up.technician or ""
    return (up.item, f"{up.at:%Y-%m-%d %H:%M}", up.client, up.category or "", *tiers, who, why)


def figure(said: Figure) -> str:
    """A count as a sentence."""
    if said.of is None:
        return f"{said.name}: {said.n}"
    return f"{said.name}: {said.n} of {said.of}{'' if said.share is None else f' ({said.share:.1%})'}"


def _alarm(alarm: Alarm) -> Sheet:
    counted = f"Tier 1 escalated {alarm.escalated} of the {alarm.worked} tickets that it worked on"
    share = "" if alarm.pct is None else f", {alarm.pct:g} %"
    bar = f"above {alarm.limit_pct:g} %, from {alarm.least_tickets} tickets on, emergencies apart"
    return Sheet(
        title="Over-escalation: ALARM" if alarm.raised else "Over-escalation: no alarm",
        said=(f"{counted}{share}. The alarm goes off {bar}.",),
    )


def _suspect(suspect: Suspect) -> dict[str, tuple[str, ...]]:
    return {"said": (suspect.says, *map(figure, suspect.figures))}


def _groups(of: Dimension, lines: Sequence[GroupLine]) -> Sheet:
    return Sheet(title=f"By {of}", columns=(of, *_GROUP), rows=tuple(map(_group, lines)))


def _group(line: GroupLine) -> tuple[str, ...]:
    return (
        line.name,
        str(line.worked),
        str(line.escalated),
        "" if line.pct is None else f"{line.pct:g}",
        str(line.in_scope),
        str(line.near_misses),
        "" if line.near_miss_rate is None else f"{line.near_miss_rate:.0%}",
        str(line.repeated_steps),
        str(line.notes_incomplete),
        str(line.notes_unusable),
        str(line.under_escalated),
    )


def _near_misses(audit: WeeklyAudit) -> Sheet:
    rows = tuple((name or "(none)", str(n)) for name, n in audit.near_misses.by_trigger.items())
    said = (f"{figure(audit.near_misses.rate)}, of near misses and escalations.",)
    return Sheet(title="Near misses", said=said, columns=("considered trigger", "n"), rows=rows)


def _notes(title: str, notes: Sequence[Note]) -> Sheet:
    rows = tuple(
        (note.ticket_id, f"{note.at:%Y-%m-%d %H:%M}", note.client, note.category or "", note.by, note.detail)
        for note in notes
    )
    return Sheet(title=title, columns=("ticket", "at", "client", "category", "by", "what"), rows=rows)


def _action(action: Action) -> tuple[str, ...]:
    return (str(action.id), action.kind, action.what, action.owner, action.due_on.isoformat(), action.audit)


def action_sheet(actions: Sequence[Action]) -> Sheet:
    """The actions that an audit led to, with their state."""
    rows = tuple((*_action(action)[:-1], f"{action.state} {action.note}".strip()) for action in actions)
    return Sheet(title="Actions", columns=(*_ACTIONS[:-1], "state"), rows=rows)


def _words(code: str) -> str:
    return code.replace("_", " ")
