"""The story of somebody else's log in the words of a policy: what a log does not hold is filled in, and says so.

A log names no category, no note and no reason that the policy knows. So the category is one that starts where the log's
case began and that this tier may finish alone: no trigger on fields fires but for what the log itself did.
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache

from escalation.commands import Contact, Intake, IntakeFacts
from escalation.events import (
    Cancelled,
    Commented,
    Escalated,
    Event,
    Held,
    Opened,
    Queued,
    Reopened,
    Resolved,
    Returned,
    Transferred,
)
from escalation.handoff import HandoffNote, StepTried
from escalation.policy import Slice
from escalation.terms import Priority, Tier

NOT_IN_THE_LOG = "(the log does not say)"
_CONTACT = Contact(name=NOT_IN_THE_LOG)
_FACTS = IntakeFacts(
    affected_systems=(NOT_IN_THE_LOG,),
    error_messages=NOT_IN_THE_LOG,
    users_affected=1,
    recent_changes=NOT_IN_THE_LOG,
    steps_attempted=NOT_IN_THE_LOG,
)


def in_words_of(policy: Slice, events: Sequence[Event]) -> list[Event]:
    """The same story, with a client, a category, notes and reasons that the policy takes."""
    tier = next((event.to_tier for event in events if isinstance(event, Queued)), None) or 1
    return [_told(event, place, policy, tier) for place, event in enumerate(events)]


def _told(event: Event, place: int, policy: Slice, tier: Tier) -> Event:
    match event:
        case Opened():
            return event.model_copy(update={"intake": _intake(event, policy, tier)})
        case Escalated(reason=reason):
            known = reason in policy.manual_reasons
            override = NOT_IN_THE_LOG if event.to_tier == 3 else ""
            changed = {"reason": reason if known else policy.manual_reasons[0], "note": _note(place)}
            return event.model_copy(update=changed | {"override": override})
        case Returned(reason=reason):
            known = reason in policy.return_reasons
            said = reason if known else policy.return_reasons[0]
            return event.model_copy(update={"reason": said, "what_is_missing": NOT_IN_THE_LOG})
        case Transferred(why="asked", need=need, owner=owner):
            named = need.model_copy(update={"person": owner})
            return event.model_copy(update={"need": named, "note": _note(place), "reason": NOT_IN_THE_LOG})
        case Held(reason=reason):
            held = reason if reason in policy.holds else next(reversed(policy.holds))
            evidence = dict.fromkeys(policy.holds[held].needs, NOT_IN_THE_LOG)
            return event.model_copy(update={"reason": held, "evidence": evidence})
        case Resolved():
            return event.model_copy(update=dict.fromkeys(("code", "cause", "resolution"), NOT_IN_THE_LOG))
        case Cancelled() | Reopened():
            return event.model_copy(update={"reason": NOT_IN_THE_LOG})
        case Commented(text=text) if not text.strip():
            return event.model_copy(update={"text": NOT_IN_THE_LOG})
        case _:
            return event


def _intake(event: Opened, policy: Slice, tier: Tier) -> Intake:
    impact, urgency = _severity(event.priority, policy)
    return event.intake.model_copy(
        update={
            "client": policy.client.id,
            "contact": _CONTACT,
            "category": _category(policy, tier),
            "impact": impact,
            "urgency": urgency,
            "facts": _FACTS,
        }
    )


def _severity(priority: Priority, policy: Slice) -> tuple[int, int]:
    """An impact and an urgency that make this priority; the middle ones where the matrix never does."""
    cells = ((impact, urgency) for impact, row in policy.matrix.items() for urgency in row)
    return next((cell for cell in cells if policy.matrix[cell[0]][cell[1]] is priority), (2, 2))


def _category(policy: Slice, tier: Tier) -> str | None:
    return next(_categories(policy, tier), None) or next(iter(policy.categories), None)


def _categories(policy: Slice, tier: Tier) -> Iterator[str]:
    for name, category in policy.categories.items():
        alone = any(fnmatchcase(name, pattern) for pattern in policy.scope[tier].may)
        if category.tier == tier and alone and not category.emergency:
            yield name


@cache
def _note(place: int) -> HandoffNote:
    """A full note; each with a step of its own, since a tier must say what it tried itself."""
    return HandoffNote(
        environment=NOT_IN_THE_LOG,
        summary_symptoms="(made for a back-test: the log holds no note)",
        steps_tried=(StepTried(step=f"(entry {place} of the log)", result=NOT_IN_THE_LOG),),
        what_failed="(nothing of it is in the log)",
        suspected_cause="(not in the log)",
        customer_told=NOT_IN_THE_LOG,
        affected_systems=(NOT_IN_THE_LOG,),
        error_messages=NOT_IN_THE_LOG,
        recent_changes=NOT_IN_THE_LOG,
        users_affected=1,
        customer_contact=NOT_IN_THE_LOG,
    )
