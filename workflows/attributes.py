"""Typed search attributes: what an operator can filter tickets and reviews by in the Temporal UI.

Ids only, never personal data. A cluster on PostgreSQL has room for ten of kind Keyword and three of any other.
"""

from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from escalation.review.incident import ReviewCase, ReviewState
from escalation.terms import Priority
from escalation.ticket import Ticket
from escalation.view import state

CLIENT = SearchAttributeKey.for_keyword("TierlineClient")
PRIORITY = SearchAttributeKey.for_keyword("TierlinePriority")
CATEGORY = SearchAttributeKey.for_keyword("TierlineCategory")
STAGE = SearchAttributeKey.for_keyword("TierlineStage")
OWNER = SearchAttributeKey.for_keyword("TierlineOwner")
COORDINATOR = SearchAttributeKey.for_keyword("TierlineCoordinator")
SLA = SearchAttributeKey.for_keyword("TierlineSla")
ACCEPTED = SearchAttributeKey.for_bool("TierlineAccepted")
REVIEW = SearchAttributeKey.for_keyword("TierlineReview")
DUE = SearchAttributeKey.for_datetime("TierlineDue")

KEYWORDS = (CLIENT, PRIORITY, CATEGORY, STAGE, OWNER, COORDINATOR, SLA)

# Name to kind, for whoever registers them: the worker refuses to start when one is missing.
ATTRIBUTES: dict[str, str] = {
    **{key.name: "Keyword" for key in (*KEYWORDS, REVIEW)},
    ACCEPTED.name: "Bool",
    DUE.name: "Datetime",
}

_AT_RISK = "75"


def at_start(client: str, priority: Priority, category: str | None) -> TypedSearchAttributes:
    """What is known before the workflow has run."""
    pairs = [SearchAttributePair(CLIENT, client), SearchAttributePair(PRIORITY, priority.value)]
    if category:
        pairs.append(SearchAttributePair(CATEGORY, category))
    return TypedSearchAttributes(pairs)


def of_review(case: ReviewCase) -> TypedSearchAttributes:
    """What is known of a review when it begins: those of its ticket that last, whose it is, when it is due."""
    keywords = ((CLIENT, case.client), (PRIORITY, case.priority.value), (CATEGORY, case.category), (OWNER, case.owner))
    pairs = [SearchAttributePair(key, value) for key, value in keywords]
    return TypedSearchAttributes([*pairs, SearchAttributePair(DUE, case.due_at)])


def review_state(state: ReviewState) -> list[SearchAttributeUpdate[Any]]:
    """Where the review stands."""
    return [REVIEW.value_set(state)]


def changes(before: dict[str, str | bool], ticket: Ticket) -> list[SearchAttributeUpdate[Any]]:
    """The attributes that differ from those last set."""
    now = values(ticket)
    updates: list[SearchAttributeUpdate[Any]] = [
        key.value_set(str(now[key.name])) for key in KEYWORDS if now[key.name] != before.get(key.name)
    ]
    if now[ACCEPTED.name] != before.get(ACCEPTED.name):
        updates.append(ACCEPTED.value_set(bool(now[ACCEPTED.name])))
    return updates


def values(ticket: Ticket) -> dict[str, str | bool]:
    """Every attribute of a ticket as it stands."""
    return {
        CLIENT.name: ticket.client,
        PRIORITY.name: ticket.priority.value,
        CATEGORY.name: ticket.category or "none",
        STAGE.name: ticket.stage.value,
        OWNER.name: ticket.owner,
        COORDINATOR.name: ticket.coordinator,
        SLA.name: _standing(ticket),
        ACCEPTED.name: ticket.accepted_at is not None,
    }


def _standing(ticket: Ticket) -> str:
    promised = [ticket.clocks[name] for name in ("first_response", "resolution") if name in ticket.clocks]
    if any(state(clock) == "breached" for clock in promised):
        return "breached"
    passed = any(c.running and _AT_RISK not in c.marks for c in promised)
    return "at_risk" if passed else "fine"
