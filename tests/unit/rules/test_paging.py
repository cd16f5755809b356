"""R61, R65, B24: the paging ladder, whom it reaches, what ends it, and what happens when nobody answers."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.commands import Accept, Comment, ContactMade, Hold, Resume, Transfer, UpdateFields
from escalation.deadlines import deadlines
from escalation.effects import messages
from escalation.errors import NotOwner, StaleAcknowledgement
from escalation.events import Accepted, AcceptMissed, CoverageGap, Event, Need, Paged, ProgressMissed, Transferred
from escalation.explain import explain
from escalation.policy import PagingLadder, PagingStep, Slice
from escalation.ports import Named
from escalation.terms import Role
from tests.unit.rules.story import MANAGER, NOTE, Story, StubDesk, of_kind, policy_of

NIGHT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)  # 03:00 in Chicago
M = timedelta(minutes=1)
CHANGE = Hold(reason="change_window", evidence={"change_ref": "CHG-1042", "window": "tonight at ten"})


class Rotas(StubDesk):
    """A desk with rotas; whoever answers one can change while a page waits."""

    def __init__(self, **on_call: str) -> None:
        super().__init__()
        self.on_call = {"t3_primary": "sofia", "t3_secondary": "ivan", "managers": MANAGER, **on_call}
        self.until: datetime | None = None

    def named(self, need: Need) -> Named:
        if need.rota:
            person = self.on_call[need.rota]
            return Named(person=person, via="on_call" if person else "nobody", until=self.until)
        return super().named(need).model_copy(update={"until": self.until} if need.on_call else {})


def ladder(*steps: PagingStep, **more: object) -> Slice:
    said = {"when": ["emergency", "P1"], "steps": steps, **more}
    return policy_of().model_copy(update={"paging": {"urgent": PagingLadder.model_validate(said)}})


def emergency(desk: StubDesk | None = None, policy: Slice | None = None) -> Story:
    return Story(policy, desk or Rotas(), NIGHT).open(category="security.ransomware", impact=1, urgency=1)


def pages(made: list[Event]) -> list[tuple[str, timedelta]]:
    return [(page.person, page.at - NIGHT) for page in of_kind(made, Paged)]


def test_r65_at_three_in_the_night_the_primary_then_the_secondary_then_the_manager_are_paged() -> None:
    story = emergency()
    assert story.owner == "sofia"  # the handoff's own page is the first
    assert pages(story.wait(minutes=14, seconds=59)) == [("ivan", 5 * M), (MANAGER, 10 * M)]
    assert story.owner == "sofia"


def test_r65_the_ladder_loops_and_its_end_is_a_coverage_gap_that_is_told() -> None:
    story = emergency()
    made = story.wait(hours=5)
    assert [at for _, at in pages(made)] == [n * 5 * M for n in range(1, 9)]
    assert [page.loop for page in of_kind(made, Paged)] == [1, 1, 2, 2, 2, 3, 3, 3]
    (gap,) = of_kind(made, CoverageGap)
    assert (gap.at - NIGHT, gap.paged) == (45 * M, ("sofia", "ivan", MANAGER))
    told = messages(story.ticket, [gap], 99, story.policy)
    assert [(m.template, m.to, m.urgent) for m in told] == [
        ("coverage_gap", "service_manager", True),
        ("coverage_gap", "team_lead", True),
    ]


# ---------------------------------------------------------------------------------------- climbed in vain
def in_vain(desk: Rotas) -> Story:
    """Everybody was paged, three times over."""
    story = emergency(desk)
    story.wait(minutes=46)
    assert story.ticket.uncovered
    return story


def test_r65_climbed_in_vain_it_is_climbed_again_from_its_foot_when_the_first_rota_changes_hands() -> None:
    desk = Rotas()
    desk.until = NIGHT + timedelta(hours=5)
    story = in_vain(desk)
    assert pages(story.wait(hours=4, minutes=13)) == []
    desk.on_call["t3_primary"], desk.until = "elena", NIGHT + timedelta(days=1)
    made = story.wait(minutes=7)
    assert pages(made) == [("elena", 300 * M), ("ivan", 305 * M)]
    assert of_kind(made, Paged)[0].incoming
    assert not story.ticket.uncovered
    assert of_kind(story.wait(minutes=40), CoverageGap)[0].at == NIGHT + 345 * M
    story.do(Accept(by="elena"))
    assert (story.owner, story.ticket.uncovered) == ("elena", False)
    assert pages(story.wait(days=2)) == []


def test_r65_taken_up_after_the_end_of_the_ladder_no_change_of_shift_pages_anybody() -> None:
    desk = Rotas()
    desk.until = NIGHT + timedelta(hours=5)
    story = in_vain(desk)
    story.do(Accept(by="ivan"))
    assert pages(story.wait(hours=8)) == []


def test_r65_whoever_came_on_while_the_last_steps_were_climbed_is_paged_at_once_at_the_end() -> None:
    class Changing(Rotas):
        """The primary changes at the 37th minute, when the third loop has gone past them."""

        def named(self, need: Need) -> Named:
            until = NIGHT + 37 * M if need.rota == "t3_primary" else NIGHT + timedelta(days=1)
            return super().named(need).model_copy(update={"until": until})

    desk = Changing()
    story = emergency(desk)
    story.wait(minutes=36)
    desk.on_call["t3_primary"] = "elena"
    assert pages(story.wait(minutes=10)) == [(MANAGER, 40 * M), ("elena", 45 * M)]


def test_r65_where_nobody_was_on_call_the_first_who_comes_on_is_paged() -> None:
    desk = Rotas(t3_primary="", t3_secondary="", managers="")
    desk.until = NIGHT + timedelta(hours=2)
    story = emergency(desk)
    story.wait(minutes=6)
    assert story.ticket.uncovered
    desk.on_call["t3_primary"], desk.until = "sofia", None
    assert pages(story.wait(hours=1, minutes=55)) == [("sofia", 120 * M)]


def test_r65_at_the_end_of_the_ladder_the_service_manager_is_told_and_coordinates_whatever_the_policy_tells() -> None:
    silent = ladder(PagingStep(rota="t3_primary", wait=5 * M), loops=1, tell=[])
    story = Story(silent, Rotas(), NIGHT).open(impact=1, urgency=1)
    assert not story.ticket.managed
    made = story.wait(minutes=6)
    (gap,) = of_kind(made, CoverageGap)
    told = messages(story.ticket, [gap], 9, story.policy)
    assert [(m.template, m.to, m.urgent) for m in told] == [("coverage_gap", "service_manager", True)]
    assert (story.ticket.managed, story.ticket.coordinator) == (True, MANAGER)


def test_an_uncovered_ticket_explains_that_it_is_and_who_is_paged_next() -> None:
    desk = Rotas()
    desk.until = NIGHT + timedelta(hours=5)
    story = in_vain(desk)
    said = explain(story.ticket, story.policy, story.now)
    assert "uncovered: everybody on call was paged" in said.words
    (page,) = (timer for timer in said.timers if timer.id == "page")
    assert page.fired
    assert [each.at for each in page.coming] == [NIGHT + timedelta(hours=5)]
    assert f"It is uncovered: {MANAGER} coordinates" in page.words
    assert [each.at for each in deadlines(story.ticket) if each.what == "page"] == [NIGHT + timedelta(hours=5)]


@pytest.mark.parametrize("minutes", [0, 4, 7, 12, 21])
def test_r65_an_acknowledgement_stops_the_ladder_wherever_it_stands(minutes: int) -> None:
    story = emergency()
    story.wait(minutes=minutes)
    story.do(Accept())
    assert pages(story.wait(minutes=29)) == []


def test_vector_6_two_reminders_ten_minutes_apart_reach_the_next_person_after_thirty_minutes() -> None:
    steps = (
        PagingStep(rota="t3_primary", wait=10 * M, reminders=2),
        PagingStep(rota="t3_secondary", wait=10 * M),
    )
    made = emergency(policy=ladder(*steps)).wait(minutes=35)
    assert pages(made) == [("sofia", 10 * M), ("sofia", 20 * M), ("ivan", 30 * M)]


def test_r66_a_page_goes_to_whoever_is_on_call_when_the_step_is_reached_not_when_the_ladder_began() -> None:
    desk = Rotas()
    story = emergency(desk)
    story.wait(minutes=4)
    desk.on_call["t3_secondary"] = "marek"
    assert pages(story.wait(minutes=2)) == [("marek", 5 * M)]


def test_when_the_shift_changes_while_a_page_waits_the_incoming_person_is_paged_at_that_moment() -> None:
    desk = Rotas()
    desk.until = NIGHT + 3 * M
    story = emergency(desk)
    desk.on_call["t3_primary"], desk.until = "elena", NIGHT + timedelta(days=1)
    made = story.wait(minutes=6)
    assert pages(made) == [("elena", 3 * M), ("ivan", 5 * M)]
    assert [page.incoming for page in of_kind(made, Paged)] == [True, False]
    story.do(Accept(by="elena"))
    assert story.owner == "elena"


def test_a_step_that_nobody_answers_is_left_at_once_and_the_record_says_so() -> None:
    story = emergency(Rotas(t3_secondary=""))
    made = story.wait(minutes=6)
    assert pages(made) == [("", 5 * M), (MANAGER, 5 * M)]
    assert of_kind(made, Paged)[0].via == "nobody"


def test_where_no_rota_is_answered_at_all_the_gap_is_known_at_once() -> None:
    story = emergency(Rotas(t3_primary="", t3_secondary="", managers=""))
    made = story.wait(minutes=5)
    assert [gap.at - NIGHT for gap in of_kind(made, CoverageGap)] == [5 * M]


def test_whoever_was_paged_takes_the_ticket_up_by_accepting_and_nobody_else_does() -> None:
    story = emergency()
    story.wait(minutes=6)
    story.refuses(NotOwner, Accept(by="marek"))
    made = story.do(Accept(by="ivan"))
    assert [type(event) for event in made] == [Transferred, Accepted]
    assert (story.owner, of_kind(made, Transferred)[0].why) == ("ivan", "paged")
    story.refuses(NotOwner, Accept(by="sofia"))


def test_an_acknowledgement_of_an_earlier_handoff_is_refused_in_words() -> None:
    story = emergency()
    old = story.ticket.epoch
    story.do(Transfer(to_person="ivan", reason="He knows this client", note=NOTE))
    refusal = story.refuses(StaleAcknowledgement, Accept(by="sofia", epoch=old))
    assert "earlier handoff" in refusal.message
    assert refusal.details == {"epoch": old + 1, "owner": "ivan"}
    story.do(Accept(by="ivan", epoch=old + 1))


def test_every_handoff_begins_its_own_climb() -> None:
    story = emergency()
    story.wait(minutes=12)
    story.do(Transfer(to_person="ivan", reason="He knows this client", note=NOTE))
    start = story.now - NIGHT
    assert pages(story.wait(minutes=6)) == [("ivan", start + 5 * M)]


def test_r61_where_a_ladder_pages_the_fixed_levels_do_not_and_elsewhere_they_do() -> None:
    assert of_kind(emergency().wait(hours=1), AcceptMissed) == []
    plain = Story(policy_of(), Rotas(), NIGHT).open()
    made = plain.wait(hours=4)
    assert [missed.level for missed in of_kind(made, AcceptMissed)] == [1, 2, 3]
    assert of_kind(made, Paged) == []


def test_a_ticket_that_is_pressing_no_more_is_paged_about_no_more() -> None:
    story = Story(policy_of(), Rotas(), NIGHT).open(impact=1, urgency=1)
    story.do(UpdateFields(by="portal", role=Role.INTEGRATION, impact=3, urgency=3))
    made = story.wait(hours=13)
    assert of_kind(made, Paged) == []
    assert of_kind(made, AcceptMissed)


def test_while_the_owner_has_it_on_hold_nobody_is_paged() -> None:
    story = emergency()
    story.do(CHANGE)
    assert pages(story.wait(minutes=20)) == []


def test_r67_an_outsourced_night_desk_is_paged_by_the_same_ladder() -> None:
    ours, theirs = emergency(), emergency(Rotas(t3_primary="n7", t3_secondary="n8", managers="n9"))
    for story in (ours, theirs):
        story.wait(hours=1)
    steps = [
        [(page.rota, page.loop, page.step, page.at) for page in of_kind(story.events, Paged)]
        for story in (ours, theirs)
    ]
    assert steps[0] == steps[1]
    assert len(steps[0]) == 8


# ------------------------------------------------------------------------------------------- silence after it
def silences(made: list[Event]) -> list[tuple[int, timedelta]]:
    return [(missed.n, missed.at - NIGHT) for missed in of_kind(made, ProgressMissed)]


def test_b24_taken_up_and_then_silent_for_thirty_minutes_is_paged_again() -> None:
    story = emergency()
    story.do(Accept())
    made = story.wait(minutes=61)
    assert silences(made) == [(1, 30 * M), (2, 60 * M)]
    told = [m for missed in of_kind(made, ProgressMissed) for m in messages(story.ticket, [missed], 9, story.policy)]
    assert [(m.template, m.to, m.urgent) for m in told] == [
        ("no_progress", "sofia", True),
        ("no_progress", "sofia", True),
        ("no_progress", "service_manager", True),
    ]


def test_b24_whatever_somebody_does_is_progress_and_silence_is_counted_from_there() -> None:
    story = emergency()
    story.do(Accept())
    story.wait(minutes=20)
    story.do(Comment(text="Isolating the hosts"))
    assert silences(story.wait(minutes=31)) == [(1, 50 * M)]


def test_b24_the_customer_calling_is_no_progress() -> None:
    story = emergency()
    story.do(Accept())
    story.wait(minutes=20)
    story.do(ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", text="Anything new?"))
    assert silences(story.wait(minutes=11)) == [(1, 30 * M)]


def test_b24_a_hold_is_no_silence_and_silence_is_paged_about_for_as_long_as_the_ladder_loops() -> None:
    story = emergency()
    story.do(Accept())
    story.do(CHANGE)
    assert silences(story.wait(hours=2)) == []
    story.do(Resume())
    assert [n for n, _ in silences(story.wait(hours=10))] == [1, 2, 3]


def test_a_ticket_taken_over_without_a_page_is_watched_for_silence_too() -> None:
    story = emergency()
    story.do(Accept(by="marek", take_over=True))
    assert silences(story.wait(minutes=31)) == [(1, 30 * M)]


def test_b24_a_ticket_that_is_not_pressing_is_not_watched_for_silence() -> None:
    story = Story(policy_of(), Rotas(), NIGHT).open()
    story.do(Accept())
    assert silences(story.wait(hours=2)) == []
