"""The over-escalation alarm, and what speaks for each of its three suspects.

Base are the tickets worked at Tier 1 in the window, emergencies excluded; it goes off strictly above 40.0 per cent,
from twenty tickets on.
"""

from collections.abc import Sequence

from escalation.audit.seen import Note, Seen, Upward, Worked
from escalation.terms import EscalationKind, Facts

LIMIT_PCT = 40
LEAST_TICKETS = 20


class Figure(Facts):
    """A count, of how many, and its share; `of` None where it is no part of anything."""

    name: str
    n: int
    of: int | None = None
    share: float | None = None

    @classmethod
    def part(cls, name: str, n: int, of: int) -> "Figure":
        """n of so many; no share of nothing."""
        return cls(name=name, n=n, of=of, share=round(n / of, 4) if of else None)


class Suspect(Facts):
    """One of the three explanations of too many escalations, with the figures that speak for or against it."""

    suspect: str
    says: str
    figures: tuple[Figure, ...]


class Alarm(Facts):
    """Whether Tier 1 escalates more than 40 per cent of what it works on."""

    worked: int
    escalated: int
    pct: float | None
    limit_pct: float = LIMIT_PCT
    least_tickets: int = LEAST_TICKETS
    raised: bool
    suspects: tuple[Suspect, ...]


def escalated_at_tier_one(seen: Seen) -> frozenset[str]:
    """The tickets that Tier 1 handed up in the window; an emergency is no such escalation."""
    return frozenset(
        up.ticket_id for up in seen.upwards if up.from_tier == 1 and up.kind is not EscalationKind.EMERGENCY
    )


def base(seen: Seen) -> list[Worked]:
    """The tickets worked at Tier 1, without emergencies."""
    return [ticket for ticket in seen.worked if not ticket.emergency]


def alarm(seen: Seen) -> Alarm:
    """The alarm over what was seen, raised or not; the suspects come with it either way."""
    worked = base(seen)
    ids = {ticket.ticket_id for ticket in worked}
    escalated = escalated_at_tier_one(seen) & ids
    ups = [up for up in seen.upwards if up.ticket_id in escalated and up.from_tier == 1]
    notes = [note for note in seen.notes if note.ticket_id in ids]
    return Alarm(
        worked=len(worked),
        escalated=len(escalated),
        pct=round(100 * len(escalated) / len(worked), 2) if worked else None,
        raised=len(worked) >= LEAST_TICKETS and 100 * len(escalated) > LIMIT_PCT * len(worked),
        suspects=(_triggers(ups), _knowledge(worked, notes), _confidence(worked, notes, len(escalated))),
    )


def _triggers(ups: Sequence[Upward]) -> Suspect:
    fired = sorted({up.trigger for up in ups if up.trigger})
    return Suspect(
        suspect="triggers_loose",
        says="Triggers, or people, send up what Tier 1 may finish alone.",
        figures=(
            Figure.part("escalations within Tier 1's scope", sum(up.in_scope for up in ups), len(ups)),
            *(Figure.part(f"by trigger {name}", sum(up.trigger == name for up in ups), len(ups)) for name in fired),
            Figure.part("by a person, without a trigger", sum(up.trigger is None for up in ups), len(ups)),
        ),
    )


def _knowledge(worked: Sequence[Worked], notes: Sequence[Note]) -> Suspect:
    attempts = [note for note in notes if note.what == "attempt" and note.tier in (None, 1)]
    along_sop = {note.ticket_id for note in attempts if note.along_sop}
    later = [note for note in notes if note.what == "attempt"]
    return Suspect(
        suspect="knowledge_inadequate",
        says="Tier 1 does not find, or does not have, what it needs to solve them.",
        figures=(
            Figure.part("tickets with a known issue linked", sum(each.known_issue for each in worked), len(worked)),
            Figure.part("tickets with an attempt along the SOP", len(along_sop), len(worked)),
            Figure.part("attempts that repeated a step", sum(note.repeated for note in later), len(later)),
        ),
    )


def _confidence(worked: Sequence[Worked], notes: Sequence[Note], escalated: int) -> Suspect:
    near = sum(note.what == "near_miss" for note in notes)
    prompted = {note.ticket_id for note in notes if note.what == "prompted" and note.tier == 1}
    return Suspect(
        suspect="confidence",
        says="Tier 1 could, and does not dare: few near misses, much waiting.",
        figures=(
            Figure.part("near misses, of near misses and escalations", near, near + escalated),
            Figure.part("tickets asked about because nothing happened", len(prompted), len(worked)),
        ),
    )
