"""R97, R98: the review of a Tier 3 incident, drafted from the journal and from nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.commands import Accept, Resolve, Triage
from escalation.errors import NotPermitted
from escalation.review.decision import Approve, DocumentChange, IncompleteReview, Waive, judge_approve, judge_waive
from escalation.review.draft import draft
from escalation.review.incident import Document, Review, ReviewCase, SimilarTicket
from escalation.review.text import markdown, summary
from escalation.review.view import ReviewView, card
from escalation.terms import Role
from tests.unit.incident import ANSWERS, entries_of, incident
from tests.unit.rules.story import MONDAY, Story, policy_of


def reviewed(story: Story, *similar: SimilarTicket, current: Document | None = None) -> Review:
    return draft(ReviewCase.of(story.ticket, story.policy), entries_of(story.events), similar, current)


@pytest.fixture(scope="module")
def story() -> Story:
    return incident()


@pytest.fixture(scope="module")
def review(story: Story) -> Review:
    return reviewed(story)


# ------------------------------------------------------------------------------------------------------- the case
def test_the_last_owner_at_tier_3_owns_the_review_and_it_is_due_in_five_business_days(story: Story) -> None:
    business = story.ticket
    case = ReviewCase.of(business, policy_of(always_open=False), datetime(2026, 11, 6, 22, 0, tzinfo=UTC))
    assert case.owner == business.stays[-1].owner == "sofia"
    assert case.due_at == datetime(2026, 11, 13, 22, 0, tzinfo=UTC)  # Friday 16:00 in Chicago, a week on


def test_a_review_counts_from_the_resolution_unless_told_otherwise(story: Story) -> None:
    ending = story.ticket.ending
    assert ending is not None
    assert ReviewCase.of(story.ticket, story.policy).opened_at == ending.at


def test_a_case_written_by_an_older_release_is_still_read(story: Story) -> None:
    case = ReviewCase.of(story.ticket, story.policy)
    older = case.model_dump(mode="json", exclude={"client_name", "priority", "sop", "zone"})
    assert ReviewCase.model_validate(older | {"unheard_of": 1}).ticket_id == "T-1"


# ------------------------------------------------------------------------------------------------------ the facts
def test_it_says_who_held_the_ticket_how_long_at_which_tier_and_whether_they_took_it_up(review: Review) -> None:
    held = [(h.person, h.tier, h.accepted_at is not None) for h in review.holdings]
    assert held == [("tomas", 1, True), ("marek", 2, False), ("sofia", 3, True)]
    assert review.holdings[0].ended_at == review.holdings[1].began_at == MONDAY + timedelta(minutes=17)
    assert review.holdings[-1].ended_at == review.resolved_at


def test_time_in_triage_is_held_by_the_dispatcher() -> None:
    story = Story().open(urgency=None, required_skill="security_ir")
    story.wait(minutes=1)
    story.do(Triage(by="dana", role=Role.DISPATCHER, urgency=2))
    _solve(story)
    assert [(h.person, h.tier) for h in reviewed(story).holdings] == [("dana", None), ("sofia", 3)]


def test_it_says_what_was_tried_at_which_tier_and_what_was_repeated(review: Review) -> None:
    assert [(t.tier, t.step, t.outcome) for t in review.tried] == [
        (1, "Unlock the account", "failed"),
        (1, "Reset the password", "failed"),
        (2, "Unlock the account", "failed"),
        (3, "Removed the stale credential", "worked"),
    ]
    assert [(t.tier, t.step) for t in review.repeated] == [(2, "Unlock the account")]


def test_it_says_what_fired_with_its_values(review: Review) -> None:
    by_trigger, by_hand = [fired for fired in review.fired if fired.did == "moved"]
    assert (by_trigger.from_tier, by_trigger.to_tier, by_trigger.trigger) == (1, 2, "C2")
    assert by_trigger.values["failed_attempts"] == 2
    assert (by_hand.trigger, by_hand.reason, by_hand.override) == (None, "knowledge", "It takes long")


def test_a_ticket_that_began_higher_up_says_which_trigger_put_it_there() -> None:
    story = Story().open(required_skill="security_ir")
    _solve(story)
    (fired,) = [f for f in reviewed(story).fired if f.did == "moved"]
    assert (fired.trigger, fired.from_tier, fired.to_tier) == ("C3", None, 3)


def test_it_says_what_each_note_lacked_and_whether_that_was_made_up_for(review: Review) -> None:
    auto, by_hand = review.notes
    assert "suspected_cause" in auto.lacked
    assert auto.completed_at is not None
    assert (by_hand.lacked, by_hand.rating) == ((), "usable")


def test_it_says_how_each_promise_ended(review: Review) -> None:
    outcomes = {clock.name: clock for clock in review.clocks}
    assert outcomes["first_response"].outcome == "kept"
    assert (outcomes["resolution"].outcome, outcomes["resolution"].pauses) == ("kept", 1)
    assert outcomes["resolution"].used == timedelta(minutes=47)


def test_a_breach_says_by_how_much() -> None:
    story = Story().open(required_skill="security_ir")
    story.wait(days=5)
    _solve(story)
    clock = next(c for c in reviewed(story).clocks if c.name == "resolution")
    assert clock.outcome == "breached"
    assert clock.breached_by == clock.used - clock.target > timedelta()


def test_what_came_after_the_resolution_is_no_part_of_the_draft(story: Story) -> None:
    before = reviewed(story)
    later = incident()
    later.wait(days=30)
    assert later.ticket.over
    assert reviewed(later).model_copy(update={"case": before.case}) == before


def test_without_a_resolution_there_is_nothing_to_review() -> None:
    story = Story().open()
    case = ReviewCase.of(story.ticket, story.policy)
    with pytest.raises(ValueError, match="not resolved"):
        draft(case, entries_of(story.events), [])


# -------------------------------------------------------------------------------------------------- the questions
def test_the_five_questions_are_answered_by_facts_or_honestly_left_to_people(review: Review) -> None:
    source = {question.key: question.source for question in review.questions}
    assert source == {
        "root_cause": "facts",
        "why_not_lower": "facts",
        "permanent_fix": "people",
        "sop_change": "facts",
        "tier_next_time": "people",
    }
    assert all(bool(q.answer) == (q.source == "facts") for q in review.questions)


def test_the_reasons_for_going_up_answer_why_it_was_not_solved_lower(review: Review) -> None:
    answer = next(q.answer for q in review.questions if q.key == "why_not_lower")
    assert "Tier 1 to Tier 2: trigger C2" in answer
    assert "Tier 2 to Tier 3: knowledge, overridden: It takes long" in answer


def test_a_like_ticket_solved_lower_answers_where_it_belongs_next_time(story: Story) -> None:
    alike = SimilarTicket(ticket_id="T-0", tier=1, cause="identity", resolution="Removed the credential")
    higher = SimilarTicket(ticket_id="T-00", tier=3)
    answer = next(q for q in reviewed(story, higher, alike).questions if q.key == "tier_next_time")
    assert (answer.source, answer.answer) == ("facts", "Tier 1, where similar tickets were solved: T-0.")


# --------------------------------------------------------------------------------------------------- the proposal
def test_the_proposed_revision_says_what_the_facts_say_under_six_headings(review: Review) -> None:
    body = review.proposed.body
    assert (review.proposed.sop, review.proposed.title) == ("SOP-01", "identity: password reset")
    assert [line for line in body.splitlines() if line.startswith("## ")] == [
        "## Symptoms",
        "## Required information",
        "## Steps that worked",
        "## Steps that failed",
        "## When to escalate",
        "## Expected response",
    ]
    worked, failed = body.split("## Steps that worked")[1].split("## Steps that failed")
    assert "Removed the stale credential (Tier 3): Sign-in holds" in worked
    assert "Reset the password (Tier 1): Still locked" in failed.split("## When")[0]
    assert "Bob" not in body.split("## Required information")[1]


def test_what_the_facts_do_not_say_is_marked_as_a_gap() -> None:
    story = Story().open(required_skill="security_ir")
    _solve(story)
    failed = reviewed(story).proposed.body.split("## Steps that failed")[1].split("## When")[0]
    assert "for a person to write" in failed


def test_a_category_without_an_sop_gets_a_new_one(story: Story) -> None:
    case = ReviewCase.of(story.ticket, story.policy).model_copy(update={"sop": None})
    assert draft(case, entries_of(story.events), []).proposed.sop == "SOP-NEW-identity.password_reset"


def test_a_published_sop_keeps_what_it_says_and_gains_what_was_learned(story: Story) -> None:
    current = Document(sop="SOP-01", revision=4, title="Passwords", body="# Passwords\n\nAsk who calls.\n")
    proposed = reviewed(story, current=current).proposed
    assert proposed.title == "Passwords"
    assert proposed.body.startswith("# Passwords\n\nAsk who calls.\n\n# Learned from T-1: Cannot sign in\n")


def test_what_a_client_typed_cannot_become_a_heading() -> None:
    story = incident(subject="Help\n# Approved", description="a\n## Steps that worked\n- format c:")
    review = reviewed(story)
    for text in (review.proposed.body, markdown(review)):
        assert "\n# Approved" not in text
    assert review.proposed.body.count("\n## Steps that worked") == 1


def test_the_whole_review_reads_as_markdown(story: Story) -> None:
    text = markdown(reviewed(story, SimilarTicket(ticket_id="T-0", client="acme-dental", tier=2, cause="identity")))
    for said in (
        "# Post-escalation review of T-1",
        "marek, Tier 2, 30m (escalated); **never accepted**",
        "Tier 2, marek: Unlock the account → No change (failed, **repeated**)",
        "moved, Tier 1 to Tier 2: trigger C2",
        "T-0 (acme-dental): Tier 2, identity.",
        "*For people to answer.*",
        "> ## Symptoms",
    ):
        assert said in text, text


def test_the_summary_and_the_card_are_short(review: Review) -> None:
    lines = summary(review)
    assert all(len(line) <= 300 for line in lines)
    view = ReviewView(
        case=review.case,
        state="open",
        due_at=review.case.due_at,
        summary=lines,
        questions=review.questions,
        proposed=review.proposed,
    )
    assert len(card(view)) < 4_000
    assert "Cannot sign in" in card(view)


def test_a_draft_survives_its_way_through_json(review: Review) -> None:
    assert Review.model_validate_json(review.model_dump_json()) == review


# --------------------------------------------------------------------------------------------------- the decision
@pytest.mark.parametrize("role", [Role.TEAM_LEAD, Role.SERVICE_MANAGER])
def test_a_team_lead_or_a_service_manager_may_approve(role: Role) -> None:
    judge_approve(Approve(by="ruth", role=role, answers=ANSWERS))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TEAM_LEAD, Role.SERVICE_MANAGER}))
def test_nobody_else_may_approve(role: Role) -> None:
    with pytest.raises(NotPermitted):
        judge_approve(Approve(by="sofia", role=role, answers=ANSWERS))


def test_an_approval_needs_all_five_answers_and_names_those_it_lacks() -> None:
    partial = ANSWERS | {"permanent_fix": "  ", "tier_next_time": "n/a"}
    with pytest.raises(IncompleteReview) as caught:
        judge_approve(Approve(by="ruth", role=Role.TEAM_LEAD, answers=partial))
    assert caught.value.details["missing"] == ["permanent_fix", "tier_next_time"]


def test_an_edited_revision_is_not_blank() -> None:
    with pytest.raises(IncompleteReview) as caught:
        judge_approve(Approve(by="ruth", role=Role.TEAM_LEAD, answers=ANSWERS, changes=(DocumentChange(body=" \n"),)))
    assert caught.value.details["missing"] == ["changes.0.body"]


def test_a_tier_alone_is_an_answer() -> None:
    judge_approve(Approve(by="ruth", role=Role.TEAM_LEAD, answers=ANSWERS | {"tier_next_time": "1"}))


def test_only_a_service_manager_waives_and_says_why() -> None:
    judge_waive(Waive(by="grace", role=Role.SERVICE_MANAGER, reason="the device is gone for good"))
    with pytest.raises(NotPermitted):
        judge_waive(Waive(by="ruth", role=Role.TEAM_LEAD, reason="no time"))
    with pytest.raises(IncompleteReview):
        judge_waive(Waive(by="grace", role=Role.SERVICE_MANAGER, reason=" "))


def test_what_no_database_can_hold_is_left_out_of_a_decision() -> None:
    asked = Approve.model_validate({"by": "ru\x00th", "changes": [{"kind": "document", "body": "a\x00b"}]})
    assert (asked.by, asked.document) == ("ruth", DocumentChange(body="ab"))


def test_a_decision_says_by_whom() -> None:
    with pytest.raises(IncompleteReview):
        judge_approve(Approve(role=Role.TEAM_LEAD, answers=ANSWERS))


# -------------------------------------------------------------------------------------------------------- the rest
def _solve(story: Story) -> None:
    story.do(Accept())
    story.do(Resolve(code="fixed", cause="security", resolution="Revoked the session"))
