"""The over-escalation alarm, and what speaks for each of its three suspects.

Base are the tickets worked at Tier 1 in the window, emergencies excluded; it goes off strictly above 40.0 per cent,
from twenty tickets on.
"""

from collections import Counter

from escalation.audit.seen import Seen, Worked
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


class Counts(Facts):
    """What the verdict is made of: of the tickets worked at Tier 1, emergencies apart.

    `in_scope`, `by_trigger` and `by_person` count escalations out of Tier 1, of those that it escalated.
    """

    worked: int
    escalated: int
    in_scope: int
    by_trigger: dict[str, int]
    by_person: int
    known_issue: int
    along_sop: int
    attempts: int
    repeated: int
    near_misses: int
    prompted: int


def alarm(seen: Seen) -> Alarm:
    """The alarm over what was seen, raised or not; the suspects come with it either way."""
    return verdict(counted(seen))


def counted(seen: Seen) -> Counts:
    """What counts of what was seen."""
    worked = base(seen)
    ids = {ticket.ticket_id for ticket in worked}
    escalated = escalated_at_tier_one(seen) & ids
    ups = [up for up in seen.upwards if up.ticket_id in escalated and up.from_tier == 1]
    notes = [note for note in seen.notes if note.ticket_id in ids]
    attempts = [note for note in notes if note.what == "attempt"]
    return Counts(
        worked=len(worked),
        escalated=len(escalated),
        in_scope=sum(up.in_scope for up in ups),
        by_trigger=Counter(up.trigger for up in ups if up.trigger),
        by_person=sum(up.trigger is None for up in ups),
        known_issue=sum(ticket.known_issue for ticket in worked),
        along_sop=len({note.ticket_id for note in attempts if note.along_sop and note.tier in (None, 1)}),
        attempts=len(attempts),
        repeated=sum(note.repeated for note in attempts),
        near_misses=sum(note.what == "near_miss" for note in notes),
        prompted=len({note.ticket_id for note in notes if note.what == "prompted" and note.tier == 1}),
    )


def verdict(said: Counts) -> Alarm:
    """Strictly above the line, from the least number of tickets on."""
    return Alarm(
        worked=said.worked,
        escalated=said.escalated,
        pct=round(100 * said.escalated / said.worked, 2) if said.worked else None,
        raised=said.worked >= LEAST_TICKETS and 100 * said.escalated > LIMIT_PCT * said.worked,
        suspects=(_triggers(said), _knowledge(said), _confidence(said)),
    )


def _triggers(said: Counts) -> Suspect:
    ups = said.by_person + sum(said.by_trigger.values())
    return Suspect(
        suspect="triggers_loose",
        says="Triggers, or people, send up what Tier 1 may finish alone.",
        figures=(
            Figure.part("escalations within Tier 1's scope", said.in_scope, ups),
            *(Figure.part(f"by trigger {name}", n, ups) for name, n in sorted(said.by_trigger.items())),
            Figure.part("by a person, without a trigger", said.by_person, ups),
        ),
    )


def _knowledge(said: Counts) -> Suspect:
    return Suspect(
        suspect="knowledge_inadequate",
        says="Tier 1 does not find, or does not have, what it needs to solve them.",
        figures=(
            Figure.part("tickets with a known issue linked", said.known_issue, said.worked),
            Figure.part("tickets with an attempt along the SOP", said.along_sop, said.worked),
            Figure.part("attempts that repeated a step", said.repeated, said.attempts),
        ),
    )


def _confidence(said: Counts) -> Suspect:
    return Suspect(
        suspect="confidence",
        says="Tier 1 could, and does not dare: few near misses, much waiting.",
        figures=(
            Figure.part(
                "near misses, of near misses and escalations", said.near_misses, said.near_misses + said.escalated
            ),
            Figure.part("tickets asked about because nothing happened", said.prompted, said.worked),
        ),
    )
