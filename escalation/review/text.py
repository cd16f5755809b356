"""A review in words: Markdown for people, and the few lines that its workflow keeps."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from escalation.durations import format_duration
from escalation.review.draft import because
from escalation.review.incident import ClockOutcome, Fired, Holding, NoteReview, Review, SimilarTicket, Tried
from escalation.terms import Tier

_SUMMARY_LINE = 300
_NONE = "*None recorded.*"


def markdown(review: Review) -> str:
    """The whole review as a document."""
    case = review.case
    parts = [
        f"# Post-escalation review of {case.ticket_id}",
        f"**{_plain(case.subject)}** · {case.client} · {case.category} · {case.priority.value}",
        f"Resolved {_at(review.resolved_at)} at {_tier(review.resolved_tier)}; policy {case.policy_version}.",
        f"Owned by {case.owner}, due {_at(case.due_at)}.",
        _section("Who held it", map(_held, review.holdings)),
        _section("What was tried", map(_tried, review.tried)),
        _section("What was repeated", map(_tried, review.repeated)),
        _section("What fired", map(_fired, review.fired)),
        _section("Handoff notes", map(_note, review.notes)),
        _section("Promises", map(_clock, review.clocks)),
        _section("Similar tickets", map(_alike, review.similar)),
        *[f"## {q.text}\n\n{_answer(q.answer)}" for q in review.questions],
        f"## Proposed revision of {review.proposed.sop}\n\n{_quoted(review.proposed.body)}",
    ]
    return "\n\n".join(parts) + "\n"


def summary(review: Review) -> tuple[str, ...]:
    """The story in a handful of lines."""
    people = ", ".join(f"{h.person} ({_tier(h.tier)}, {_took(h)})" for h in review.holdings)
    broken = [clock.name.replace("_", " ") for clock in review.clocks if clock.outcome == "breached"]
    lacked = [note for note in review.notes if note.lacked]
    lines = (
        f"Held by {people}.",
        f"{_count(review.tried, 'attempt')}, of them {len(review.repeated)} repeated.",
        f"Escalated because: {'; '.join(because(f) for f in review.fired if f.upward) or 'not recorded'}.",
        f"{_count(review.notes, 'handoff note')}, {len(lacked)} incomplete.",
        f"Breached: {', '.join(broken)}." if broken else "No promise was breached.",
        f"{_count(review.similar, 'similar ticket')}.",
    )
    return tuple(line if len(line) <= _SUMMARY_LINE else f"{line[: _SUMMARY_LINE - 1]}…" for line in lines)


def _section(heading: str, lines: Iterable[str]) -> str:
    return f"## {heading}\n\n" + ("\n".join(f"- {_plain(line)}" for line in lines) or _NONE)


def _held(held: Holding) -> str:
    accepted = f"accepted {_at(held.accepted_at)}" if held.accepted_at else "**never accepted**"
    return f"{held.person}, {_tier(held.tier)}, {_took(held)} ({held.came_by}); {accepted}"


def _took(held: Holding) -> str:
    return _span(held.ended_at - held.began_at) if held.ended_at else "still"


def _tried(tried: Tried) -> str:
    again = ", **repeated**" if tried.repeated else ""
    return f"{_tier(tried.tier)}, {tried.by}: {tried.step} → {tried.result} ({tried.outcome or 'no outcome'}{again})"


def _fired(fired: Fired) -> str:
    way = f", {_tier(fired.from_tier)} to {_tier(fired.to_tier)}" if fired.to_tier else ""
    others = f"; also met: {', '.join(fired.matched)}" if fired.matched else ""
    return f"{_at(fired.at)} {fired.did}{way}: {because(fired)}{others}"


def _note(note: NoteReview) -> str:
    parts = [f"{_tier(note.from_tier)} to {_tier(note.to_tier)}, by {note.by}"]
    parts.append(f"lacked {', '.join(note.lacked)}" if note.lacked else "complete")
    if note.completed_at:
        parts.append(f"completed {_at(note.completed_at)}")
    if note.overdue:
        parts.append("**the rest came late or never**")
    if note.rating:
        parts.append(f"rated {note.rating}")
    return "; ".join(parts)


def _clock(clock: ClockOutcome) -> str:
    over = f" by {_span(clock.breached_by)}" if clock.breached_by else ""
    return (
        f"{clock.name.replace('_', ' ')}: {clock.outcome}{over}, {_span(clock.used)} of {_span(clock.target)} used"
        f" ({clock.calendar} hours, {clock.pauses} pause(s))"
    )


def _alike(similar: SimilarTicket) -> str:
    cause = similar.cause or "no cause recorded"
    return f"{similar.ticket_id} ({similar.client}): {_tier(similar.tier)}, {cause}. {similar.resolution}".strip()


def _answer(answer: str) -> str:
    return f"{_plain(answer)} *(from the facts; confirm it)*" if answer else "*For people to answer.*"


def _quoted(body: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in body.splitlines())


def _plain(text: str) -> str:
    """One line: what a client typed must not become a heading or a list of the review."""
    return " ".join(text.split())


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _tier(tier: Tier | None) -> str:
    return f"Tier {tier}" if tier else "triage"


def _at(at: datetime) -> str:
    return f"{at:%d %b %Y %H:%M} UTC"


def _span(time: timedelta) -> str:
    return format_duration(timedelta(seconds=round(time.total_seconds())))
