"""The quarterly audit: which kinds of ticket always escalate, whose tickets fill Tier 3, and at which hours."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Literal

from pydantic import AwareDatetime

from escalation.audit.hours import by_hour, folded
from escalation.audit.patterns import Finding, PatternRules, Table, by_group, found
from escalation.facts import TicketFacts
from escalation.terms import Facts, Tier
from escalation.zones import zone_named

RULES = PatternRules()
HIGHEST = 3


class Subject(Facts):
    """A ticket, as far as this audit looks at it: the tiers that it was at, and those that handed it up.

    `left` are the moments at which it left Tier 1 or 2 for another tier or was solved there, and whether upwards.
    """

    category: str | None
    client: str | None
    worked_at: frozenset[Tier]
    escalated_from: frozenset[Tier]
    reached_tier_3: bool
    left: tuple[tuple[AwareDatetime, bool], ...] = ()


class QuarterlyAudit(Facts):
    """What was looked at, how many questions were asked of it, and what stands out."""

    kind: Literal["quarterly"] = "quarterly"
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    zone: str
    tickets: int
    escalations: int
    tier_3: int
    tested: int
    rules: PatternRules
    findings: tuple[Finding, ...]


def subject(facts: TicketFacts) -> Subject:
    """What of a ticket's facts the audit looks at."""
    return Subject(
        category=facts.category,
        client=facts.client,
        worked_at=frozenset(stay.tier for stay in facts.stays),
        escalated_from=frozenset(move.left.tier for move in facts.escalations),
        reached_tier_3=any(stay.tier == HIGHEST for stay in facts.stays),
        left=tuple(_left(facts)),
    )


def _left(facts: TicketFacts) -> Iterator[tuple[datetime, bool]]:
    for move in facts.moves:
        if move.left.tier < HIGHEST:
            yield move.entered.began_at, move.upward
    for last in facts.stays[-1:]:
        solved_there = facts.completed_at is not None and facts.completed_at >= last.began_at
        ended_at = facts.completed_at if solved_there else last.ended_at
        if last.tier < HIGHEST and ended_at is not None:
            yield ended_at, False


def quarterly_audit(
    subjects: Sequence[Subject],
    *,
    zone: str = "UTC",
    since: datetime | None = None,
    until: datetime | None = None,
    rules: PatternRules = RULES,
) -> QuarterlyAudit:
    """The audit of these tickets; hours are those of the zone."""
    tables = list(_tables(subjects, zone_named(zone), rules))
    return QuarterlyAudit(
        since=since,
        until=until,
        zone=zone,
        tickets=len(subjects),
        escalations=sum(upwards for each in subjects for _, upwards in each.left),
        tier_3=sum(each.reached_tier_3 for each in subjects),
        tested=len(tables),
        rules=rules,
        findings=folded(found(tables, rules)),
    )


def _tables(subjects: Sequence[Subject], zone: tzinfo, rules: PatternRules) -> Iterator[Table]:
    for tier in (1, 2):
        there = [each for each in subjects if tier in each.worked_at]
        marks = ((each.category, tier in each.escalated_from) for each in there)
        yield from by_group("always_escalates", f"category at Tier {tier}", marks, rules.least)
    for of_what, groups in (("category", _categories(subjects)), ("client", _clients(subjects))):
        yield from by_group("tier_3_volume", of_what, groups, rules.least)
    yield from by_hour((leaving for each in subjects for leaving in each.left), zone, rules.least)


def _categories(subjects: Sequence[Subject]) -> Iterable[tuple[str | None, bool]]:
    return ((each.category, each.reached_tier_3) for each in subjects)


def _clients(subjects: Sequence[Subject]) -> Iterable[tuple[str | None, bool]]:
    return ((each.client, each.reached_tier_3) for each in subjects)
