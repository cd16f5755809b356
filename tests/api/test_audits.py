"""Audits over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.terms import Role
from tests.api.conftest import Api
from tests.unit.audit.desk import at_tier_three, note, week


async def made(api: Api, kind: str = "weekly", **more: object) -> dict[str, Any]:
    answer = await api.post("/v1/audits", {"kind": kind, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_r92_an_audit_of_the_last_week_is_made_once_and_listed(api: Api) -> None:
    api.audits.what_was_seen = week(50, 30, notes=(note(1, "near_miss", detail="C2"),))
    audit = await made(api)
    assert (audit["kind"], audit["made_by"]) == ("weekly", "grace")
    assert audit["headline"].startswith("Over-escalation alarm: Tier 1 escalated 30 of 50")
    assert audit["said"]["alarm"]["raised"]
    api.clock.at += timedelta(hours=1)
    assert await made(api) == audit
    (line,) = (await api.get("/v1/audits")).json()["audits"]
    assert (line["id"], line["headline"]) == (audit["id"], audit["headline"])
    assert (await api.get("/v1/audits", kind="monthly")).json() == {"audits": []}
    assert (await api.get(f"/v1/audits/{audit['id']}")).json() == audit


@pytest.mark.parametrize(
    ("form", "media_type", "said"),
    [
        ("md", "text/markdown", "# Weekly audit, "),
        ("csv", "text/csv", "Overdue actions\r\n"),
        ("html", "text/html", "<h1>Weekly audit, "),
    ],
)
async def test_an_audit_is_read_as_markdown_as_csv_and_as_a_page(
    api: Api, form: str, media_type: str, said: str
) -> None:
    api.audits.what_was_seen = week(50, 30)
    audit = await made(api)
    answer = await api.get(f"/v1/audits/{audit['id']}.{form}")
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert said in answer.text
    assert (await api.get(f"/v1/audits/weekly-1999-01-04.{form}")).json()["code"] == "not_found"


async def test_a_window_of_ones_own_has_two_ends_and_is_over(api: Api) -> None:
    since, until = (api.clock.at - timedelta(days=days) for days in (3, 1))
    audit = await made(api, "quarterly", **{"from": since.isoformat(), "to": until.isoformat()})
    assert audit["window"]["since"].startswith(f"{since:%Y-%m-%dT%H:%M}")
    half = await api.post("/v1/audits", {"kind": "weekly", "from": since.isoformat()})
    assert (half.status_code, half.json()["code"]) == (422, "invalid_request")
    coming = {"from": since.isoformat(), "to": (api.clock.at + timedelta(days=1)).isoformat()}
    assert (await api.post("/v1/audits", {"kind": "weekly"} | coming)).json()["code"] == "window_not_over"


async def test_r93_r102_two_raters_judge_the_sample_each_alone(api: Api) -> None:
    api.audits.what_was_seen = week(50, 3)
    audit = await made(api, "monthly")
    grace, ruth, ann = (api.token(who, Role.AUDITOR) for who in ("grace", "ruth", "ann"))
    path, (first, *_) = f"/v1/audits/{audit['id']}/verdicts", audit["judged"]["missing"]
    said = {"item": first, "verdict": "unnecessary", "reason": "a password"}
    alone = (await api.post(path, said, token=grace)).json()
    assert [each["rater"] for each in alone["verdicts"]] == ["grace"]
    assert (await api.get(f"/v1/audits/{audit['id']}", token=ruth)).json()["verdicts"] == []
    both = (await api.post(path, said | {"verdict": "appropriate"}, token=ruth)).json()
    assert [each["verdict"] for each in both["verdicts"]] == ["unnecessary", "appropriate"]
    assert both["judged"]["agreement"]["cases"] == 1
    third = await api.post(path, said, token=ann)
    assert (third.status_code, third.json()["code"]) == (409, "verdict_given")
    strange = await api.post(path, said | {"verdict": "nice"}, token=ann)
    assert (strange.status_code, strange.json()["code"]) == (422, "verdict_impossible")
    assert "grace: unnecessary (a password)" in (await api.get(f"/v1/audits/{audit['id']}.md")).text


async def test_r94_every_ticket_at_tier_3_is_classed_and_r103_the_training_gap_is_told(api: Api) -> None:
    api.audits.at_three = [at_tier_three(n) for n in range(6)]
    audit = await made(api, "monthly")
    path = f"/v1/audits/{audit['id']}/verdicts"
    for n in range(6):
        verdict = "t2_documentation_gap" if n < 3 else "rightly_tier_3"
        audit = (await api.post(path, {"section": "tier_3", "item": f"T-{n:03}", "verdict": verdict})).json()
    assert audit["judged"]["complete"]
    assert audit["judged"]["tier_3"]["t2_documentation_gap"] == 3
    assert audit["judged"]["training_gap"]["raised"]


async def test_r104_an_action_is_begun_tracked_and_ended(api: Api) -> None:
    audit = await made(api)
    new = {"kind": "training", "what": "Two hours on VPN", "owner": "ruth", "due_on": "2026-01-01", "pattern": "vpn"}
    answer = await api.post(f"/v1/audits/{audit['id']}/actions", new)
    assert answer.status_code == 201
    action = answer.json()
    assert (action["state"], action["made_by"]) == ("open", "grace")
    assert (await api.get("/v1/audits/actions", state="open")).json() == {"actions": [action]}
    api.clock.at += timedelta(weeks=1)
    later = await made(api)
    assert [each["id"] for each in later["overdue"]] == [action["id"]]
    assert "Two hours on VPN" in (await api.get(f"/v1/audits/{later['id']}.md")).text
    path = f"/v1/audits/actions/{action['id']}/end"
    assert (await api.post(path, {"state": "done", "note": "held"})).json()["state"] == "done"
    assert (await api.post(path, {"state": "dropped"})).json()["code"] == "action_over"
    assert (await api.post("/v1/audits/actions/99/end", {"state": "done"})).json()["code"] == "not_found"
    nobody = await api.post(f"/v1/audits/{audit['id']}/actions", new | {"owner": "nobody"})
    assert nobody.json()["code"] == "unknown_name"


async def test_audits_are_read_by_those_who_lead_and_audit_and_by_no_token_of_some_clients(api: Api) -> None:
    audit = await made(api)
    paths = ["/v1/audits", "/v1/audits/actions", *(f"/v1/audits/{audit['id']}{form}" for form in ("", ".md", ".csv"))]
    for path in paths:
        for role, status in (
            (Role.TEAM_LEAD, 200),
            (Role.AUDITOR, 200),
            (Role.TECHNICIAN, 403),
            (Role.DISPATCHER, 403),
            (Role.INTEGRATION, 403),
        ):
            assert (await api.get(path, token=api.token("ruth", role))).status_code == status, (path, role)
        scoped = api.token("ruth", Role.SERVICE_MANAGER, "acme-dental")
        assert (await api.get(path, token=scoped)).status_code == 403
    for path, body in (
        ("/v1/audits", {"kind": "weekly"}),
        (f"/v1/audits/{audit['id']}/actions", {"kind": "access", "what": "x", "owner": "ruth", "due_on": "2026-01-01"}),
    ):
        assert (await api.post(path, body, token=api.token("ann", Role.AUDITOR))).status_code == 403
