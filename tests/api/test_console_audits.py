"""The console's audits: made, read, judged by two who do not see each other, and acted on."""

import json
from datetime import date, timedelta

import pytest

from escalation.audit.actions import NewAction
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.visit import Visit, visit_of, words_of
from tests.unit.audit.desk import at_tier_three, note, up, week

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def seen(api: Api) -> Api:
    """A week in which far too much is escalated, most of it by one technician, and two tickets at Tier 3."""
    notes = (note(1, "near_miss", detail="C2"), note(2, "under_escalated", detail="Kept for two days"))
    ups = tuple(up(n, in_scope=n < 3) for n in range(30) if n % 3 == 0)
    api.audits.what_was_seen = week(60, 0, notes=notes).model_copy(update={"upwards": ups})
    api.audits.at_three = (at_tier_three(1), at_tier_three(2))
    return api


async def made(visit: Visit, kind: str = "weekly") -> str:
    """The address of an audit of the last whole window."""
    answer = await visit.send("/console/audits", kind=kind)
    assert answer.status_code == 303, words_of(answer)
    return str(answer.headers["location"])


# ------------------------------------------------------------------------------------------------------- made and read
async def test_r92_a_lead_makes_an_audit_and_reads_who_stands_out(seen: Api) -> None:
    visit = await visit_of(seen, "ruth", Role.TEAM_LEAD)
    assert "There is no such audit yet" in words_of(await visit.get("/console/audits"))
    path = await made(visit)
    assert await made(visit) == path
    said = words_of(await visit.get(path))
    for each in (
        "No alarm Tier 1 escalated 10 of the 60 tickets",
        "ann escalates more than the others · technician",
        "10 of 20 (50%)",
        "Escalated within its scope 1",
        "Kept for two days",
        "Triggers loose",
    ):
        assert each in said
    listed = words_of(await visit.get("/console/audits", kind="weekly"))
    assert "Tier 1 escalated 10 of 60" in listed
    assert "Tier 1 escalated" not in words_of(await visit.get("/console/audits", kind="monthly"))


async def test_r86_the_alarm_comes_with_its_three_suspects_and_their_figures(api: Api) -> None:
    api.audits.what_was_seen = week(50, 30)
    visit = await visit_of(api)
    said = words_of(await visit.get(await made(visit)))
    for each in ("Alarm Tier 1 escalated 30 of the 50", "Triggers loose", "Knowledge inadequate", "Confidence"):
        assert each in said
    assert "by Two approved attempts failed at Tier 1 (C2) 30 of 30 (100%)" in said


async def test_a_window_of_ones_own_has_two_ends_and_is_over(seen: Api) -> None:
    visit = await visit_of(seen)
    today = seen.clock.at.date()
    half = await visit.send("/console/audits", kind="weekly", since=str(today - timedelta(days=3)))
    assert (half.status_code, 'id="until-wrong"' in half.text) == (422, True)
    odd = await visit.send("/console/audits", kind="weekly", since="soon", until=str(today))
    assert (odd.status_code, 'id="since-wrong"' in odd.text, 'value="soon"' in odd.text) == (422, True, True)
    days = {"since": str(today - timedelta(days=3)), "until": str(today + timedelta(days=3))}
    coming = await visit.send("/console/audits", kind="quarterly", **days)
    assert (coming.status_code, "is over" in words_of(coming)) == (422, True)
    days["until"] = str(today - timedelta(days=1))
    own = await visit.send("/console/audits", kind="quarterly", **days)
    assert own.status_code == 303
    assert "Groups and hours tested" in words_of(await visit.get(own.headers["location"]))


async def test_an_audit_is_taken_away_as_data_as_a_table_as_text_and_as_a_page_to_print(seen: Api) -> None:
    visit = await visit_of(seen)
    path = await made(visit)
    assert json.loads((await visit.get(f"{path}.json")).text)["kind"] == "weekly"
    table = await visit.get(f"{path}.csv")
    assert table.text.startswith("Overdue actions\r\n")
    assert "attachment" in table.headers["content-disposition"]
    assert (await visit.get(f"{path}.md")).text.startswith("# Weekly audit, ")
    page = await visit.get(f"{path}.html")
    assert "<h1>Weekly audit, " in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for form in ("json", "csv", "md", "html"):
        assert (await visit.get(f"/console/audits/weekly-1999-01-04.{form}")).status_code == 404


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.DISPATCHER])
async def test_who_does_not_lead_is_neither_offered_audits_nor_shown_them(seen: Api, role: Role) -> None:
    path = await made(await visit_of(seen))
    visit = await visit_of(seen, "tomas", role)
    assert "/console/audits" not in (await visit.get("/console/")).text
    for each in ("/console/audits", path, f"{path}.csv", f"{path}.json", f"{path}.html", f"{path}.md"):
        assert (await visit.get(each)).status_code == 403
    for each in ("/console/audits", f"{path}/verdicts", f"{path}/actions", f"{path}/actions/1/end"):
        assert (await visit.send(each, kind="weekly")).status_code == 403


async def test_audits_are_of_the_whole_desk_alone(seen: Api) -> None:
    path = await made(await visit_of(seen))
    visit = await visit_of(seen, "partner", Role.SERVICE_MANAGER, OTHER_CLIENT)
    for each in ("/console/audits", path, f"{path}.csv"):
        assert (await visit.get(each)).status_code == 403
    assert "/console/audits" not in (await visit.get("/console/")).text


async def test_an_auditor_reads_and_judges_and_is_offered_neither_audits_nor_actions(seen: Api) -> None:
    path = await made(await visit_of(seen), "monthly")
    visit = await visit_of(seen, "olaf", Role.AUDITOR)
    said = words_of(await visit.get("/console/audits"))
    assert "Make an audit now" not in said
    page = await visit.get(path)
    assert "Judge" in words_of(page)
    assert "Do something about it" not in words_of(page)
    assert (await visit.send("/console/audits", kind="weekly")).status_code == 403
    act = {"kind": "training", "what": "x", "owner": "ruth", "due_on": "2026-12-01"}
    assert (await visit.send(f"{path}/actions", **act)).status_code == 403


# -------------------------------------------------------------------------------------------------------------- judged
async def test_r93_r102_two_judge_the_sample_each_alone_and_their_agreement_is_shown(seen: Api) -> None:
    ruth, grace = await visit_of(seen, "ruth", Role.TEAM_LEAD), await visit_of(seen)
    path = await made(grace, "monthly")
    item = seen.audits.what_was_seen.upwards[0].item
    sent = {"section": "sample", "item": item, "verdict": "late", "reason": "two days were lost"}
    assert (await ruth.send(f"{path}/verdicts", **sent)).status_code == 303
    assert "two days were lost" in words_of(await ruth.get(path))
    assert "two days were lost" not in words_of(await grace.get(path))
    assert "shown once it is given" in words_of(await ruth.get(path))
    again = await ruth.send(f"{path}/verdicts", **(sent | {"verdict": "appropriate"}))
    assert (again.status_code, "You have judged" in words_of(again)) == (409, True)
    assert (await grace.send(f"{path}/verdicts", **(sent | {"reason": "the second"}))).status_code == 303
    both = words_of(await grace.get(path))
    assert "two days were lost" in both
    assert "the second" in both


async def test_a_verdict_that_was_not_chosen_is_asked_for_at_its_own_form(seen: Api) -> None:
    visit = await visit_of(seen)
    path = await made(visit, "monthly")
    item = seen.audits.what_was_seen.upwards[0].item
    refused = await visit.send(f"{path}/verdicts", section="sample", item=item, reason="because")
    place = f"sample-{item}".replace("#", "-")
    assert refused.status_code == 422
    assert refused.text.count('aria-invalid="true"') == 1
    assert f'id="{place}-verdict-wrong"' in refused.text
    assert 'value="because"' in refused.text
    unknown = await visit.send(f"{path}/verdicts", section="sample", item=item, verdict="splendid")
    assert (unknown.status_code, "A verdict is one of" in words_of(unknown)) == (422, True)


async def test_r94_r103_tickets_at_tier_3_are_classed_by_one_and_a_gap_is_shown(seen: Api) -> None:
    seen.audits.at_three = tuple(at_tier_three(n) for n in range(5))
    visit = await visit_of(seen)
    path = await made(visit, "monthly")
    assert "No sign of a training gap" in words_of(await visit.get(path))
    for n in range(5):
        sent = await visit.send(f"{path}/verdicts", section="tier_3", item=f"T-{n:03}", verdict="t2_missing_access")
        assert sent.status_code == 303
    said = words_of(await visit.get(path))
    assert "Training gap at Tier 2" in said
    assert "Tier 2 could have solved it with access that it does not have. 5" in said


async def test_of_many_to_judge_a_page_has_fifty_and_the_judged_make_room(seen: Api) -> None:
    seen.audits.at_three = tuple(at_tier_three(n) for n in range(53))
    visit = await visit_of(seen)
    path = await made(visit, "monthly")
    page = await visit.get(path)
    assert "50 of 53, those that you have not judged first" in words_of(page)
    assert 'id="tier_3-T-049"' in page.text
    assert 'id="tier_3-T-050"' not in page.text
    for n in range(3):
        await visit.send(f"{path}/verdicts", section="tier_3", item=f"T-{n:03}", verdict="rightly_tier_3")
    later = (await visit.get(path)).text
    assert 'id="tier_3-T-052"' in later
    assert 'id="tier_3-T-001"' not in later


# ------------------------------------------------------------------------------------------------------------ acted on
async def test_r104_an_action_has_an_owner_and_a_day_and_is_tracked_to_its_end(seen: Api) -> None:
    visit = await visit_of(seen, "ruth", Role.TEAM_LEAD)
    path = await made(visit)
    begun = await visit.get(path, pattern="ann: 10 of 20")
    assert 'value="ann: 10 of 20"' in begun.text
    asked = {"kind": "training", "what": "Pair with a senior", "owner": "tomas", "due_on": "2026-12-01"}
    for field, value in (("what", " "), ("owner", "nobody-here"), ("due_on", "soon"), ("kind", "party")):
        refused = await visit.send(f"{path}/actions", **(asked | {field: value}))
        assert (refused.status_code, f'id="{field}-wrong"' in refused.text) == (422, True), field
    assert not seen.audits.begun
    assert (await visit.send(f"{path}/actions", **asked, pattern="ann: 10 of 20")).status_code == 303
    said = words_of(await visit.get(path))
    assert f"Training · {seen.policy.people['tomas'].name} · until Tue 01 Dec 2026 · because of ann" in said
    assert (await visit.send(f"{path}/actions/1/end", state="done", note="Went well")).status_code == 303
    assert "Went well" in words_of(await visit.get(path))
    late = await visit.send(f"{path}/actions/1/end", state="dropped", note="no")
    assert (late.status_code, "is done already" in words_of(late)) == (409, True)
    assert (await visit.send(f"{path}/actions/77/end", state="done")).status_code == 404


async def test_r104_overdue_actions_are_on_top_of_the_list(seen: Api) -> None:
    visit = await visit_of(seen)
    path = await made(visit)
    name = path.rpartition("/")[2]
    for what, due in (("Later", date(2027, 1, 1)), ("Long since", date(2026, 1, 1))):
        new = NewAction(kind="criteria", what=what, owner="ruth", due_on=due)
        seen.audits.act(name, new, by="grace", at=seen.clock.at)
    said = words_of(await visit.get("/console/audits"))
    assert said.index("Overdue actions") < said.index("Long since") < said.index("Open actions") < said.index("Later")


async def test_what_people_wrote_is_never_markup(seen: Api) -> None:
    visit = await visit_of(seen)
    hostile = (up(1).model_copy(update={"subject": HOSTILE, "reason": HOSTILE, "category": HOSTILE, "in_scope": True}),)
    notes = (note(2, "under_escalated", detail=HOSTILE),)
    seen.audits.what_was_seen = seen.audits.what_was_seen.model_copy(update={"upwards": hostile, "notes": notes})
    for kind in ("weekly", "monthly"):
        path = await made(visit, kind)
        act = {"kind": "training", "what": HOSTILE, "owner": "ruth", "due_on": "2026-12-01", "pattern": HOSTILE}
        assert (await visit.send(f"{path}/actions", **act)).status_code == 303
        for where in (path, f"{path}.html", "/console/audits"):
            page = await visit.get(where, pattern=HOSTILE)
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
