"""R21; ruling 9: the desk's own way of naming people changes who gets a ticket, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from escalation.events import Need
from escalation.oncall import Board
from escalation.ports import Named
from stores.naming import Colleague, DeskNow, Roster, choose
from tests.unit.rules.story import POLICY, Story, StubDesk
from tests.unit.rules.test_determinism import TICKETS, decided, played

NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)  # in Chicago; in Manila, where the outsourced shift sits, it is night
NIGHT = datetime(2026, 11, 3, 7, 0, tzinfo=UTC)


class RealDesk(StubDesk):
    """Names people as the product does, at one moment and with so many tickets in everybody's hands."""

    def __init__(self, at: datetime, queue: int, without: str = "") -> None:
        super().__init__()
        on_call = POLICY.on_call
        people = {
            person.id: Colleague(
                id=person.id,
                role=person.role,
                tier=person.tier,
                skills=frozenset(person.skills),
                calendar=person.calendar,
                capacity=person.capacity,
                leads=frozenset(person.team_lead_of),
                load=queue,
            )
            for person in POLICY.people.values()
            if person.id != without
        }
        board = Board(rotas=on_call.rotas, by_tier=on_call.by_tier, managers=on_call.managers)
        self._now = DeskNow(at, Roster.of(POLICY), board, people)

    def named(self, need: Need) -> Named:
        """The person for this need, and by which step of the chain."""
        chosen = choose(need, replace(self._now))
        return Named(person=chosen.person, via=chosen.via, until=None)


def fired(story: Story) -> list[tuple[object, ...] | None]:
    return [decided(event) for event in story.events]


@pytest.mark.parametrize(
    "other",
    [RealDesk(NOON, 500), RealDesk(NIGHT, 0), RealDesk(NOON, 0, without="sofia")],
    ids=["500 tickets in every queue", "the outsourced shift", "another technician"],
)
def test_r21_ruling_9_200_random_tickets_are_decided_alike_and_only_the_receivers_differ(other: RealDesk) -> None:
    moved, others = 0, 0
    for seed in range(TICKETS):
        here, there = played(seed, RealDesk(NOON, 0)), played(seed, other)
        assert fired(here) == fired(there), f"seed {seed}"
        moved += sum(1 for each in fired(here) if each and each[0] == "escalated")
        others += here.owner != there.owner
    assert moved > TICKETS / 4, "the property would hold because nothing happened"
    assert others > TICKETS / 10, "the property would hold because the same people were named"
