"""A quarter of made-up tickets, with patterns planted in them or without any; the same for the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from escalation.audit.quarterly import Subject

QUARTER = datetime(2026, 7, 1, tzinfo=UTC)
DAYS = 92
CATEGORIES = tuple(f"category-{n:02}" for n in range(1, 21))
CLIENTS = tuple(f"client-{n:02}" for n in range(1, 31))
ALWAYS, HEAVY, HOUR = "category-07", "client-11", "Mon 08:00"
_UP, _ON = 0.25, 0.2  # of Tier 1's tickets to Tier 2, and of Tier 2's on to Tier 3
_BUSY = (0,) * 7 + (2, 5, 9, 9, 8, 6, 7, 8, 8, 6, 4, 2) + (1,) * 5  # tickets by hour, relatively


@dataclass(frozen=True)
class Planted:
    """Which patterns are in the data, and how strong."""

    always: float | None = None  # how often ALWAYS is escalated
    heavy: float | None = None  # how often a ticket of HEAVY reaches Tier 3
    spike: int = 0  # escalations more, at HOUR of each week


NOTHING = Planted()
ALL = Planted(always=0.95, heavy=0.3, spike=3)


def quarter(seed: int, tickets: int = 2_000, planted: Planted = NOTHING) -> Sequence[Subject]:
    """Tickets of uneven categories and clients, in business hours mostly; each escalates within hours or not at all."""
    chance = Random(seed)
    weights = [1 / (place + 3) for place in range(len(CLIENTS))]
    subjects = [_ticket(chance, weights, planted) for _ in range(tickets)]
    return [*subjects, *(_late(chance, week) for week in range(DAYS // 7) for _ in range(planted.spike))]


def _ticket(chance: Random, weights: Sequence[float], planted: Planted) -> Subject:
    category, client = chance.choice(CATEGORIES), chance.choices(CLIENTS, weights)[0]
    came_in_at = _moment(chance)
    up = planted.always if planted.always is not None and category == ALWAYS else _UP
    tiers = [1]
    if chance.random() < up:
        tiers.append(2)
        if chance.random() < _ON * _UP / up:  # as many reach Tier 3 as of any other category
            tiers.append(3)
    if planted.heavy is not None and client == HEAVY and chance.random() < planted.heavy:
        tiers = [1, 3] if len(tiers) == 1 else [1, 2, 3]
    left_at = [came_in_at + chance.random() * timedelta(minutes=90) * n for n in range(1, len(tiers) + 1)]
    return _subject(category, client, tiers, left_at)


def _late(chance: Random, week: int) -> Subject:
    """Escalated at HOUR, and solved at Tier 2 some other time."""
    monday = QUARTER + timedelta(days=(7 - QUARTER.weekday()) % 7 + 7 * week, hours=8)
    escalated_at = monday + chance.random() * timedelta(hours=1)
    solved_at = escalated_at + timedelta(days=chance.randrange(1, 4), hours=chance.randrange(2, 8))
    return _subject(chance.choice(CATEGORIES), chance.choice(CLIENTS), [1, 2], [escalated_at, solved_at])


def _subject(category: str, client: str, tiers: Sequence[int], left_at: Sequence[datetime]) -> Subject:
    return Subject(
        category=category,
        client=client,
        worked_at=frozenset(tiers),
        escalated_from=frozenset(tiers[:-1]),
        reached_tier_3=3 in tiers,
        left=tuple((at, at != left_at[-1]) for tier, at in zip(tiers, left_at, strict=True) if tier < 3),
    )


def _moment(chance: Random) -> datetime:
    while True:
        at = QUARTER + timedelta(days=chance.randrange(DAYS), minutes=chance.randrange(60))
        if at.weekday() < 5 or chance.random() < 0.1:
            return at + timedelta(hours=chance.choices(range(24), _BUSY)[0])
