"""R5, R48 to R53, R56; ruling 3: the handoff note."""

import pytest

from escalation.commands import (
    Accept,
    CompleteNote,
    ContactMade,
    Emergency,
    Escalate,
    LogAttempt,
    RateNote,
    Return,
    Transfer,
    UpdateFields,
)
from escalation.errors import IncompleteCommand, IncompleteHandoff, NoNoteDebt, NoNoteToRate, NotOwner
from escalation.events import Escalated, NoteCompleted, NoteOverdue
from escalation.handoff import REQUIRED, HandoffNote, StepTried, is_blank, missing
from escalation.policy import NoteTemplate
from escalation.prefill import prefilled
from escalation.terms import LINE, TEXT, Flag, Role
from escalation.view import handoff_view
from tests.unit.rules.story import MANAGER, MONDAY, NOTE, Story, at_tier, go_up, of_kind

BLANKS = [
    "",
    "   ",
    "\n\t",
    "n/a",
    "N/A.",
    "NA",
    ".",
    "...",
    "-",
    "--- ---",
    "?",
    "xxxx",
    "1111",
    "tbd",
    "See above",
    "\u200b",
    "—",
    "asdf asdf asdf asdf",
    "See above, see above, see above",
]
PREFILLED = ("urgency", "sla_deadline", "affected_systems", "users_affected", "error_messages", "recent_changes",
             "customer_contact", "environment")  # fmt: skip
WRITTEN = tuple(field for field in REQUIRED if field not in PREFILLED)


def full_note() -> HandoffNote:
    return NOTE.over(prefilled(Story().open().ticket, Story().policy))


def as_field(field: str, text: str) -> object:
    match field:
        case "steps_tried":
            return (StepTried(step=text, result=text),)
        case "affected_systems":
            return (text,)
        case _:
            return text


def up(**changes: object) -> Escalate:
    return Escalate(reason="knowledge", note=NOTE.model_copy(update=changes))


# ------------------------------------------------------------------------------------------- the template
def test_thirteen_fields_are_required_and_business_impact_is_not() -> None:
    assert len(REQUIRED) == 13
    assert set(HandoffNote.model_fields) - set(REQUIRED) == {"business_impact"}
    assert missing(full_note(), NoteTemplate()) == []


@pytest.mark.parametrize("field", REQUIRED)
def test_each_required_field_is_missed_by_name(field: str) -> None:
    assert missing(full_note().model_copy(update={field: None}), NoteTemplate()) == [field]


@pytest.mark.parametrize("field", [field for field in REQUIRED if field != "users_affected"])
@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_a_blank_is_not_a_note(field: str, blank: str) -> None:
    assert missing(full_note().model_copy(update={field: as_field(field, blank)}), NoteTemplate()) == [field]


@pytest.mark.parametrize("field", REQUIRED)
def test_a_blank_field_stops_the_escalation_names_the_field_and_changes_nothing(field: str) -> None:
    blank = -1 if field == "users_affected" else as_field(field, " n/a ")
    story = at_tier(1)
    assert story.refuses(IncompleteHandoff, up(**{field: blank})).details["missing"] == [field]


def test_a_note_that_was_left_empty_names_everything_that_only_a_person_can_write() -> None:
    refusal = at_tier(1).refuses(IncompleteHandoff, Escalate(reason="knowledge"))
    assert refusal.details["missing"] == list(WRITTEN)


@pytest.mark.parametrize("field", ["what_failed", "suspected_cause"])
def test_a_copy_of_the_summary_says_nothing_new(field: str) -> None:
    at_tier(1).refuses(IncompleteHandoff, up(**{field: f" {NOTE.summary_symptoms} ".upper()}))


def test_a_summary_that_is_only_the_subject_says_nothing_new() -> None:
    story = at_tier(1, subject="Bob cannot sign in since this morning")
    story.refuses(IncompleteHandoff, up(summary_symptoms="bob cannot sign in since this MORNING. "))


def test_an_address_of_equal_digits_says_something() -> None:
    assert not is_blank("8.8.8.8", NoteTemplate())
    assert is_blank("8888", NoteTemplate())


def test_a_note_that_only_repeats_lower_tiers_says_whose_steps_are_missing() -> None:
    story = at_tier(2)
    known = story.ticket.notes[-1].note.steps_tried
    refusal = story.refuses(
        IncompleteHandoff,
        Escalate(
            by=MANAGER, role=Role.SERVICE_MANAGER, reason="knowledge", override_reason="The client waited long enough",
            note=NOTE.model_copy(update={"steps_tried": known}),
        ),
    )  # fmt: skip
    assert (refusal.details["missing"], "Tier 2 tried itself" in refusal.message) == (["steps_tried"], True)


def test_too_short_says_too_little() -> None:
    assert at_tier(1).refuses(IncompleteHandoff, up(what_failed="the reset")).details["missing"] == ["what_failed"]


def test_what_the_ticket_knows_stands_in_the_note_as_the_ticket_knows_it() -> None:
    story = at_tier(1)
    ticket = story.ticket
    story.do(up())
    note = ticket.facts.model_dump(include={"affected_systems", "users_affected", "error_messages", "recent_changes"})
    filed = story.ticket.notes[-1].note
    assert filed.model_dump(include=set(note)) == note
    due = ticket.clocks["resolution"].due_at
    assert due is not None
    assert (filed.urgency, filed.sla_deadline) == (ticket.priority, due.isoformat())
    assert filed.customer_contact == "Bob Miller, bob@acme-dental.example"
    assert filed.environment == story.policy.client.environment


def test_urgency_and_deadline_are_the_tickets_own_whatever_the_writer_says() -> None:
    story = at_tier(1)
    due = story.clock("resolution").due_at
    story.do(up(urgency="P1", sla_deadline="whenever", error_messages="Error 53003"))
    filed = story.ticket.notes[-1].note
    assert due is not None
    assert (filed.urgency, filed.sla_deadline) == ("P3", due.isoformat())
    assert filed.error_messages == "Error 53003"  # what a person knows better stands


# ------------------------------------------------------------------------------------------- on every path
@pytest.mark.parametrize("tier", [1, 2])
def test_no_way_up_or_sideways_goes_without_a_note_whoever_asks(tier: int) -> None:
    manager = {"by": MANAGER, "role": Role.SERVICE_MANAGER}
    story = at_tier(tier)
    up_now = Escalate(reason="knowledge", override_reason="The board is watching")
    for command in (up_now, Transfer(skill="azure", reason="Needs an Azure hand")):
        story.refuses(IncompleteHandoff, command.model_copy(update=manager))


def test_notes_travel_unchanged_up_to_tier_3_with_the_facts_of_the_intake() -> None:
    story = at_tier(1)
    facts = story.ticket.facts.model_dump_json()
    written: list[str] = []
    for _ in range(2):
        go_up(story)
        written.append(story.ticket.notes[-1].note.model_dump_json())
    assert [filed.note.model_dump_json() for filed in story.ticket.notes] == written
    assert story.ticket.facts.model_dump_json() == facts


# ------------------------------------------------------------------------------------------- built by the rules
def test_a_receiver_reads_in_one_place_what_was_taken_in_and_every_note() -> None:
    story = at_tier(3, description="Since this morning", asset="PC-12")
    seen = handoff_view(story.ticket, story.policy)
    assert (seen.description, seen.asset, seen.facts) == ("Since this morning", "PC-12", story.ticket.facts)
    assert seen.filed == story.ticket.notes


def test_a_trigger_escalates_on_time_with_what_is_known_and_the_releasing_owner_owes_the_rest() -> None:
    story = at_tier(1)
    (escalated,) = of_kind(story.do(UpdateFields(flags=(Flag.BACKEND,))), Escalated)
    assert escalated.incomplete == WRITTEN
    debt = story.ticket.note_debt
    assert debt is not None
    assert (debt.owed_by, debt.missing, (debt.due_at - MONDAY).total_seconds()) == ("tomas", WRITTEN, 900)


def test_a_debt_that_is_not_paid_is_overdue_once() -> None:
    story = at_tier(1)
    story.do(UpdateFields(flags=(Flag.BACKEND,)))
    story.do(Accept())
    assert not of_kind(story.wait(minutes=14, seconds=59), NoteOverdue)
    (overdue,) = of_kind(story.wait(seconds=1), NoteOverdue)
    assert (overdue.owed_by, overdue.due_at) == ("tomas", story.now)
    assert not of_kind(story.wait(hours=5), NoteOverdue)
    assert story.ticket.note_debt is not None


def test_a_debt_is_paid_in_full_by_whoever_owes_it_and_then_no_longer_timed() -> None:
    story = at_tier(1)
    story.do(UpdateFields(flags=(Flag.BACKEND,)))
    part = CompleteNote(by="tomas", note=HandoffNote(suspected_cause="A stale password"))
    left = [field for field in WRITTEN if field != "suspected_cause"]
    assert story.refuses(IncompleteHandoff, part).details["missing"] == left
    (paid,) = of_kind(story.do(CompleteNote(by="tomas", note=NOTE)), NoteCompleted)
    assert paid.note.suspected_cause == NOTE.suspected_cause
    assert story.ticket.note_debt is None
    assert story.ticket.notes[-1].incomplete == ()
    assert not of_kind(story.wait(hours=1), NoteOverdue)
    story.refuses(NoNoteDebt, CompleteNote(by="tomas", note=NOTE))


def test_a_full_note_at_the_next_handoff_pays_the_debt_too() -> None:
    story = at_tier(1)
    story.do(UpdateFields(flags=(Flag.BACKEND,)))
    story.do(
        Transfer(
            skill="database",
            reason="The back end is a database",
            note=NOTE.model_copy(
                update={"steps_tried": (StepTried(step="Read the log", result="Timeouts everywhere"),)}
            ),
        )
    )
    assert story.ticket.note_debt is None


def test_a_note_built_of_the_longest_words_can_still_be_read_back() -> None:
    contact = {"name": "n" * LINE, "email": "e" * LINE, "phone": "p" * LINE}
    story = at_tier(1, subject="s" * LINE, description="d" * TEXT, contact=contact)
    for n in range(9):
        story.do(
            LogAttempt(step=f"{n}" + "s" * (LINE - 1), result=("timed out again, " * LINE)[:LINE], outcome="partly")
        )
    (escalated,) = of_kind(story.do(UpdateFields(flags=(Flag.BACKEND,))), Escalated)
    assert Escalated.model_validate_json(escalated.model_dump_json()) == escalated
    assert len(escalated.note.what_failed or "") == TEXT


# ------------------------------------------------------------------------------------------- the receiver's word
def test_the_receiver_rates_the_note() -> None:
    story = at_tier(2)
    story.refuses(IncompleteCommand, RateNote())
    story.refuses(NotOwner, RateNote(by="tomas", rating="complete"))
    story.do(RateNote(rating="usable", comment="The phone was not named"))
    assert story.ticket.notes[-1].rating == "usable"
    at_tier(1).refuses(NoNoteToRate, RateNote(rating="complete"))


def test_a_return_keeps_the_notes_and_a_contact_adds_none() -> None:
    story = at_tier(2)
    notes = story.ticket.notes
    story.do(Return(reason="note_incomplete", what_is_missing="Which phone holds the old password"))
    story.do(ContactMade(text="We have sent it back to our first line"))
    assert story.ticket.notes == notes


def test_the_note_of_an_emergency_is_the_debt_of_whoever_called_it() -> None:
    story = at_tier(1)
    story.do(Emergency(reason="Files are being encrypted", note=HandoffNote(summary_symptoms=NOTE.summary_symptoms)))
    story.do(Accept())
    assert not of_kind(story.wait(minutes=29), NoteOverdue)
    assert [overdue.owed_by for overdue in of_kind(story.wait(minutes=1), NoteOverdue)] == ["tomas"]
