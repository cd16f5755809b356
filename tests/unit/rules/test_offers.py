"""What a person is offered: nothing that the rules would refuse for their role or for whose ticket it is."""

from hypothesis import given

from escalation.commands import ASKED
from escalation.offers import offers
from escalation.permissions import judge_actor
from escalation.terms import Role
from tests.unit.rules.histories import History, histories
from tests.unit.rules.story import Story

ROLES = tuple(Role)


@given(histories(length=6))
def test_what_is_offered_is_never_refused_for_the_role_or_the_owner(history: History) -> None:
    ticket = history.story.ticket
    for role in ROLES:
        for person in (ticket.owner, "somebody"):
            for name in offers(ticket, person, role):
                judge_actor(ticket, ASKED[name](by=person, role=role))


def test_an_owner_accepts_once_and_another_takes_over() -> None:
    ticket = Story().open().ticket
    assert "accept" in offers(ticket, ticket.owner, Role.TECHNICIAN)
    assert "accept" in offers(ticket, "somebody", Role.TECHNICIAN)
    assert "accept" not in offers(ticket, "somebody", Role.DISPATCHER)
    assert offers(ticket, "somebody", Role.AUDITOR) == frozenset()
