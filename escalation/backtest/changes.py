"""What another policy would have changed on one ticket, each change with its trigger or its deadline."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest

from pydantic import AwareDatetime

from escalation.backtest.outcome import Moved, Outcome
from escalation.backtest.replay import Lived
from escalation.deadlines import next_deadline
from escalation.explain.moments import length, spoken
from escalation.log.events import IMPORT
from escalation.terms import Facts
from escalation.view import DeadlineView

_SAME_TIME = timedelta(minutes=1)  # timers come a little late in the record, and never in a replay


class Change(Facts):
    """One difference: `new`, `gone`, `earlier` or `later`; of an escalation, a breach, the start tier or a command."""

    what: str
    how: str
    cause: str
    recorded_at: AwareDatetime | None = None
    at: AwareDatetime | None = None
    words: str


class Coming(Facts):
    """What falls due next on a live ticket, now and under the other policy."""

    now: DeadlineView | None = None
    then: DeadlineView | None = None

    @property
    def moved(self) -> bool:
        """Whether it would be another, or at another time."""
        return self.now != self.then


class TicketChanges(Facts):
    """One ticket under the other policy."""

    ticket_id: str
    client: str
    category: str | None = None
    priority: str
    live: bool
    changes: tuple[Change, ...]
    coming: Coming | None = None


def changes_of(was: Lived, would: Lived, before: Outcome, after: Outcome) -> TicketChanges:
    """Everything that differs between the record and the replay."""
    ticket = was.ticket
    live = not ticket.over and ticket.source != IMPORT
    return TicketChanges(
        ticket_id=ticket.id,
        client=ticket.client,
        category=ticket.category,
        priority=ticket.priority.value,
        live=live,
        changes=(*_started(before, after), *_moved(before, after), *_broken(before, after), *_refused(would)),
        coming=Coming(now=_next(was), then=_next(would)) if live else None,
    )


def _started(before: Outcome, after: Outcome) -> Iterator[Change]:
    if before.start_tier != after.start_tier:
        words = f"would start at {_tier(after.start_tier)} instead of {_tier(before.start_tier)}"
        yield Change(what="start", how="new", cause="category", words=words)


def _moved(before: Outcome, after: Outcome) -> Iterator[Change]:
    """Escalations in both are the same where kind, target and cause are: those of one time first, then in order."""
    was, would = _by_cause(before), _by_cause(after)
    for same in dict.fromkeys([*was, *would]):
        left, new = _without_pairs(was.get(same, []), would.get(same, []))
        for one, other in zip_longest(left, new):
            if one is None:
                yield _change(other, "new", None, other.at)
            elif other is None:
                yield _change(one, "gone", one.at, None)
            else:
                yield _change(other, "earlier" if other.at < one.at else "later", one.at, other.at)


def _by_cause(outcome: Outcome) -> dict[tuple[str, str, str], list[Moved]]:
    found: dict[tuple[str, str, str], list[Moved]] = {}
    for moved in outcome.escalations:
        found.setdefault(moved.same_as, []).append(moved)
    return found


def _without_pairs(was: Sequence[Moved], would: Sequence[Moved]) -> tuple[list[Moved], list[Moved]]:
    """Those of the one that have none of the same time in the other."""
    left, new = list[Moved](), list(would)
    for moved in was:
        pair = next((each for each in new if abs(each.at - moved.at) <= _SAME_TIME), None)
        if pair is None:
            left.append(moved)
        else:
            new.remove(pair)
    return left, new


def _change(moved: Moved, how: str, recorded_at: datetime | None, at: datetime | None) -> Change:
    on = f" ({moved.why})" if moved.why else ""
    target = f"{moved.kind} to {moved.to} by {moved.cause}{on}"
    match how:
        case "gone":
            words = f"{target} on {_at(recorded_at)} would not have happened"
        case "new":
            words = f"{target} would have happened on {_at(at)}"
        case _:
            gap = length(abs((at or moved.at) - (recorded_at or moved.at)))
            words = f"{target} would have come {gap} {how}, on {_at(at)}"
    return Change(what=moved.kind, how=how, cause=moved.cause, recorded_at=recorded_at, at=at, words=words)


def _broken(before: Outcome, after: Outcome) -> Iterator[Change]:
    for name in sorted(before.breaches.keys() | after.breaches.keys()):
        was, would = before.breaches.get(name), after.breaches.get(name)
        clock = name.replace("_", " ")
        if was and not would:
            words = f"the {clock} promise, due {_at(was.due_at)}, would have been kept"
            yield Change(what="breach", how="gone", cause=name, recorded_at=was.due_at, words=words)
        elif would and not was:
            words = f"the {clock} promise, due {_at(would.due_at)}, would have been broken"
            yield Change(what="breach", how="new", cause=name, at=would.due_at, words=words)


def _refused(would: Lived) -> Iterator[Change]:
    for refused in would.refused:
        words = f"{refused.command} on {_at(refused.at)} would have been refused ({refused.code}): {refused.message}"
        yield Change(what="refused", how="new", cause=f"{refused.command}/{refused.code}", at=refused.at, words=words)


def _next(lived: Lived) -> DeadlineView | None:
    coming = next_deadline(lived.ticket)
    return DeadlineView(what=str(coming), at=coming.at) if coming else None


def _at(at: datetime | None) -> str:
    return spoken(at) if at else "a moment that is not set"


def _tier(tier: int | None) -> str:
    return f"Tier {tier}" if tier else "triage"
