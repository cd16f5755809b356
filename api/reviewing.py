"""Reviews, read and decided: the same for the API and for the console."""

from contextlib import suppress
from functools import partial

from pydantic import AwareDatetime

from api import asking
from api.current_policy import CurrentPolicy
from api.faults import NotFound
from api.lines import ReviewLine
from api.patience import patiently
from api.relieving import told
from api.services import Services
from escalation.policy.amendments import in_words
from escalation.ports import Token, Unavailable
from escalation.review.decision import Approve
from escalation.review.effect import Compared, compare
from escalation.review.view import ReviewView
from escalation.terms import Facts


class Effect(Facts):
    """What a review's change did: the kind of fault, what was changed and when, and who has solved it since.

    `own` is the client whose ticket was reviewed, `all` every client that the token may see.
    """

    ticket_id: str
    category: str
    client: str
    changed_at: AwareDatetime | None = None
    change: tuple[str, ...] = ()
    own: Compared
    all: Compared


def found(services: Services, token: Token, ticket_id: str) -> ReviewLine:
    """The review of a ticket; NotFound for none, and for one of another client than the token's."""
    line = services.review_book.review(ticket_id)
    if line is None or (token.clients is not None and line.review.case.client not in token.clients):
        raise NotFound("There is no review of this ticket.")
    return line


def effect_of(services: Services, token: Token, line: ReviewLine) -> Effect:
    """Who solves faults of this kind since the review's change, and who did in the 90 days before it."""
    case, changed_at = line.review.case, line.decided_at if line.published else None
    compared = partial(compare, services.solving, case.category, changed_at, services.now())
    return Effect(
        ticket_id=case.ticket_id,
        category=case.category,
        client=case.client,
        changed_at=changed_at,
        change=change_in_words(line),
        own=compared(client=case.client),
        all=compared(clients=token.clients),
    )


def change_in_words(line: ReviewLine) -> tuple[str, ...]:
    """What the review has changed, a sentence for each thing; empty where it changed nothing."""
    if line.published is None:
        return ()
    return (f"{line.published.reads()}.", *(said for change in line.changes for said in in_words(change)))


async def approve(
    services: Services, policy: CurrentPolicy, token: Token, ticket_id: str, approval: Approve, key: str | None
) -> ReviewView:
    """Make the changes; the policy's are current here at once, and those who work by a document hear of it."""
    decided = await asking.decide(services, token, ticket_id, approval, key)
    if decided.published and decided.published.policy_version:
        with suppress(Unavailable):  # then the next intake but a few seconds later has it
            await patiently(policy.refresh)
    await told(services)
    return decided
