"""Maps of other systems: what is shipped holds, and what is wrong is named with its line."""

from pathlib import Path

import pytest

from escalation.psa.showing import status
from tests.unit.rules.story import POLICY
from tierline import PARTS_ROOT
from tierline.psa_map import read_map

SHIPPED = sorted((Path(PARTS_ROOT) / "policies" / "psa").glob("*.yaml"))
TEXT = next(path for path in SHIPPED if path.stem == "django_helpdesk").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_r105_every_map_that_is_shipped_holds_under_the_default_policy(path: Path) -> None:
    reading = read_map(path.read_text(encoding="utf-8"), POLICY)
    assert reading.faults == ()
    assert reading.sound is not None


def test_the_map_of_a_vendor_nobody_tried_says_so() -> None:
    untested = {path.stem: read_map(path.read_text(encoding="utf-8"), POLICY).rules for path in SHIPPED}
    assert {name for name, found in untested.items() if found and found.untested} == {"connectwise"}


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("1: acme-dental", "1: acme", "clients.by_queue", "no client 'acme'"),
        ("2: tomas", "2: tom", "people", "no person 'tom'"),
        ("    held: on_hold", "    asleep: on_hold", "statuses.shown", "no place of a ticket 'asleep'"),
        ("    tier_2: [open, reopened]\n", "", "statuses.shown", "says nothing of tier_2"),
        ("explanation: ", "words: ", "statuses.asks.on_hold", "needs explanation"),
        ("reason: other", "reason: lunch", "statuses.asks.on_hold.given.reason", "no hold 'lunch'"),
        ("code: fixed, ", "", "statuses.asks.resolved", "resolve needs code"),
        ("P4: [4, 5]", "P5: 5", "priorities.shown.P5", "Input should be"),
        ("{owner} has taken", "{boss} has taken", "tell.accepted.text", "nothing stands for 'boss'"),
        ("  accepted:", "  eaten:", "tell", "no event 'eaten'"),
        ("status: {wins: latest}", "status: {wins: loudest}", "fields.status.wins", "Input should be"),
        ("priority: {wins: ours}", "priority: {wins: ours, show: false}", "fields.priority", "never shown"),
        ("command: resolve,", "command: solve,", "statuses.asks.resolved.command", "Input should be"),
        ("connector: django", "conector: django", "conector", "Extra inputs"),
    ],
)
def test_r105_what_is_wrong_in_a_map_is_named_with_its_place_and_line(
    old: str, new: str, place: str, words: str
) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    found = {fault.place: fault for fault in read_map(text, POLICY).faults}
    assert place in found, found
    assert words in found[place].message
    assert found[place].line <= len(text.splitlines())
    assert read_map(text, POLICY).sound is None


def test_text_that_is_no_map_is_one_fault() -> None:
    assert len(read_map("- a list", POLICY).faults) == 1
    assert len(read_map("a: [", POLICY).faults) == 1


def test_the_most_specific_word_for_a_ticket_counts() -> None:
    rules = read_map(TEXT, POLICY).sound
    assert rules is not None
    known = {"tier_1": ("one",), "tier_1.accepted": ("taken",), "held": ("held",), "held.other": ("other",)}
    from tests.unit.psa.tickets import ticket

    assert status(ticket(), known) == ("one",)
    assert status(ticket(accepted=True), known) == ("taken",)
    assert status(ticket(accepted=True, hold="other"), known) == ("other",)
    assert status(ticket(hold="waiting_parts"), known) == ("held",)
