"""B20: the customer's score counts once there is something to rate, and a low one is the service manager's task."""

from collections.abc import Callable

import pytest

from escalation.commands import AnswerRating, Close, RateService, Resolve
from escalation.effects import messages
from escalation.errors import IncompleteCommand, NotAllowedInStage, NothingChanges, NotPermitted
from escalation.events import RatingAnswered, ServiceRated
from escalation.terms import Role
from escalation.view import allowed, view
from tests.unit.rules.story import MANAGER, Story, at_tier, of_kind

RESOLVE = Resolve(code="fixed", cause="hardware", resolution="Replaced the board of the switch")
ANSWER = AnswerRating(by=MANAGER, role=Role.SERVICE_MANAGER, text="Called him; the visit is free of charge")


def rate(score: int | None, comment: str = "") -> RateService:
    return RateService(by="reception@acme", role=Role.INTEGRATION, score=score, comment=comment, channel="mail")


def resolved() -> Story:
    story = at_tier(1)
    story.do(RESOLVE)
    return story


def closed() -> Story:
    story = resolved()
    story.do(Close(reason="confirmed"))
    return story


@pytest.mark.parametrize("begun", [resolved, closed])
def test_b20_a_low_score_is_told_to_the_service_manager_even_after_the_close(begun: Callable[[], Story]) -> None:
    story = begun()
    (rated,) = of_kind(story.do(rate(1, "Nobody called")), ServiceRated)
    assert rated.low
    (told,) = messages(story.ticket, [rated], story.ticket.seq, story.policy)
    assert (told.template, told.to, told.recipient_kind) == ("page_manager", "service_manager", "role")
    assert told.params["reason"] == "the customer rated the service 1 of 5: Nobody called"


def test_b20_the_task_is_over_when_the_service_manager_has_answered_and_not_before() -> None:
    story = closed()
    assert "answer_rating" not in allowed(story.ticket)
    story.do(rate(2))
    assert "answer_rating" in allowed(story.ticket)
    assert len(of_kind(story.do(ANSWER), RatingAnswered)) == 1
    seen = view(story.ticket).rating
    assert seen is not None
    assert (seen.score, seen.answered_by, seen.answer) == (2, MANAGER, ANSWER.text)
    with pytest.raises(NothingChanges):
        story.do(ANSWER)


@pytest.mark.parametrize("score", [3, 4, 5])
def test_b20_a_good_score_is_nobodys_task(score: int) -> None:
    story = resolved()
    (rated,) = of_kind(story.do(rate(score)), ServiceRated)
    assert messages(story.ticket, [rated], story.ticket.seq, story.policy) == []
    with pytest.raises(NothingChanges):
        story.do(ANSWER)


def test_b20_the_last_score_counts_and_the_same_again_changes_nothing() -> None:
    story = resolved()
    story.do(rate(1))
    assert story.do(rate(1)) == []
    story.do(rate(4, "He called back"))
    assert story.ticket.rating is not None
    assert (story.ticket.rating.score, story.ticket.rating.low) == (4, False)


@pytest.mark.parametrize("score", [0, 6, -1, None])
def test_b20_a_score_is_from_1_to_5(score: int | None) -> None:
    with pytest.raises(IncompleteCommand):
        resolved().do(rate(score))


def test_b20_what_is_not_resolved_cannot_be_rated() -> None:
    with pytest.raises(NotAllowedInStage):
        at_tier(1).do(rate(5))


def test_b20_nobody_rates_their_own_work_and_only_the_manager_answers() -> None:
    with pytest.raises(NotPermitted):
        resolved().do(RateService(by="tomas", role=Role.TECHNICIAN, score=5))
    story = resolved()
    story.do(rate(1))
    with pytest.raises(NotPermitted):
        story.do(ANSWER.model_copy(update={"role": Role.TECHNICIAN}))


def test_b20_the_policy_says_what_is_low() -> None:
    story = resolved()
    lenient = story.policy.model_copy(update={"csat": story.policy.csat.model_copy(update={"low": 0})})
    story.policy = lenient
    (rated,) = of_kind(story.do(rate(1)), ServiceRated)
    assert not rated.low
