"""`python -m bench.policy`: calendars, triggers and the slice of the default policy, against what is promised."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Any

from bench.lives import LOCKED_OUT
from bench.play import Play, default_policy
from bench.table import MarkdownFile, Table, command, show
from bench.timing import add_timed, short
from escalation.adopting import previewed
from escalation.calendar import Calendar, due, elapsed, is_open
from escalation.commands import Open
from escalation.firing import matches
from escalation.lint.policy import problems
from escalation.policy import Policy, Slice
from escalation.policy.packing import packed, unpacked
from escalation.terms import Flag, Role, Scope
from escalation.ticket import Ticket
from escalation.timetable import Timetable
from tierline import PARTS_ROOT
from tierline.policy_reading import read_policy

_FORTY = timedelta(hours=40)
_START = datetime(2026, 1, 1, tzinfo=UTC)
_DUE_AIM, _TRIGGERS_AIM, _SLICE_AIM = 50, 100, 8_192  # microseconds, microseconds, bytes


def main(markdown: MarkdownFile = None) -> None:
    """Due times over a year, trigger evaluation, slice bytes; reading, checking and adopting a policy."""
    policy = default_policy()
    show([_calendars(policy), _triggers(policy), _slices(policy), _document(policy)], markdown)


def _calendars(policy: Policy) -> Table:
    table = Table("Opening hours, over a year with holidays and daylight saving", ("", "best µs", "median µs"))
    moments = cycle(_START + n * timedelta(hours=7, minutes=13) for n in range(1_200))  # a year, at every hour
    medians = []
    for name in ("core", "lunch", "apac", "x24"):
        calendar = policy.calendars[name]
        said = f"due 40 opening hours ahead, {name}"
        medians.append(add_timed(table, said, partial(_due, calendar, moments)))
    core = policy.calendars["core"]
    add_timed(table, "elapsed over a year, core", lambda: elapsed(core, _START, _START + timedelta(days=365)))
    add_timed(table, "is it open, core", lambda: is_open(core, next(moments)))
    add_timed(table, "a year laid out, once for each process, core", lambda: _laid_out(core))
    table.notes.append(_aim("due 40 business hours ahead in under", max(medians), _DUE_AIM, "µs"))
    return table


def _due(calendar: Calendar, moments: Iterator[datetime]) -> datetime:
    return due(calendar, next(moments), _FORTY)


def _laid_out(calendar: Calendar) -> object:
    """The layout of a year that nobody has asked for before."""
    known = calendar.timetable
    return Timetable(*known.made_of).year(2026)


def _triggers(policy: Policy) -> Table:
    title = f"Trigger evaluation: all {len(policy.triggers)} of the default policy that look at fields"
    table = Table(title, ("Ticket", "best µs", "median µs", "matched"))
    medians = []
    for name, ticket, piece in _tickets(policy):
        found = ", ".join(match.trigger.id for match in matches(ticket, piece, 1)) or "none"
        timed = add_timed(table, name, partial(matches, ticket, piece, 1), found)
        medians.append(timed)
    table.notes.append(_aim("all triggers of a ticket in under", max(medians), _TRIGGERS_AIM, "µs"))
    return table


def _tickets(policy: Policy) -> Iterator[tuple[str, Ticket, Slice]]:
    seven = LOCKED_OUT.facts.model_copy(update={"users_affected": 7})
    asked: dict[str, dict[str, Any]] = {
        "a locked-out user": {},
        "several users": {"scope": Scope.SEVERAL_USERS, "facts": seven},
        "a VIP who is unhappy": {"client": "harbor-law", "flags": (Flag.UNHAPPY,)},
        "beyond Tier 1": {"category": "network.firewall", "flags": (Flag.ADVANCED_FIREWALL, Flag.RECURRING)},
    }
    for name, changes in asked.items():
        intake = LOCKED_OUT.model_copy(update=changes)
        piece = policy.slice_for(intake.client)
        play = Play(piece, "T-1", _START)
        yield name, play.open(Open(by="portal", role=Role.INTEGRATION, intake=intake)).ticket, piece


def _slices(policy: Policy) -> Table:
    table = Table("The slice that a ticket carries", ("Client", "bytes as it travels", "bytes as JSON"))
    sizes = []
    for client in sorted(policy.clients):
        piece = policy.slice_for(client)
        sizes.append(len(json.dumps(packed(piece), separators=(",", ":"), ensure_ascii=False).encode()))
        table.add(client, f"{sizes[-1]:,}", f"{len(piece.model_dump_json().encode()):,}")
    table.notes.append(_aim("the slice in under", max(sizes), _SLICE_AIM, "bytes"))
    return table


def _document(policy: Policy) -> Table:
    table = Table("The document", ("", "best µs", "median µs"))
    text = (PARTS_ROOT / "policies" / "default.yaml").read_text(encoding="utf-8")
    piece = policy.slice_for(LOCKED_OUT.client)
    there = packed(piece)
    later = piece.model_copy(update={"version": "next", "coordinate_at": 75})
    ticket = Play(piece, "T-1", _START).open(Open(by="portal", role=Role.INTEGRATION, intake=LOCKED_OUT)).ticket
    now = _START + timedelta(hours=30)
    add_timed(table, "a slice cut", lambda: policy.slice_for(LOCKED_OUT.client))
    add_timed(table, "… packed", lambda: packed(piece))
    add_timed(table, "… read back", lambda: Slice.model_validate(unpacked(there)))
    add_timed(table, "which deadlines another version would move", lambda: previewed(ticket, piece, later, now))
    add_timed(table, "the lint", lambda: problems(policy, _START))
    add_timed(table, "the document read and checked, with lines", lambda: read_policy(text, at=_START))
    return table


def _aim(what: str, reached: float, aim: int, unit: str) -> str:
    return f"Aim: {what} {aim:,} {unit}: at most {short(reached)}, {'kept' if reached < aim else 'missed'}."


if __name__ == "__main__":
    command(main)
