"""Tickets that are like another by their words, from the real PostgreSQL."""

import pytest
from sqlalchemy import Engine

from escalation.commands import Contact, Intake
from escalation.events import Event, Opened, Queued
from escalation.events.fact import Need
from escalation.lifecycle import Stage
from escalation.terms import Role
from stores.journal import Journal
from stores.likeness import Likeness
from tests.stores.stories import HOUR, MONDAY, intake, queued, resolved, story


def about(ticket_id: str, subject: str, client: str = "acme", category: str | None = "mail") -> Opened:
    said = Intake(client=client, contact=Contact(name="Ann"), subject=subject, category=category)
    return intake(ticket_id, client=client).model_copy(update={"intake": said})


def in_triage() -> Queued:
    return Queued(at=MONDAY, stage=Stage.TRIAGE, need=Need(role=Role.DISPATCHER), owner="dana", via="on_shift")


LIVES: dict[str, list[Event]] = {
    "P-1": [about("P-1", "Mail bounces in Outlook"), queued("tomas"), resolved("tomas", MONDAY + HOUR)],
    "P-2": [
        about("P-2", "Bounced messages", client="other", category="vpn"),
        queued("tomas"),
        resolved("tomas", MONDAY + HOUR),
    ],
    "P-3": [about("P-3", "Mail bounces"), queued("tomas")],
    "P-4": [about("P-4", "Printer jam"), queued("tomas"), resolved("tomas", MONDAY + HOUR)],
    "N-1": [about("N-1", "Mail bounces!", category=None), in_triage()],
    "N-2": [about("N-2", "Mail bounces", client="other", category=None), in_triage()],
}


@pytest.fixture
def likeness(engine: Engine) -> Likeness:
    for ticket_id, events in LIVES.items():
        Journal(engine).append(story(ticket_id, *events))
    return Likeness(engine)


def test_solved_tickets_are_found_by_the_words_of_their_subjects_in_any_form(likeness: Likeness) -> None:
    found = {(each.category, each.words) for each in likeness.past(["bounce", "outlook", "the"], None)}
    assert found == {("mail", ("bounce", "outlook")), ("vpn", ("bounce",))}
    assert [each.category for each in likeness.past(["bounce"], ("other",))] == ["vpn"]


@pytest.mark.parametrize("words", [[], ["the"], ["'; DROP TABLE tickets; --"], ["a' | b"], ["unheard"]])
def test_words_that_no_ticket_has_find_none(likeness: Likeness, words: list[str]) -> None:
    assert likeness.past(words, None) == []


def test_a_ticket_in_triage_is_shown_beside_the_open_one_of_its_client_that_says_the_same(likeness: Likeness) -> None:
    (twin,) = likeness.twins(None, None, 9)
    assert (twin.ticket_id, twin.other, twin.stage, twin.owner) == ("N-1", "P-3", "tier_1", "tomas")
    assert likeness.twins(None, "N-1", 9) == [twin]
    assert likeness.twins(None, "N-2", 9) == []
    assert likeness.twins(("other",), None, 9) == []
