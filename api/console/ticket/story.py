"""The story of a ticket: one sentence for each event, whatever its kind, with what was said in it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, assert_never

from api.console.ticket import acts, alerts, kin, moves, pressure
from api.console.ticket.teller import Teller, Told
from escalation import events as e
from escalation.handoff import HandoffNote


class Line(NamedTuple):
    """One event told, with who did it and when; `note` is the handoff note that came with it."""

    seq: int
    at: datetime
    by: str
    kind: str
    told: Told
    note: HandoffNote | None = None


class Day(NamedTuple):
    """What happened on one day, the latest first."""

    at: datetime
    lines: Sequence[Line]


def days(teller: Teller, entries: Sequence[e.Entry]) -> list[Day]:
    """The whole story, the latest day first."""
    lines = [line(teller, entry) for entry in reversed(entries)]
    by_day = groupby(lines, key=lambda one: one.at.astimezone(teller.zone).date())
    return [Day(kept[0].at, kept) for kept in (list(group) for _, group in by_day)]


def line(teller: Teller, entry: e.Entry) -> Line:
    """One line of it."""
    event = entry.event
    note = getattr(event, "note", None)
    kept = note if isinstance(note, HandoffNote) else None
    return Line(entry.seq, event.at, event.by, event.kind, told(teller, event), kept)


def told(teller: Teller, event: e.Event) -> Told:
    """The event in a sentence. A kind of event that has none is a fault that the type checker finds."""
    match event:
        case e.Queued() | e.Escalated() | e.Returned() | e.Transferred() | e.Reopened():
            return moves.told(teller, event)
        case e.Accepted() | e.TriggerFired() | e.Coordinated() | e.ProblemLinked() | e.Consulted():
            return moves.beside(teller, event)
        case e.Opened() | e.Triaged() | e.FieldsUpdated() | e.Resolved() | e.Closed() | e.Cancelled() | e.Absorbed():
            return acts.ends(teller, event)
        case e.AttemptLogged() | e.ChecklistTicked() | e.TreeWalked() | e.NearMissLogged() | e.CommandRefused():
            return acts.work(teller, event)
        case e.Held() | e.HoldFollowedUp() | e.Resumed() | e.Contacted() | e.Commented():
            return acts.talk(teller, event)
        case e.NoteRated() | e.NoteCompleted() | e.NoteOverdue():
            return acts.notes(teller, event)
        case e.MarkPassed() | e.AcceptMissed() | e.Nudged() | e.UnderEscalated():
            return pressure.time(teller, event)
        case e.Paged() | e.CoverageGap() | e.ProgressMissed():
            return pressure.pages(teller, event)
        case e.Attached() | e.Detached() | e.ChildJoined() | e.ChildLeft() | e.Followed():
            return kin.joined(teller, event)
        case e.MajorDeclared() | e.MajorUpdated() | e.MajorUpdateMissed() | e.MajorEnded():
            return kin.major(teller, event)
        case e.ServiceRated() | e.RatingAnswered():
            return pressure.papers(teller, event)
        case e.BreachStated() | e.ExclusionAsked() | e.ExclusionDecided() | e.PolicyAdopted() | e.AgreementChanged():
            return pressure.papers(teller, event)
        case e.AlertsHeard():
            return alerts.told(teller, event)
        case _:
            assert_never(event)
