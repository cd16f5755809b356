from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from escalation.oncall import (
    Absence,
    Layer,
    Rota,
    RotaOverride,
    answer,
    boundary,
    duty_at,
    gaps,
    on_call,
    rendered,
    shift_at,
)
from escalation.zones import zone_named
from tests.moments import utc
from tests.reaching import REACHING

CHICAGO = "America/Chicago"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHTS = {"mon-fri": ("18:00-24:00", "00:00-08:00"), "sat-sun": ("00:00-24:00",)}
# Somebody for the week, and at night a colleague on the other side of the world over them.
SUN = Rota(
    zone=CHICAGO,
    members=("sofia", "ivan"),
    layers=(
        Layer(
            name="asia",
            zone="Asia/Manila",
            rotation="daily",
            handover="08:00",
            members=("jun", "bea"),
            active={"daily": ("08:00-17:00",)},
        ),
    ),
)


def away(person: str, start: str, end: str) -> Absence:
    return Absence(person=person, start=utc(start), end=utc(end))


def taken(who: str, start: str, end: str, **more: str) -> RotaOverride:
    return RotaOverride.model_validate({"rota": "r", "who": who, "start": utc(start), "end": utc(end), **more})


# -------------------------------------------------------------------------------------------------------- layers


def test_a_later_layer_overrides_an_earlier_one_while_it_is_active_and_only_then() -> None:
    moments = [utc(f"2026-06-0{each}") for each in ("1T23:59:59", "2T00:00", "2T08:59:59", "2T09:00")]
    assert [answer("r", SUN, (), at).layer for at in moments] == ["base", "asia", "asia", "base"]


def test_b23_a_shift_of_hours_counts_hours_that_pass_when_the_clocks_change() -> None:
    rota = Rota(zone=CHICAGO, rotation="hourly", every=6, handover="00:00", members=("a", "b"))
    n = shift_at(rota, utc("2026-11-01T05:00"))  # the night in which an hour comes twice
    assert {boundary(rota, each + 1) - boundary(rota, each) for each in range(n - 8, n + 8)} == {6 * HOUR}


def test_every_second_week_a_rota_of_two_has_each_for_two_weeks() -> None:
    rota = Rota(zone=CHICAGO, every=2, members=("a", "b"))
    duties = rendered("r", rota, (), utc("2026-01-01T00:00"), utc("2026-03-01T00:00"))
    assert {duty.end - duty.start for duty in duties[1:-1]} == {14 * DAY}


def test_a_rotation_is_counted_from_its_own_first_day() -> None:
    tuesday = utc("2026-05-05T00:00").date()
    rota = Rota(zone="UTC", rotation="daily", handover="09:00", since=tuesday, members=("a", "b"))
    assert on_call("r", rota, (), utc("2026-05-05T09:00")) == "a"
    weekly = Rota(zone="UTC", handover="wed 09:00", since=tuesday, members=("a", "b"))
    assert boundary(weekly, 0) == utc("2026-05-06T09:00")


def test_two_layers_of_one_name_are_refused() -> None:
    layer = {"name": "base", "members": ["a"]}
    with pytest.raises(ValidationError, match="two layers are called 'base'"):
        Rota.model_validate({"zone": "UTC", "members": ["b"], "layers": [layer]})


def test_a_layer_with_unreadable_hours_is_refused() -> None:
    layer = {"name": "top", "members": ["a"], "active": {"daily": ["25:00-26:00"]}}
    with pytest.raises(ValidationError, match="not a span of hours"):
        Rota.model_validate({"zone": "UTC", "members": ["b"], "layers": [layer]})


def test_a_rota_with_nobody_on_it_is_refused_in_every_layer() -> None:
    with pytest.raises(ValidationError, match="members"):
        Rota.model_validate({"zone": "UTC", "members": []})
    with pytest.raises(ValidationError, match="members"):
        Rota.model_validate({"zone": "UTC", "members": ["a"], "layers": [{"name": "top", "members": []}]})


# ----------------------------------------------------------------------------------- overrides, swaps, absences


def test_r66_swaps_overrides_and_absences_are_honoured_to_the_second() -> None:
    rota = Rota(zone="UTC", members=("sofia",))
    second = timedelta(seconds=1)
    swap = taken("ivan", "2026-06-02T10:00:00", "2026-06-02T10:00:01", kind="swap", instead_of="sofia")
    absence = away("sofia", "2026-06-02T10:00:02", "2026-06-02T10:00:03")
    at = utc("2026-06-02T10:00:00")
    seen = [on_call("r", rota, (swap,), at + n * second, (absence,)) for n in range(-1, 4)]
    assert seen == ["sofia", "ivan", "sofia", None, "sofia"]


def test_a_swap_takes_only_the_turn_of_whoever_gave_it() -> None:
    rota = Rota(zone="UTC", rotation="daily", handover="00:00", members=("a", "b"))
    swap = taken("c", "2026-06-02T00:00", "2026-06-04T00:00", kind="swap", instead_of="a")
    said = [answer("r", rota, (swap,), utc(f"2026-06-0{day}T12:00")) for day in (2, 3)]
    assert {each.person for each in said} == {"b", "c"}
    assert "swap for a" in {str(each) for each in said}


def test_somebody_absent_is_on_call_for_nothing_and_who_is_under_them_answers() -> None:
    gone = (away("jun", "2026-06-01T00:00", "2026-06-05T00:00"), away("bea", "2026-06-01T00:00", "2026-06-05T00:00"))
    said = answer("r", SUN, (), utc("2026-06-02T03:00"), gone)
    assert (said.layer, said.person in SUN.members) == ("base", True)
    assert "away" in str(said)


def test_an_override_by_somebody_absent_gives_way_to_the_one_under_it() -> None:
    rota = Rota(zone="UTC", members=("a",))
    both = (taken("b", "2026-06-01T00:00", "2026-06-03T00:00"), taken("c", "2026-06-01T00:00", "2026-06-03T00:00"))
    gone = (away("c", "2026-06-01T00:00", "2026-06-02T00:00"),)
    assert on_call("r", rota, both, utc("2026-06-01T12:00"), gone) == "b"
    assert on_call("r", rota, both, utc("2026-06-02T12:00"), gone) == "c"


def test_b23_a_gap_is_found_with_its_first_and_last_second_and_filled_by_an_override() -> None:
    rota = Rota(zone="UTC", members=("a",))
    gone = (away("a", "2026-06-10T06:30", "2026-06-11T18:00"),)
    stretch = utc("2026-06-01T00:00"), utc("2026-07-01T00:00")
    (gap,) = gaps("r", rota, (), *stretch, gone)
    assert (gap.start, gap.end, str(gap)) == (gone[0].start, gone[0].end, "nobody: a away")
    filled = taken("b", "2026-06-10T06:30", "2026-06-11T17:00")
    (left,) = gaps("r", rota, (filled,), *stretch, gone)
    assert (left.start, left.end) == (utc("2026-06-11T17:00"), gone[0].end)


def test_outside_its_hours_a_rota_is_closed_and_that_is_no_gap() -> None:
    rota = Rota(zone=CHICAGO, members=("a",), active=NIGHTS)
    stretch = utc("2026-06-01T00:00"), utc("2026-07-01T00:00")
    assert gaps("r", rota, (), *stretch) == []
    assert "closed" in {duty.via for duty in rendered("r", rota, (), *stretch)}


def test_a_duty_reaches_to_the_moment_at_which_somebody_else_answers() -> None:
    duty = duty_at("r", SUN, (), utc("2026-06-02T03:00"))
    assert (duty.start, duty.end) == (utc("2026-06-02T03:00"), utc("2026-06-02T09:00"))


# ---------------------------------------------------------------------------------------------------- properties

ZONES = (
    "UTC",
    CHICAGO,
    "America/St_Johns",
    "Europe/Warsaw",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/Sao_Paulo",
)
people = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True).map(tuple)
hours = st.sampled_from([None, NIGHTS, {"mon-fri": ("09:00-17:00",)}, {"daily": ("22:30-24:00", "00:00-06:15")}])
turns = st.fixed_dictionaries(
    {
        "rotation": st.sampled_from(["hourly", "daily"]),
        "every": st.integers(1, 30),
        "handover": st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.sampled_from([0, 15, 30])),
        "members": people,
        "active": hours,
    }
)
layers = st.lists(turns, max_size=2).map(lambda each: [{"name": f"layer{n}", **said} for n, said in enumerate(each)])
rotas = st.builds(
    lambda zone, base, over: Rota.model_validate({"zone": zone, **base, "layers": over}),
    st.sampled_from(ZONES),
    turns,
    layers,
)
# Days around which clocks change somewhere, and some on which none does.
begins = st.sampled_from(["2026-03-07", "2026-03-28", "2026-10-24", "2026-10-31", "2026-04-04", "2026-07-01"])
minutes = st.integers(0, 3 * 24 * 60).map(lambda n: n * MINUTE)


@st.composite
def changed(draw: st.DrawFn) -> tuple[datetime, Rota, tuple[RotaOverride, ...], tuple[Absence, ...]]:
    start = utc(draw(begins) + "T00:00")
    stretches = st.tuples(minutes, minutes).filter(lambda s: s[0] < s[1])
    overrides = tuple(
        RotaOverride(rota="r", who=draw(st.sampled_from("abcxyz")), start=start + since, end=start + until)
        for since, until in draw(st.lists(stretches, max_size=3))
    )
    absences = tuple(
        Absence(person=draw(st.sampled_from("abcxyz")), start=start + since, end=start + until)
        for since, until in draw(st.lists(stretches, max_size=3))
    )
    return start, draw(rotas), overrides, absences


@settings(max_examples=60, deadline=None)
@given(changed())
def test_the_rendered_schedule_is_what_a_walk_minute_by_minute_finds(
    said: tuple[datetime, Rota, tuple[RotaOverride, ...], tuple[Absence, ...]],
) -> None:
    start, rota, overrides, absences = said
    end = start + 3 * DAY
    duties = rendered("r", rota, overrides, start, end, absences)
    assert (duties[0].start, duties[-1].end) == (start, end)
    assert all(earlier.end == later.start and earlier.start < earlier.end for earlier, later in pairwise(duties))
    ahead = iter(duties)
    duty = next(ahead)
    for n in range(3 * 24 * 60):
        at = start + n * MINUTE
        while at >= duty.end:
            duty = next(ahead)
        assert duty.person == on_call("r", rota, overrides, at, absences)


@given(st.sampled_from(ZONES), st.sampled_from(["daily", "weekly"]), st.integers(1, 6), st.integers(-2_000, 2_000))
def test_shifts_follow_one_another_without_gap_or_overlap(zone: str, rotation: str, every: int, n: int) -> None:
    handover = "02:30" if rotation == "daily" else "sun 02:30"
    rota = Rota.model_validate(
        {"zone": zone, "rotation": rotation, "every": every, "handover": handover, "members": ["a", "b", "c"]}
    )
    start, end = boundary(rota, n), boundary(rota, n + 1)
    assert start <= end
    if start < end:  # the day that Apia left out has no shift
        assert shift_at(rota, start) == shift_at(rota, end - timedelta(microseconds=1)) == n
        assert shift_at(rota, start - timedelta(microseconds=1)) < n
    wall = start.astimezone(zone_named(zone))
    skipped = wall.utcoffset() != (start - 2 * HOUR).astimezone(zone_named(zone)).utcoffset()
    assert skipped or f"{wall:%H:%M}" == "02:30"


@pytest.mark.parametrize("via", ["layer", "override", "closed", "nobody"])
def test_the_walks_meet_every_kind_of_answer(via: str) -> None:
    def met(said: tuple[datetime, Rota, tuple[RotaOverride, ...], tuple[Absence, ...]]) -> bool:
        start, rota, overrides, absences = said
        return via in {duty.via for duty in rendered("r", rota, overrides, start, start + 3 * DAY, absences)}

    assert find(changed(), met, settings=REACHING)
