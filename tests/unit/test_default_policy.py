import json
import subprocess
import sys
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import holidays
import pytest

from escalation.calendar import due, elapsed, is_open
from escalation.handoff import HandoffNote
from escalation.lint.policy import problems
from escalation.messages import MESSAGES, PLACEHOLDERS, placeholders_of, render
from escalation.oncall import on_call
from escalation.policy import Policy, Slice
from escalation.policy.packing import packed, unpacked
from escalation.promises import auto_after
from escalation.terms import Priority
from escalation.triggers import All, Any, Condition, Test
from tests.moments import utc
from tierline import PARTS_ROOT
from tierline.library_files import shipped_sops
from tierline.policy_cli import SCHEMA_PATH, check, schema_text
from tierline.policy_file import PolicyFileError, load_policy

DEFAULT = PARTS_ROOT / "policies" / "default.yaml"
POLICY = load_policy(DEFAULT, range(2025, 2030))
HOUR = timedelta(hours=1)


def numbers(condition: Condition) -> dict[str, object]:
    """The fields that a condition compares, with the values it compares them to."""
    match condition:
        case Test(field=field, value=value):
            return {field: value}
        case All(all=parts) | Any(any=parts):
            return {field: value for part in parts for field, value in numbers(part).items()}


# ------------------------------------------------------------------------------------------------- the document


def test_the_default_policy_has_no_problems() -> None:
    assert problems(POLICY, sops=shipped_sops()) == []


def test_it_holds_what_a_desk_needs() -> None:
    assert len(POLICY.categories) == 20
    assert len(POLICY.triggers) + len(("S1", "S2", "S3", "S4")) == 18  # four are kept by the clocks themselves
    assert {category.sop for category in POLICY.categories.values()} == set(shipped_sops())
    assert len(POLICY.people) == 12
    assert {name for name, client in POLICY.clients.items() if client.vip} == {"harbor-law", "northside-clinic"}
    assert {person.role for person in POLICY.people.values()} >= {"technician", "dispatcher", "service_manager"}
    assert all((person.email or "").endswith(".example") for person in POLICY.people.values())


def test_every_emergency_category_starts_at_tier_three() -> None:
    assert {c.tier for c in POLICY.categories.values() if c.emergency} == {3}


def test_a_higher_tier_may_do_and_has_all_that_a_lower_one_does() -> None:
    for lower, higher in ((1, 2), (2, 3)):
        below, above = POLICY.scope[lower], POLICY.scope[higher]
        assert set(below.skills) <= set(above.skills)
        for category in POLICY.categories:
            if any(fnmatchcase(category, pattern) for pattern in below.may):
                assert any(fnmatchcase(category, pattern) for pattern in above.may)


def test_what_tier_one_starts_somebody_at_tier_two_can_go_on_with() -> None:
    held = {skill for person in POLICY.people.values() if person.tier == 2 for skill in person.skills}
    assert {category.skill for category in POLICY.categories.values() if category.tier == 1} <= held


def test_numbers_that_are_said_twice_agree() -> None:
    asked = {trigger.id: numbers(trigger.when) for trigger in POLICY.triggers}
    assert asked["C2"] == {"failed_attempts": POLICY.scope[1].failed_attempts, "tier": 1}
    assert asked["C2b"] == {"failed_attempts": POLICY.scope[2].failed_attempts, "tier": 2}
    assert asked["R1"] == {
        "inbound_contacts": POLICY.bounces.contacts,
        "technicians": POLICY.bounces.technicians,
    }
    assert asked["R2"] == {"returns": POLICY.bounces.returns}


def test_the_note_asks_only_for_fields_of_the_note() -> None:
    assert {*POLICY.note.minimal, *POLICY.note.min_length} <= set(HandoffNote.model_fields)


@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_every_message_can_be_written_out_of_its_placeholders(message: str) -> None:
    given = {name: f"<{name}>" for name in placeholders_of(message)}
    assert "{" not in render(POLICY.messages[message], given)
    assert set(given) <= PLACEHOLDERS


# -------------------------------------------------------------------------------------------- promises and slices


@pytest.mark.parametrize("client", sorted(POLICY.clients))
def test_every_client_has_a_slice_that_survives_its_compact_form(client: str) -> None:
    piece = POLICY.slice_for(client)
    text = json.dumps(packed(piece), separators=(",", ":"), ensure_ascii=False)
    print(f"{client}: {len(text.encode())} bytes")  # shown by pytest -rP
    assert Slice.model_validate(unpacked(json.loads(text))) == piece
    assert Slice.model_validate(unpacked(piece.model_dump(mode="json"))) == piece  # as an older history has it
    assert len(text.encode()) < 8_192, "each ticket carries this in its history"


@pytest.mark.parametrize(
    ("client", "priority", "response_at", "resolution_at"),
    [
        ("acme-dental", Priority.P1, "2026-01-09T22:15", "2026-01-10T02:00"),
        ("acme-dental", Priority.P2, "2026-01-09T22:30", "2026-01-12T20:00"),
        ("acme-dental", Priority.P3, "2026-01-12T16:00", "2026-01-14T16:00"),
        ("acme-dental", Priority.P4, "2026-01-12T20:00", "2026-01-15T22:00"),
        ("harbor-law", Priority.P2, "2026-01-09T22:30", "2026-01-10T04:00"),
        ("volta-mfg", Priority.P3, "2026-01-12T09:00", "2026-01-13T16:00"),
        ("northside-clinic", Priority.P4, "2026-01-10T02:00", "2026-01-11T06:00"),
    ],
)
def test_what_is_promised_on_a_friday_at_four_in_chicago(
    client: str, priority: Priority, response_at: str, resolution_at: str
) -> None:
    piece, opened_at = POLICY.slice_for(client), utc("2026-01-09T22:00")
    promise = piece.promises[priority]
    response = due(piece.calendar(promise.response.calendar), opened_at, promise.response.time)
    resolution = due(piece.calendar(promise.resolution.calendar), opened_at, promise.resolution.time)
    assert (response, resolution) == (utc(response_at), utc(resolution_at))


def test_r32_a_p3_goes_up_by_itself_after_19_2_hours_and_for_a_vip_after_9_6() -> None:
    piece = POLICY.slice_for("acme-dental")
    time = piece.promises[Priority.P3].resolution.time
    assert auto_after(piece, time, vip=False) == 19.2 * HOUR
    assert auto_after(piece, time, vip=True) == 9.6 * HOUR


def test_the_night_shift_in_manila_works_forty_five_hours_a_week() -> None:
    apac = POLICY.calendars["apac"]
    assert elapsed(apac, utc("2026-01-05"), utc("2026-01-12")) == 45 * HOUR
    assert is_open(apac, utc("2026-01-05T16:00"))  # midnight on Monday evening: one shift, not two


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_holidays_of_warsaw_are_those_of_poland(year: int) -> None:
    listed = {day for day in POLICY.calendars["lunch"].holidays if day.year == year}
    official = {day for day in holidays.country_holidays("PL", years=year) if day.weekday() < 5}
    assert listed == official


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_holidays_of_chicago_are_federal_ones_with_their_observed_days(year: int) -> None:
    listed = {day for day in POLICY.calendars["core"].holidays if day.year == year}
    federal = holidays.country_holidays("US", years=[year, year + 1])
    kept = ("New Year", "Memorial", "Independence Day", "Labor", "Thanksgiving", "Christmas")
    observed = {day for day, name in federal.items() if name.startswith(kept) and "Juneteenth" not in name}
    assert listed == {day for day in observed if day.weekday() < 5 and day.year == year}
    assert date(2027, 7, 5) in POLICY.calendars["core"].holidays


def test_b2_a_christmas_eve_in_chicago_is_half_a_day_and_a_holiday_where_it_is_one() -> None:
    core = POLICY.calendars["core"]
    assert elapsed(core, utc("2026-12-24"), utc("2026-12-25")) == 4 * HOUR
    assert elapsed(core, utc("2027-12-24"), utc("2027-12-25")) == timedelta()


def test_a_client_that_is_closed_between_the_years_is_promised_nothing_for_those_days() -> None:
    its_own = POLICY.slice_for("volta-mfg").calendar("client")
    assert elapsed(its_own, utc("2026-12-28"), utc("2026-12-31")) == timedelta()
    assert elapsed(POLICY.calendars["lunch"], utc("2026-12-28"), utc("2026-12-31")) == 24 * HOUR


# ---------------------------------------------------------------------------------------------------- on call


@pytest.mark.parametrize(
    ("rota", "at", "person"),
    [
        ("t3_primary", "2026-07-01T12:00", "sofia"),
        ("t3_primary", "2026-07-03T13:59:59", "sofia"),
        ("t3_primary", "2026-07-03T14:00:00", "ivan"),  # the swap over the holiday
        ("t3_primary", "2026-07-06T13:59:59", "ivan"),
        ("t3_primary", "2026-07-06T14:00:00", "ivan"),  # 09:00 in Chicago: it is his own week now
        ("t2_nights", "2026-01-05T18:00", None),  # Monday noon in Chicago: the desk itself is open
        ("managers", "2026-01-05T18:00", "ruth"),
    ],
)
def test_who_answers_when(rota: str, at: str, person: str | None) -> None:
    call = POLICY.on_call
    assert on_call(rota, call.rotas[rota], call.overrides, utc(at)) == person


def test_at_every_hour_of_the_year_the_desk_is_open_or_somebody_is_on_call_for_tier_two() -> None:
    core, nights = POLICY.calendars["core"], POLICY.on_call.rotas["t2_nights"]
    closed_by_day = []
    for hour in range(366 * 24):
        at = utc("2026-01-01") + hour * HOUR
        if not is_open(core, at) and on_call("t2_nights", nights, (), at) is None:
            closed_by_day.append(at.date())
    shut = {*core.holidays, *core.special_days}
    assert set(closed_by_day) <= shut, "on a holiday, and after half a day, the third tier answers"


# --------------------------------------------------------------------------------------------- file and schema


def test_the_schema_in_the_repository_is_that_of_the_model() -> None:
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text(), "run: tierline policy schema"


def test_the_document_holds_against_its_schema_and_points_editors_to_it() -> None:
    assert DEFAULT.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")
    tool = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(SCHEMA_PATH), str(DEFAULT)]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def edited(directory: Path, old: str, new: str) -> Path:
    text = DEFAULT.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = directory / "policy.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def line_of(path: Path, words: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def test_check_says_that_the_default_policy_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(DEFAULT) == 0
    assert capsys.readouterr().out == f"{DEFAULT}: policy {POLICY.version} holds\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("coordinate_at: 90", "coordinate_at: 80", "80 is not one of the thresholds"),
        ("    time_box: 4h\n", "    timebox: 4h\n", "scope.2.timebox: nothing reads this"),
        ('"{question}"', '"{qestion}"', "nothing to put in place of 'qestion'"),
    ],
)
def test_check_names_the_line_of_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    path = edited(tmp_path, old, new)
    assert check(path) == 1
    shown = capsys.readouterr().out
    assert words in shown
    reported = int(shown.removeprefix(f"{path}:").partition(":")[0])
    assert 0 <= line_of(path, new.strip()) - reported <= 1  # a folded text begins a line after its key


def test_a_document_that_cannot_be_read_names_the_line_too(tmp_path: Path) -> None:
    path = edited(tmp_path, "vip_factor: 0.5", "vip_factor: 5")
    with pytest.raises(PolicyFileError, match=rf":{line_of(path, 'vip_factor: 5')}: vip_factor: .*less than or equal"):
        load_policy(path)


def test_words_that_were_booleans_in_yaml_1_1_stay_words(tmp_path: Path) -> None:
    path = edited(tmp_path, "reject: [n/a,", "reject: [no, off, n/a,")
    assert load_policy(path).note.reject[:2] == ("no", "off")


def test_the_policy_survives_json() -> None:
    assert Policy.model_validate_json(POLICY.model_dump_json()) == POLICY
