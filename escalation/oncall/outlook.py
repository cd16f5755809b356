"""Coming gaps of cover: which of them somebody has to hear of now. Pure.

A gap is told of when it comes into sight, thirty days ahead, and again on its last day if it is still open. One that
was closed is told of no more, unless it opens again: then it is a gap like any other. What was told is remembered by
rota and beginning, and so is the key of each message.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from pydantic import AwareDatetime

from escalation.messages import Message, message_key
from escalation.oncall.board import Board
from escalation.oncall.rota import Rota
from escalation.oncall.schedule import HORIZON, WARNED_AHEAD, Duty
from escalation.terms import Facts, Role
from escalation.zones import zone_named

LAST_CALL = timedelta(days=1)
TEMPLATE = "gap_ahead"
_MOST = 100  # gaps of one rota that are kept in mind, the nearest first
_LISTED = 5  # of those that one message tells of


class KnownGap(Facts):
    """A gap that was told of: whether on its last day too, whether it is still open, and how often it opened."""

    rota: str
    start: AwareDatetime
    end: AwareDatetime
    last_call: bool = False
    open: bool = True
    times: int = 1

    @property
    def notice(self) -> int:
        """The number of the latest notice about it: odd when it came into sight, even on its last day."""
        return 2 * self.times - (not self.last_call)


class Outlook(Facts):
    """Whom to tell what, what is known from then on, and when there is more to tell if nothing changes."""

    messages: tuple[Message, ...]
    known: tuple[KnownGap, ...]
    next_at: AwareDatetime | None = None


def outlook(board: Board, known: Sequence[KnownGap], now: datetime) -> Outlook:
    """What to say about the gaps that can be seen at `now`, given what was said of them before."""
    kept, due, later = list[KnownGap](), list[tuple[KnownGap, Duty]](), list[datetime]()
    for rota, gaps in board.gaps(now, now + HORIZON).items():
        later += [gap.start - WARNED_AHEAD for gap in gaps if gap.start - WARNED_AHEAD > now]
        for gap in [gap for gap in gaps if gap.start - WARNED_AHEAD <= now][:_MOST]:
            before = _same(rota, gap, known, now)
            seen = _seen(rota, gap, before, now)
            kept.append(seen)
            later += [gap.start - LAST_CALL] if not seen.last_call else []
            if before is None or seen.notice != before.notice:
                due.append((seen, gap))
    still = {(each.rota, each.start) for each in kept}
    closed = (each for each in known if each.end > now and (each.rota, each.start) not in still)
    return Outlook(
        messages=tuple(_messages(due, board, now)),
        known=(*kept, *(each.model_copy(update={"open": False}) for each in closed)),
        next_at=min(later, default=None),
    )


def _same(rota: str, gap: Duty, known: Iterable[KnownGap], now: datetime) -> KnownGap | None:
    """What is known of this gap; one that has begun is cut off at `now`, and known by its own beginning."""
    for each in known:
        begun = gap.start == now and each.open and each.start <= now < each.end
        if each.rota == rota and (begun or each.start == gap.start):
            return each
    return None


def _seen(rota: str, gap: Duty, before: KnownGap | None, now: datetime) -> KnownGap:
    last_call = gap.start - LAST_CALL <= now
    if before is None:
        return KnownGap(rota=rota, start=gap.start.astimezone(UTC), end=gap.end, last_call=last_call)
    times = before.times + (not before.open)
    return before.model_copy(update={"end": gap.end, "last_call": last_call, "open": True, "times": times})


def _messages(due: Iterable[tuple[KnownGap, Duty]], board: Board, now: datetime) -> Iterator[Message]:
    """One for each rota and urgency: somebody who is away for a month leaves many gaps, and is one thing to say."""
    by_line = sorted(due, key=lambda each: (each[0].rota, not each[0].last_call, each[0].start))
    for (rota, last_call), told in groupby(by_line, key=lambda each: (each[0].rota, each[0].last_call)):
        gaps = list(told)
        first, more = gaps[0][0], f"/{len(gaps)}" if len(gaps) > 1 else ""
        subject = f"on-call/{rota}/{first.start:%Y%m%dT%H%M%SZ}{more}"
        days = max((first.start - now).days, 0)
        when = "now" if first.start <= now else "within a day" if last_call else f"in {days} days"
        yield Message(
            key=message_key(subject, first.notice, TEMPLATE, Role.SERVICE_MANAGER),
            ticket_id=f"on-call/{rota}",
            template=TEMPLATE,
            urgent=last_call,
            to=Role.SERVICE_MANAGER,
            recipient_kind="role",
            params={"summary": f"nobody answers {when}", "rota": rota, "gaps": _listed(gaps, board.rotas[rota])},
            at=now,
        )


def _listed(gaps: Sequence[tuple[KnownGap, Duty]], rota: Rota) -> str:
    zone = zone_named(rota.zone)
    said = [
        f"{known.start.astimezone(zone):%a %d %b %H:%M} to {gap.end.astimezone(zone):%a %d %b %H:%M %Z} ({gap})"
        for known, gap in gaps[:_LISTED]
    ]
    left = len(gaps) - len(said)
    more = [f"and {left} more until {gaps[-1][1].end.astimezone(zone):%a %d %b %H:%M %Z}"] if left else []
    return "; ".join([*said, *more])
