"""R11: the moves between stages, each of them and no other; and the page that draws them."""

from pathlib import Path

import pytest

from escalation.errors import NotAllowedInStage, TicketClosed
from escalation.lifecycle import OVER, Lifecycle, Stage, move, tier_of, tier_stage
from tierline.docs_cli import PAGE, lifecycle_page

T, T1, T2, T3 = Stage.TRIAGE, Stage.TIER_1, Stage.TIER_2, Stage.TIER_3
RESOLVED, CLOSED, CANCELLED = Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED

TOPOLOGY: dict[str, set[tuple[Stage, Stage]]] = {
    "route": {(T, T1), (T, T2), (T, T3)},
    "escalate": {(T1, T2), (T1, T3), (T2, T3)},
    "emergency": {(T, T3), (T1, T3), (T2, T3), (T3, T3)},
    "send_back": {(T2, T1), (T3, T1), (T3, T2)},
    "resolve": {(T1, RESOLVED), (T2, RESOLVED), (T3, RESOLVED)},
    "resolve_with_parent": {(T, RESOLVED), (T1, RESOLVED), (T2, RESOLVED), (T3, RESOLVED)},
    "reopen": {(RESOLVED, T1), (RESOLVED, T2), (RESOLVED, T3)},
    "close": {(RESOLVED, CLOSED)},
    "cancel": {(T, CANCELLED), (T1, CANCELLED), (T2, CANCELLED), (T3, CANCELLED)},
}
MOVES = [(event, start, end) for event in TOPOLOGY for start in Stage for end in Stage]


def test_the_machine_has_the_moves_of_the_table_and_no_other() -> None:
    machine: dict[str, set[tuple[Stage, Stage]]] = {}
    for state in Lifecycle.states:
        for transition in state.transitions:
            for event in transition.event.split():
                machine.setdefault(event, set()).add((transition.source.value, transition.target.value))
    assert machine == TOPOLOGY


@pytest.mark.parametrize(("event", "start", "end"), MOVES)
def test_a_move_ends_where_it_was_asked_to_or_is_refused(event: str, start: Stage, end: Stage) -> None:
    if (start, end) in TOPOLOGY[event]:
        assert move(start, event, end) is end
    elif start in OVER:
        with pytest.raises(TicketClosed):
            move(start, event, end)
    elif event in (
        "resolve",
        "resolve_with_parent",
        "close",
        "cancel",
        "emergency",
    ):  # they have one end and need no direction
        ends = {to for from_, to in TOPOLOGY[event] if from_ is start}
        if ends:
            assert {move(start, event)} == ends
        else:
            with pytest.raises(NotAllowedInStage):
                move(start, event)
    else:
        with pytest.raises(NotAllowedInStage) as caught:
            move(start, event, end)
        assert caught.value.details == {"stage": start.value, "move": event}


@pytest.mark.parametrize("event", ["route", "escalate", "send_back", "reopen"])
@pytest.mark.parametrize("start", [stage for stage in Stage if stage not in OVER])
def test_a_move_with_several_ends_goes_nowhere_unasked(event: str, start: Stage) -> None:
    with pytest.raises(NotAllowedInStage):
        move(start, event)


def test_every_stage_but_the_last_two_leads_on_and_every_stage_can_be_reached() -> None:
    moves = set().union(*TOPOLOGY.values())
    assert {start for start, _ in moves} == set(Stage) - OVER
    assert {end for _, end in moves} == set(Stage) - {T}


def test_tiers_and_their_stages_match() -> None:
    assert [tier_of(tier_stage(tier)) for tier in (1, 2, 3)] == [1, 2, 3]
    assert [tier_of(stage) for stage in (T, RESOLVED, CLOSED, CANCELLED)] == [None] * 4


def test_a_refusal_reads_as_a_sentence() -> None:
    with pytest.raises(NotAllowedInStage, match=r"The ticket is in Tier 3: it cannot escalate to Tier 1\."):
        move(T3, "escalate", T1)


def test_the_page_says_what_the_code_does() -> None:
    written = (Path(__file__).parents[2] / PAGE).read_text(encoding="utf-8")
    assert written == lifecycle_page(), f"write {PAGE} anew: python -m tierline.docs_cli"
