from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escalation.compliance import read_off
from escalation.events import Accepted, Entry, Escalated, Event, Held, Opened, Returned, Transferred
from escalation.facts import Pickup, TicketFacts
from escalation.handoff import REQUIRED
from escalation.lifecycle import Stage
from escalation.log.facts import facts_of_case
from escalation.log.importing import entries_of, imported_id
from escalation.log.rows import LogCase
from escalation.ticket import Ticket, fold
from stores.projection import Known, read_on
from tests.unit.logs import HOUR, MAPPING, ODD_WORDS, OPENED, case_of, histories
from tests.unit.logs import Event as Row

TARGETS = MAPPING.targets
odd_histories = histories(ODD_WORDS)


def told(*rows: Row) -> list[Entry]:
    return entries_of(case_of(*rows), MAPPING)


def events(*rows: Row) -> list[Event]:
    return [entry.event for entry in told(*rows)]


def ticket(*rows: Row) -> Ticket:
    return fold(events(*rows))


def known(rows: Sequence[Row]) -> Known:
    return read_on(None, told(*rows))


# ------------------------------------------------------------------------------- the journal tells what the log told


@given(odd_histories)
def test_the_facts_of_the_journal_are_those_of_the_log(rows: list[Row]) -> None:
    ours, theirs = known(rows).story.ended(), facts_of_case(case_of(*rows))
    assert _comparable(ours) == _comparable(theirs)


def _comparable(facts: TicketFacts) -> tuple[TicketFacts, list[Pickup]]:
    """Without what stands on the ticket itself, and without the ends of stays: closing ends one in the journal."""
    stays = tuple(replace(stay, ended_at=None) for stay in facts.stays)
    bare = replace(facts, ticket_id="", priority=None, client=None, category=None, stays=stays)
    return bare, [stay.pickup for stay in facts.stays]


@given(odd_histories)
@example([(0, "Queued", 1, "A"), (9, "Accepted", 1, "A"), (99, "Completed/Resolved", 1, "A")])  # both too late
def test_the_clocks_read_what_the_targets_judge_of_the_log(rows: list[Row]) -> None:
    assert TARGETS is not None
    facts = facts_of_case(case_of(*rows))
    read = read_off(known(rows).ticket.clocks, resolved=facts.completed_at is not None)
    assert read is not None
    # Clocks also know when a promise broke; the targets judge only whether.
    assert replace(read, response_breached_at=None, resolution_breached_at=None) == TARGETS.judge(facts)
    assert read.response_breached == (read.response_breached_at is not None)


@given(odd_histories)
def test_every_entry_survives_the_way_through_json(rows: list[Row]) -> None:
    for entry in told(*rows):
        assert Entry.model_validate_json(entry.model_dump_json()) == entry


@given(odd_histories)
def test_the_ticket_has_a_named_owner_and_every_row_its_entries(rows: list[Row]) -> None:
    entries = told(*rows)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry.request_id for entry in entries} == {f"row-{number}" for number in range(len(rows))}
    assert [entry.event.at for entry in entries] == sorted(entry.event.at for entry in entries)
    so_far = fold([entry.event for entry in entries[:2]])
    for entry in entries[2:]:
        assert so_far.owner
        so_far = so_far.after(entry.event)


@given(odd_histories)
def test_a_log_that_grew_tells_the_same_beginning(rows: list[Row]) -> None:
    whole = told(*rows)
    for length in range(1, len(rows)):
        part = told(*rows[:length])
        assert part == whole[: len(part)]


@given(odd_histories)
def test_nothing_in_an_import_fires(rows: list[Row]) -> None:
    assert not any(clock.marks for event in events(*rows) for clock in event.clocks.values())


@given(odd_histories, st.sampled_from(["Queued", "Accepted", "Completed/Closed"]))
def test_the_ticket_stands_where_the_log_leaves_it(rows: list[Row], last: str) -> None:
    left = ticket(*rows, (rows[-1][0] + 1, last, 2))
    assert left.stage is (Stage.CLOSED if last == "Completed/Closed" else Stage.TIER_2)
    if last == "Queued":
        assert left.accepted_at is None
    if last == "Accepted":
        assert left.accepted_at is not None
        assert left.owner == f"owner {len(rows)}"
    assert left.stays[-1].tier == 2


# ---------------------------------------------------------------------------------------------- what it says of it


def test_the_intake_names_the_case_and_where_it_came_from() -> None:
    first = events((0, "Accepted", 1))[0]
    assert isinstance(first, Opened)
    assert (first.ticket_id, first.at, first.priority) == ("IMP-c1", OPENED, "P3")
    assert (first.intake.source, first.intake.external_id, first.intake.client) == ("import", "c1", "volvo-it")
    assert first.policy_version == "import:Volvo IT incidents"


def test_a_note_that_the_log_does_not_hold_is_marked_as_made_by_the_import() -> None:
    up = next(event for event in events((0, "Accepted", 1), (1, "Queued", 2)) if isinstance(event, Escalated))
    assert "made by the import" in (up.note.summary_symptoms or "")
    assert up.incomplete == REQUIRED
    assert up.owed_by is None


def test_who_takes_a_handoff_up_becomes_its_owner() -> None:
    *before, taken, accepted = events((0, "Accepted", 1), (1, "Queued", 2), (2, "Accepted", 2))
    assert [event.kind for event in before] == ["opened", "queued", "accepted", "escalated"]
    assert isinstance(taken, Transferred)
    assert isinstance(accepted, Accepted)
    assert (taken.why, taken.owner, accepted.by) == ("take_over", "owner 2", "owner 2")


def test_a_row_by_another_person_who_works_on_it_is_a_take_over() -> None:
    assert ticket((0, "Accepted", 1), (1, "Accepted/Assigned", 1)).owner == "owner 1"


def test_a_repeated_wait_by_another_person_does_not_end_the_wait() -> None:
    waiting = ticket((0, "Accepted/Wait", 1), (1, "Accepted/Wait", 1))
    assert waiting.hold is not None
    assert (waiting.hold.since, waiting.owner) == (OPENED, "owner 0")


def test_a_hold_keeps_the_words_of_the_log() -> None:
    held = events((0, "Accepted/Wait - Vendor", 1))[-1]
    assert isinstance(held, Held)
    assert (held.reason, held.evidence) == ("waiting_vendor", {"log": "Wait - Vendor"})


def test_a_return_says_that_the_log_has_no_reason() -> None:
    back = events((0, "Accepted", 2), (1, "Queued", 1))[-1]
    assert isinstance(back, Returned)
    assert (back.from_tier, back.to_tier, back.what_is_missing) == (2, 1, "(not in the log)")


def test_a_closed_ticket_that_is_moved_stays_closed_and_one_that_is_taken_up_does_not() -> None:
    moved = ticket((0, "Accepted", 1), (1, "Completed/Closed", 1), (2, "Completed/Closed", 2))
    assert (moved.stage, moved.stays[-1].tier, moved.closed_at) == (Stage.CLOSED, 2, OPENED + HOUR)
    again = ticket((0, "Accepted", 1), (1, "Completed/Closed", 1), (2, "Unmatched", 1), (3, "Accepted", 1))
    assert (again.stage, again.closed_at, again.ending, again.reopen_count) == (Stage.TIER_1, None, None, 0)


def test_time_spent_cancelled_counts_once_the_ticket_is_taken_up_again() -> None:
    clocks = ticket((0, "Accepted", 1), (1, "Completed/Cancelled", 1), (3, "Accepted", 1), (4, "Completed", 1)).clocks
    assert clocks["resolution"].counted == 4 * HOUR


@pytest.mark.parametrize(
    ("case_id", "ticket_id"),
    [("1-504538555", "IMP-1-504538555"), ("INC/7 b", "IMP-INC_2f_7_20_b"), ("INC_7", "IMP-INC_5f_7")],
)
def test_a_ticket_id_is_safe_in_an_address(case_id: str, ticket_id: str) -> None:
    assert imported_id(case_id) == ticket_id


@given(st.lists(st.text(min_size=1, max_size=300), min_size=2, max_size=5, unique=True))
def test_no_two_cases_become_one_ticket(case_ids: list[str]) -> None:
    ids = [imported_id(case_id) for case_id in case_ids]
    assert len(set(ids)) == len(ids)
    assert all(len(each) <= 100 for each in ids)


def test_a_log_without_targets_makes_no_promises() -> None:
    case: LogCase = case_of((0, "Accepted", 1), (1, "Completed", 1))
    told = entries_of(case, MAPPING.model_copy(update={"targets": None}))
    assert not any(entry.event.clocks for entry in told)
    assert read_off(fold([entry.event for entry in told]).clocks, resolved=True) is None
