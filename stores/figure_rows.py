"""What the figures need of a ticket, as rows: one of its own, and one for each of its stays."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, or_
from sqlalchemy.dialects.postgresql import Insert, Range, insert

from escalation.compliance import read_off
from escalation.facts import OUTCOMES, Kept, Stay, TicketFacts
from escalation.metrics import HIGHEST_TIER, escalated_from, worked_at
from escalation.ticket import Ticket
from stores.projection import Known
from stores.schema import ticket_figures, ticket_stays
from stores.ticket_facts import Story

_MICROSECOND = timedelta(microseconds=1)
_NOTHING = Kept()


def write_figures(connection: Connection, known: Sequence[Known]) -> None:
    """Insert or replace the rows of these tickets; those that are as they were stay as they are."""
    told = [(each, each.story.ended()) for each in known]
    connection.execute(_REPLACE_FIGURES, [_row(each, facts) for each, facts in told])
    if stays := [row for _, facts in told for row in _stay_rows(facts)]:
        connection.execute(_REPLACE_STAYS, stays)


def _row(known: Known, facts: TicketFacts) -> dict[str, Any]:
    ticket, story = known.ticket, known.story
    return (
        _about(ticket, story, known.taken_in_at, facts)
        | _moves(facts)
        | _times(facts)
        | _counts(facts)
        | _promises(read_off(ticket.clocks, resolved=facts.completed_at is not None))
        | _at_tier_one(ticket, story)
        | {"whole_seq": ticket.seq}
    )


def _about(ticket: Ticket, story: Story, taken_in_at: datetime, facts: TicketFacts) -> dict[str, Any]:
    return {
        "ticket_id": ticket.id,
        "seq": ticket.seq,
        "imported": story.imported,
        "merged": ticket.merged_into is not None,
        "client": ticket.client,
        "category": ticket.category,
        "technician": story.escalated_by or ticket.owner or None,
        "priority": ticket.priority,
        "taken_in_at": taken_in_at,
        "opened_at": facts.opened_at,
        "outcome": OUTCOMES.get(ticket.stage, "open"),
        "events": facts.events,
    }


def _moves(facts: TicketFacts) -> dict[str, Any]:
    return {
        "stays": len(facts.stays),
        "last_tier": facts.stays[-1].tier if facts.stays else None,
        "worked": _tiers(facts, worked_at),
        "escalated_from": _tiers(facts, escalated_from),
        "escalations": len(facts.escalations),
        "sent_down": facts.sent_down_after_escalation,
        "again_from_same_tier": facts.escalated_again_from_same_tier,
    }


def _times(facts: TicketFacts) -> dict[str, Any]:
    first = facts.escalations[0].entered.began_at if facts.escalations else None
    return {
        "to_first_escalation": _microseconds(first - facts.opened_at if first else None),
        "to_resolve": _microseconds(facts.time_to_resolve),
        "waited": _microseconds(facts.waited_before_resolve),
    }


def _counts(facts: TicketFacts) -> dict[str, Any]:
    notes = {f"notes_{said}": facts.ratings.count(said) for said in ("complete", "usable", "unusable")}
    return notes | {
        "reopens": facts.reopens,
        "near_misses": facts.near_misses,
        "in_scope_by": [who for who, _ in facts.in_scope],
        "in_scope_of": [category for _, category in facts.in_scope],
    }


def _promises(kept: Kept | None) -> dict[str, Any]:
    said = kept or _NOTHING
    return {
        "promised": kept is not None,
        "responded": said.response is not None,
        "response_breached_at": said.response_breached_at,
        "promise_resolved": said.resolution is not None,
        "resolution_breached_at": said.resolution_breached_at,
        "gross_breached": said.gross_breached,
        "excluded": said.excluded,
        "promise_took": _microseconds(said.resolution),
    }


def _at_tier_one(ticket: Ticket, story: Story) -> dict[str, Any]:
    here = [] if story.imported else [stay for stay in ticket.stays if stay.tier == 1]
    return {
        "at_tier_1": [Range(stay.began_at, stay.ended_at, bounds="[]" if stay.ended_at else "[)") for stay in here],
        "emergency": ticket.emergency,
        "known_issue": bool((ticket.known_issue or "").strip()),
    }


def _stay_rows(facts: TicketFacts) -> Iterator[dict[str, Any]]:
    before: list[Stay | None] = [None, *facts.stays]
    for n, (left, stay) in enumerate(zip(before, facts.stays, strict=False), start=1):
        yield {
            "ticket_id": facts.ticket_id,
            "n": n,
            "tier": stay.tier,
            "from_tier": left.tier if left else None,
            "in_previous": _microseconds(stay.began_at - left.began_at if left else None),
            "began_at": stay.began_at,
            "handoff_delay": _microseconds(stay.handoff_delay),
            "pickup": stay.pickup,
        }


def _tiers(facts: TicketFacts, holds: Callable[[TicketFacts, int], bool]) -> int:
    return sum(bit_of(tier) for tier in range(1, HIGHEST_TIER + 1) if holds(facts, tier))


def bit_of(tier: int) -> int:
    """The bit by which a set of tiers holds this one."""
    return 1 << (tier - 1)


def _microseconds(length: timedelta | None) -> int | None:
    return None if length is None else length // _MICROSECOND


def _replacing(table: Table) -> Insert:
    row = insert(table)
    keys = [column.name for column in table.primary_key]
    replaced: Mapping[str, Any] = {name: row.excluded[name] for name in table.columns.keys() if name not in keys}  # noqa: SIM118
    differs = or_(*(table.c[name].is_distinct_from(new) for name, new in replaced.items()))
    return row.on_conflict_do_update(index_elements=keys, set_=dict(replaced), where=differs)


_REPLACE_FIGURES, _REPLACE_STAYS = _replacing(ticket_figures), _replacing(ticket_stays)
