"""Whatever time can set off beside the triggers says whether it came, when it comes, or why it does not."""

from datetime import timedelta

import pytest
from hypothesis import given

from escalation.commands import Accept, Comment, ContactMade, Hold, Resume, UpdateFields
from escalation.deadlines import deadlines
from escalation.explain import Explanation, TimerExplained, explain
from escalation.policy import Slice
from escalation.terms import Flag, Role
from tests.unit.rules.histories import History, histories
from tests.unit.rules.story import MONDAY, Story, at_tier, policy_of
from tests.unit.rules.test_inner_clocks import RESOLVE
from tests.unit.rules.test_properties import LIVES

ASKS = ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", channel="email", text="Any news?")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
VENDOR = Hold(reason="waiting_vendor", evidence={"vendor_case": "MS-4711", "vendor_contact": "Ada at the vendor"})
M, H = timedelta(minutes=1), timedelta(hours=1)


def why(story: Story) -> Explanation:
    return explain(story.ticket, story.policy, story.now)


def timer(story: Story, name: str) -> TimerExplained:
    (found,) = [each for each in why(story).timers if each.id == name]
    return found


def with_scope(**limits: object) -> Slice:
    """The policy with other limits for every tier."""
    full = policy_of()
    return full.model_copy(update={"scope": {t: each.model_copy(update=limits) for t, each in full.scope.items()}})


# ------------------------------------------------------------------------------------------- standing still
def test_r39_the_idle_limit_says_when_it_asks_whom_and_what() -> None:
    story = at_tier(1)
    idle = timer(story, "idle")
    assert (idle.state, idle.fired, idle.coming[0].at) == ("coming", False, MONDAY + 20 * M)
    assert idle.words == (
        "At 2 Nov 2026 14:20 UTC, unless a person does something before, the owner is asked what is next (escalate, "
        "plan, near miss): nothing was done since 2 Nov 2026 14:00 UTC."
    )


def test_r39_once_asked_it_says_when_that_was_and_when_the_team_lead_is_told() -> None:
    story = at_tier(1)
    story.wait(minutes=25)
    idle = timer(story, "idle")
    assert (idle.state, idle.fired, idle.coming[0].at) == ("coming", True, MONDAY + 40 * M)
    assert "Came, after 20m in which nothing was done: on 2 Nov 2026 14:20 UTC the owner was asked" in idle.words
    assert "the team lead is told" in idle.words
    story.wait(minutes=25)
    idle = timer(story, "idle")
    assert (idle.state, idle.coming) == ("fired", ())
    assert idle.words.endswith("and on 2 Nov 2026 14:40 UTC the team lead was told.")
    story.do(Comment(text="On the phone with Bob"))
    assert (timer(story, "idle").state, timer(story, "idle").fired) == ("coming", False)


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("idle", "not_running", "the ticket is on hold since 2 Nov 2026 14:00 UTC (waiting customer)"),
        ("tier_time", "paused", "The tier 1 clock stands still since 2 Nov 2026 14:00 UTC (waiting customer)"),
        ("longest_hold", "coming", "the hold waiting customer ends by itself"),
        ("hold_follow_up", "coming", "reminder 1 of the hold waiting customer."),
        ("vendor", "not_running", "nobody promised a time for the hold waiting customer"),
    ],
)
def test_during_a_hold_each_says_what_the_hold_does_to_it(name: str, state: str, words: str) -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    said = timer(story, name)
    assert said.state == state
    assert words in said.words


def test_what_the_policy_sets_no_limit_for_is_not_promised_and_says_at_which_tier() -> None:
    story = at_tier(2, with_scope(idle=None, time_box=None))
    idle, box = timer(story, "idle"), timer(story, "tier_time")
    assert (idle.state, box.state) == ("not_promised", "not_promised")
    assert idle.words == "It does not come: the policy lets a ticket at Tier 2 stand as long as it likes."
    assert box.words == "It does not come: the policy gives Tier 2 no time box."


def test_what_begins_with_acceptance_says_whose_it_is_to_begin() -> None:
    story = Story().open()
    for name in ("idle", "tier_time"):
        assert timer(story, name).words == "It does not come: it begins when tomas takes the ticket up."


# ------------------------------------------------------------------------------------------- promises
def test_r40_a_tiers_time_box_says_when_it_ends_and_that_a_complex_ticket_is_listed() -> None:
    story = at_tier(1)
    assert timer(story, "tier_time").leads_to == "the owner and the team lead are told"
    story.do(UpdateFields(flags=(Flag.RECURRING,)))
    box = timer(story, "tier_time")
    assert (box.state, box.coming[0].at) == ("coming", MONDAY + 30 * M)
    assert box.leads_to.endswith("and it is listed as under-escalated (flags)")
    story.wait(hours=1)
    box = timer(story, "tier_time")
    assert (box.state, box.words) == ("fired", "Came on 2 Nov 2026 14:30 UTC, when the 30m tier 1 time was used up.")


def test_b11_a_vendors_contract_says_when_it_is_broken_and_that_it_was() -> None:
    story = at_tier(2)
    story.do(VENDOR)
    assert timer(story, "vendor").coming[0].at == MONDAY + 16 * H
    story.wait(hours=17)
    assert timer(story, "vendor").state == "fired"
    story.do(Resume())
    assert timer(story, "vendor").words.endswith("was used up; it ended on 3 Nov 2026 07:00 UTC.")


# ------------------------------------------------------------------------------------------- notes, pages, the end
def test_a_note_that_is_owed_says_by_whom_what_and_until_when() -> None:
    story = at_tier(1)
    story.do(UpdateFields(flags=(Flag.SERVER_SIDE,)))
    owed = timer(story, "note_owed")
    assert (owed.state, owed.coming[0].at) == ("coming", MONDAY + 15 * M)
    assert "tomas owes" in owed.words
    story.wait(minutes=20)
    assert timer(story, "note_owed").state == "fired"
    assert timer(story, "note_owed").words.startswith("Came on 2 Nov 2026 14:15 UTC: tomas owes")


def test_the_ladder_says_who_was_paged_and_when_the_next_is() -> None:
    story = Story().open(scope="multi_client")
    page = timer(story, "page")
    assert (page.state, page.coming[0].at) == ("coming", MONDAY + 5 * M)
    assert (
        "unless somebody takes it up before: loop 1 of the ladder emergency, step 1, paged so far sofia" in page.words
    )
    story.do(Accept())
    assert timer(story, "page").words == "It does not come: somebody took it up, or nothing waits to be taken up."
    assert timer(story, "no_progress").coming[0].at == MONDAY + 30 * M
    assert timer(at_tier(1), "page").words == "It does not come: no paging ladder is for P3."


def test_a_resolved_ticket_says_that_it_closes_by_itself_and_when() -> None:
    story = at_tier(1)
    assert timer(story, "close").words == "It does not come: the ticket is not resolved."
    story.do(RESOLVE)
    assert timer(story, "close").state == "coming"
    assert timer(story, "idle").words == "It does not come: the ticket was resolved on 2 Nov 2026 14:00 UTC."
    story.wait(hours=60)
    assert timer(story, "close").words == "It does not come: the ticket is closed already."


def test_in_short_what_comes_before_the_next_trigger_is_named() -> None:
    story = at_tier(1)
    assert why(story).words.endswith(
        "; before that, at 2 Nov 2026 14:20 UTC: nothing is done on a ticket that somebody took up."
    )


# ------------------------------------------------------------------------------------------- all of them
@LIVES
@given(histories())
def test_every_deadline_of_a_ticket_is_explained_at_its_moment_and_nothing_else_is_foretold(history: History) -> None:
    for ticket in history.tickets[-3:]:
        said = explain(ticket, history.story.policy, history.story.now)
        coming = [each for one in said.triggers for each in one.coming] + [e for one in said.timers for e in one.coming]
        foretold = {(each.clock, each.mark, each.at) for each in coming if each.at}
        assert foretold == {(each.what, each.detail, each.at) for each in deadlines(ticket)}
        assert all(one.words for one in said.timers)
        assert Explanation.model_validate_json(said.model_dump_json()) == said
