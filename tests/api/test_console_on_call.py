"""On call at the console: who answers, where nobody does, and what people change about it."""

from datetime import timedelta

import pytest

from api.console.drawings.duties import LEFT, drawn, midnight
from escalation.oncall import Absence, Duty, LiveOverride
from escalation.terms import Role
from escalation.zones import zone_named
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.visit import visit_of, words_of
from tests.unit.rules.story import MONDAY

COVER = {
    "rota": "t3_primary",
    "who": "sofia",
    "start": "2026-11-03T10:00",
    "end": "2026-11-03T12:00",
    "reason": "dentist",
}
DAYS = timedelta(days=1)


async def test_the_page_names_who_answers_and_says_that_there_is_no_gap(api: Api) -> None:
    said = words_of(await (await visit_of(api)).get("/console/on-call"))
    assert "Every rota is answered for the next 30 days." in said
    assert "Ivan Horvat" in said
    assert "T3 primary" in said


async def test_a_gap_of_cover_is_told_first_with_who_is_away(api: Api) -> None:
    for person in api.policy.on_call.rotas["managers"].everybody:
        api.rotas.be_away(Absence(person=person, start=MONDAY, end=MONDAY + 3 * DAYS), "grace")
    said = words_of(await (await visit_of(api)).get("/console/on-call"))
    assert "Nobody answers Managers" in said
    assert "away" in said


async def test_a_cover_is_put_in_by_the_viewers_own_clock_and_taken_back(api: Api) -> None:
    visit = await visit_of(api)
    done = await visit.send("/console/on-call/override", **COVER)
    assert (done.status_code, done.headers["location"]) == (303, "/console/on-call?done=override")
    [made] = [each for each in api.rotas.board().overrides if each.reason == "dentist"]
    assert isinstance(made, LiveOverride)
    assert made.start.isoformat() == "2026-11-03T16:00:00+00:00"  # Grace works in Chicago
    assert "Sofia Lindgren answers T3 primary" in words_of(await visit.get("/console/on-call"))
    await visit.send(f"/console/on-call/overrides/{made.id}/drop")
    assert "dentist" not in words_of(await visit.get("/console/on-call"))


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"start": ""}, "override-start", "Enter a day and a time."),
        ({"end": "2026-11-03T09:00"}, "", "ends before it begins"),
        ({"who": "nobody-we-know"}, "override-who", "nobody-we-know"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_what_was_entered_stays(
    api: Api, wrong: dict[str, str], field: str, words: str
) -> None:
    answer = await (await visit_of(api)).send("/console/on-call/override", **(COVER | wrong))
    assert answer.status_code in (400, 404, 409, 422)
    assert words in words_of(answer)
    assert f'id="{field}-wrong"' in answer.text or not field
    assert 'value="dentist"' in answer.text


async def test_a_technician_says_that_they_are_away_but_not_that_others_are(api: Api) -> None:
    visit = await visit_of(api, "marek", Role.TECHNICIAN)
    page = await visit.get("/console/on-call")
    assert "Put somebody in a rota" not in words_of(page)
    assert 'name="person"' not in page.text
    done = await visit.send("/console/on-call/absence", until="2026-11-04T08:00", reason="ill")
    assert done.status_code == 303
    assert [each.person for each in api.rotas.board().absences if each.reason == "ill"] == ["marek"]
    refused = await visit.send("/console/on-call/absence", person="elena", until="2026-11-04T08:00")
    assert refused.status_code == 403
    refused = await visit.send("/console/on-call/override", **COVER)
    assert refused.status_code == 403


async def test_a_swap_counts_once_the_other_has_agreed(api: Api) -> None:
    duty = next(d for d in api.rotas.board().schedule("t3_primary", MONDAY, MONDAY + 9 * DAYS) if d.person == "ivan")
    ivan, sofia = await visit_of(api, "ivan", Role.TECHNICIAN), await visit_of(api, "sofia", Role.TECHNICIAN)
    zone = zone_named(api.policy.calendars[api.policy.people["ivan"].calendar].zone)
    stretch = {
        "start": f"{duty.start.astimezone(zone):%Y-%m-%dT%H:%M}",
        "end": f"{duty.end.astimezone(zone):%Y-%m-%dT%H:%M}",
    }
    proposed = await ivan.send("/console/on-call/swap", rota="t3_primary", taker="sofia", **stretch)
    assert proposed.status_code == 303, words_of(proposed)
    [swap] = api.rotas.swaps()
    assert "asks Sofia Lindgren to take T3 primary" in words_of(await sofia.get("/console/on-call"))
    refused = await ivan.send(f"/console/on-call/swaps/{swap.id}/agree")
    assert refused.status_code == 403
    agreed = await sofia.send(f"/console/on-call/swaps/{swap.id}/agree")
    assert agreed.headers["location"].endswith("done=agree")
    assert api.rotas.board().on_call("t3_primary", duty.start) == "sofia"


async def test_a_partner_for_some_clients_sees_no_duties(api: Api) -> None:
    visit = await visit_of(api, "partner", Role.TECHNICIAN, OTHER_CLIENT)
    assert (await visit.get("/console/on-call")).status_code == 403
    assert "On call" not in (await visit.get("/console/")).text.partition("<main")[0]


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/Chicago", "Australia/Lord_Howe"])
def test_bars_follow_each_other_without_a_hole_over_both_changes_of_the_clock(zone: str) -> None:
    where = zone_named(zone)
    for month in (3, 4, 10, 11):
        start = midnight(MONDAY.replace(month=month, day=1), where)
        middle = start + timedelta(days=16)
        duties = [
            Duty(person=who, via="layer", layer="base", start=since, end=until)
            for who, since, until in (("a", start, middle), ("b", middle, start + 35 * DAYS))
        ]
        one, other = drawn({"r": duties}, {"a": "A", "b": "B"}, start, 30, MONDAY).rows[0].bars
        assert one.x == LEFT
        assert one.x + one.width == pytest.approx(other.x, abs=0.02)
