"""B14: a breach has a reason, and is left out of the figures only where one asks and another approves."""

from datetime import timedelta

import pytest

from escalation.commands import AskExclusion, DecideExclusion, Resolve, StateBreach, UpdateFields
from escalation.compliance import read_off
from escalation.effects import messages
from escalation.errors import (
    ExclusionNotAsked,
    ExclusionPending,
    IncompleteCommand,
    NotBreached,
    NotPermitted,
    UnknownName,
)
from escalation.events import BreachStated, ExclusionAsked, ExclusionDecided
from escalation.facts import Kept
from escalation.terms import Role
from escalation.view import allowed, sla_view
from tests.unit.rules.story import LEAD, MANAGER, Story, at_tier, of_kind

H = timedelta(hours=1)
SAID = StateBreach(clock="resolution", code="vendor", text="The part came a day late")
ASKED = AskExclusion(clock="resolution", reason="The contract names the vendor")
APPROVED = DecideExclusion(
    by=MANAGER, role=Role.SERVICE_MANAGER, clock="resolution", approve=True, reason="As the contract says"
)
RESOLVE = Resolve(code="fixed", cause="hardware", resolution="Replaced the board of the switch")
BREACH_COMMANDS = {"state_breach", "ask_exclusion", "decide_exclusion"}


def late() -> Story:
    """A ticket whose resolution took thirty hours, and is promised in twenty-four."""
    story = at_tier(2)
    story.wait(hours=30)
    return story


def kept(story: Story, *, resolved: bool = True) -> Kept:
    found = read_off(story.ticket.clocks, resolved=resolved)
    assert found is not None
    return found


def test_b14_an_approved_exclusion_leaves_the_figures_and_the_record_stays() -> None:
    story = late()
    story.do(SAID)
    story.do(ASKED)
    story.do(RESOLVE)
    assert (kept(story).resolution_breached, kept(story).excluded) == (True, 0)
    story.do(APPROVED)
    assert (kept(story).resolution_breached, kept(story).resolution, kept(story).excluded) == (False, None, 1)
    clock = story.clock("resolution")
    assert (clock.breached, clock.excluded, clock.counted) == (True, True, 30 * H)
    breach = sla_view(story.ticket, story.policy, story.now).breaches["resolution"]
    assert (breach.code, breach.by, breach.asked_by, breach.approved, breach.decided_by) == (
        "vendor", "marek", "marek", True, MANAGER,
    )  # fmt: skip
    assert [type(e) for e in story.events[-4:] if e.kind != "resolved"] == [
        BreachStated,
        ExclusionAsked,
        ExclusionDecided,
    ]


def test_b14_a_refused_exclusion_counts_and_may_be_asked_for_again() -> None:
    story = late()
    story.do(SAID)
    story.do(ASKED)
    story.do(APPROVED.model_copy(update={"approve": False, "reason": "The contract does not"}))
    assert kept(story, resolved=False).resolution_breached
    story.do(ASKED)
    story.do(APPROVED)
    assert not kept(story, resolved=False).resolution_breached


def test_b14_nobody_but_a_service_manager_decides_and_never_who_asked() -> None:
    story = late()
    story.do(SAID)
    story.do(ASKED)
    story.refuses(NotPermitted, APPROVED.model_copy(update={"by": LEAD, "role": Role.TEAM_LEAD}))
    own = late()
    own.do(SAID)
    own.do(ASKED.model_copy(update={"by": MANAGER, "role": Role.SERVICE_MANAGER}))
    own.refuses(NotPermitted, APPROVED)
    own.do(APPROVED.model_copy(update={"by": "henry"}))


def test_b14_a_reason_comes_first_and_is_one_of_the_policys() -> None:
    story = late()
    story.refuses(IncompleteCommand, ASKED)
    story.refuses(UnknownName, SAID.model_copy(update={"code": "bad luck"}))
    assert story.refuses(IncompleteCommand, SAID.model_copy(update={"text": "n/a"})).details["missing"] == ["text"]
    story.refuses(UnknownName, SAID.model_copy(update={"clock": "patience"}))
    story.refuses(IncompleteCommand, SAID.model_copy(update={"clock": ""}))


def test_b14_only_what_was_broken_has_a_reason() -> None:
    at_tier(2).refuses(NotBreached, SAID)


@pytest.mark.parametrize("lacking", [{"reason": ""}, {"approve": None}], ids=["why", "which"])
def test_b14_a_decision_says_which_and_why(lacking: dict[str, object]) -> None:
    story = late()
    story.do(SAID)
    story.refuses(ExclusionNotAsked, APPROVED)
    story.refuses(IncompleteCommand, ASKED.model_copy(update={"reason": " "}))
    story.do(ASKED)
    story.refuses(ExclusionPending, ASKED)
    story.refuses(IncompleteCommand, APPROVED.model_copy(update=lacking))


def test_the_service_manager_hears_of_a_request() -> None:
    story = late()
    story.do(SAID)
    (said,) = messages(story.ticket, of_kind(story.do(ASKED), ExclusionAsked), 1, story.policy)
    assert (said.template, said.to, said.params["requester_name"]) == ("exclusion_asked", "service_manager", "marek")


def test_these_commands_are_offered_when_there_is_something_to_say() -> None:
    assert not BREACH_COMMANDS & set(allowed(at_tier(2).ticket))
    story = late()
    assert BREACH_COMMANDS & set(allowed(story.ticket)) == {"state_breach"}
    story.do(SAID)
    assert set(allowed(story.ticket)) >= BREACH_COMMANDS


def test_an_exclusion_ends_with_the_breach_that_it_excused() -> None:
    story = at_tier(2, impact=1, urgency=1)
    story.wait(hours=5)
    for command in (SAID, ASKED, APPROVED):
        story.do(command)
    story.do(UpdateFields(impact=2, urgency=2))
    assert (story.clock("resolution").breached, story.clock("resolution").excluded) == (False, None)
