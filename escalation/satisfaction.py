"""Scores of the customer: when they count, and that a low one is the service manager's task, even after the close."""

from escalation.commands import AnswerRating, Command, RateService
from escalation.errors import IncompleteCommand, NotAllowedInStage, NothingChanges
from escalation.events import Event, RatingAnswered, ServiceRated
from escalation.handoff import is_blank
from escalation.lifecycle import Stage
from escalation.situation import Situation
from escalation.ticket import Ticket

_BEST = 5
_RATED = frozenset({Stage.RESOLVED, Stage.CLOSED})


def judge_rate_service(at: Situation, command: RateService) -> list[Event]:
    """Only once there is something to rate; the same score and words again change nothing."""
    ticket = at.ticket
    if not may_be_rated(ticket):
        raise NotAllowedInStage(
            f"{ticket.id} is in {ticket.stage.value}; it can be rated once it is resolved.", stage=ticket.stage.value
        )
    if command.score is None or not 1 <= command.score <= _BEST:
        raise IncompleteCommand("A score is a number from 1 (bad) to 5 (very good).", ["score"])
    comment, before = command.comment.strip(), ticket.rating
    if before is not None and (before.score, before.comment) == (command.score, comment):
        return []
    low = command.score <= at.policy.csat.low
    return [
        ServiceRated(at=at.now, by=at.by, score=command.score, comment=comment, channel=command.channel, low=low),
    ]


def judge_answer_rating(at: Situation, command: AnswerRating) -> list[Event]:
    """What was done about a low score; once."""
    if not waits_for_an_answer(at.ticket):
        raise NothingChanges(f"No low score of {at.ticket.id} waits for an answer.")
    if is_blank(command.text, at.policy.note):
        raise IncompleteCommand("Say what was found, and what was done about it.", ["text"])
    return [RatingAnswered(at=at.now, by=at.by, text=command.text)]


def may_be_rated(ticket: Ticket) -> bool:
    """Whether there is something to rate."""
    return ticket.stage in _RATED


def waits_for_an_answer(ticket: Ticket) -> bool:
    """Whether a low score is the service manager's task still."""
    return ticket.rating is not None and ticket.rating.low and ticket.rating.answer is None


def says(event: Event, command: Command) -> bool:
    """Whether the event says what this command asks: so a repeat is told from another request."""
    match event, command:
        case ServiceRated(), RateService():
            return (event.score, event.comment) == (command.score, command.comment.strip())
        case RatingAnswered(), AnswerRating():
            return event.text == command.text
        case _:
            return False
