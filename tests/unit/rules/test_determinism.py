"""R21; ruling 9: whether a ticket moves, how, to which tier and skill: by its fields, never by who is there."""

import random
from contextlib import suppress

import pytest

from escalation.commands import Accept, ContactMade, IntakeFacts, LogAttempt, UpdateFields
from escalation.desk import decide
from escalation.errors import Refusal
from escalation.events import Coordinated, Event, Handoff, TriggerFired
from escalation.terms import Flag, Role, Scope
from tests.unit.rules.story import CONTACT, FACTS, MANAGER, POLICY, Story, StubDesk, policy_of

TICKETS = 200
DESKS = {
    "the day shift": StubDesk(),
    "the other way round": StubDesk(
        {1: ("jun", "priya", "tomas"), 2: ("omar", "elena", "marek"), 3: ("ivan", "sofia")}
    ),
    "an outsourced night desk": StubDesk({1: ("n1", "n2", "n3"), 2: ("n4", "n5", "n6"), 3: ("n7", "n8")}),
}


def played(seed: int, desk: StubDesk) -> Story:
    """A ticket of random fields through random work: the same seed is the same ticket."""
    dice = random.Random(seed)
    story = Story(policy_of(), desk)
    story.open(
        category=dice.choice([*POLICY.categories, None]),
        urgency=dice.choice([1, 2, 3, None]),
        impact=dice.choice([1, 2, 3, None]),
        scope=dice.choice(list(Scope)),
        flags=tuple(dice.sample(list(Flag), dice.choice([0, 0, 1, 2]))),
        required_skill=dice.choice([None, None, "firewall", "security_ir", "identity"]),
        contact=CONTACT.model_copy(update={"vip": dice.random() < 0.3}),
        facts=FACTS.model_copy(update={"users_affected": dice.choice([1, 1, 5])}),
    )
    for _ in range(8):
        commands = (
            Accept(),
            LogAttempt(step="Step", result="No change", outcome="failed", sop_step="1"),
            UpdateFields(flags=tuple(dice.sample(list(Flag), 1))),
            UpdateFields(facts=IntakeFacts(users_affected=dice.randint(1, 30))),
            ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound"),
        )
        with suppress(Refusal):
            story.do(dice.choice(commands))
        story.wait(minutes=dice.choice([0, 7, 90, 600]))
    return story


def decided(event: Event) -> tuple[object, ...] | None:
    """What a decision says apart from the names of people."""
    match event:
        case Handoff():
            escalation = getattr(event, "escalation", None)
            return event.kind, escalation, event.trigger, event.to_tier, event.need.skill, event.need.on_call, event.at
        case Coordinated():
            return event.kind, event.need.role, event.trigger, event.at
        case TriggerFired():
            return event.kind, event.trigger, event.inform, event.at
        case _:
            return None


@pytest.mark.parametrize("shift", list(DESKS)[1:])
def test_r21_r67_ruling_9_200_random_tickets_fire_the_same_kind_tier_and_skill_whoever_is_there(shift: str) -> None:
    moved = 0
    for seed in range(TICKETS):
        here, there = played(seed, DESKS["the day shift"]), played(seed, DESKS[shift])
        ours = [decided(event) for event in here.events]
        assert ours == [decided(event) for event in there.events], f"seed {seed}"
        moved += sum(1 for each in ours if each and each[0] == "escalated")
        names = {here.owner, there.owner} - {MANAGER}
        assert len(names) <= 2
    assert moved > TICKETS / 4, "the property would hold because nothing happened"


def test_a_decision_is_the_same_twice_and_leaves_its_ticket_alone() -> None:
    story = played(7, DESKS["the day shift"])
    before = story.ticket.model_dump_json()
    ask = UpdateFields(by="x", subject="Still cannot sign in")
    assert decide(story.ticket, ask, story.policy, story.now) == decide(story.ticket, ask, story.policy, story.now)
    assert story.ticket.model_dump_json() == before
