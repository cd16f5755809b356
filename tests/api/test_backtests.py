"""Back-tests over HTTP: started once, read by the desk, deleted by whoever made them."""

from datetime import timedelta
from typing import Any

from escalation.backtest import Report
from escalation.policy import Policy
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.test_policies import edition
from tests.unit.rules.story import MONDAY

PATH = "/v1/policies/backtests"
LAST_MONTH = {"version": "2026.1", "days": 30}


async def started(api: Api, body: object = LAST_MONTH, **asked: Any) -> dict[str, Any]:
    answer = await api.post(PATH, body, **asked)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def test_r107_a_version_is_tried_on_the_tickets_of_a_month_and_its_report_is_read(api: Api) -> None:
    begun = await started(api)
    assert (begun["version"], begun["trial"], begun["state"]) == ("2026.1", False, "waiting")
    assert begun["since"] == (MONDAY - timedelta(days=30)).isoformat().replace("+00:00", "Z")
    assert api.judging.begun == [begun["id"]]
    report = Report(tickets=3, changed=1)
    report.recorded.escalations["functional to Tier 2"] = 2
    api.backtests.finish(begun["id"], report, MONDAY)
    for reader in (Role.TECHNICIAN, Role.AUDITOR):
        read = (await api.get(f"{PATH}/{begun['id']}", token=api.token("ann", reader))).json()
        assert read["state"] == "done"
        assert read["report"]["recorded"]["escalations"] == {"functional to Tier 2": 2}
    (line,) = (await api.get(PATH)).json()["backtests"]
    assert (line["made_by"], line["changed"], line["judged"]) == ("grace", 1, 3)
    assert "report" not in line


async def test_the_same_key_is_one_back_test_and_another_request_under_it_is_refused(api: Api) -> None:
    first = await started(api, key="k1")
    api.clock.at += timedelta(minutes=1)
    assert (await started(api, key="k1"))["id"] == first["id"]
    refused = await api.post(PATH, {"version": "2026.1", "days": 7}, key="k1")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert len(api.backtests.kept) == 1
    assert (await started(api, key="k1", token=api.token("tom", Role.TEAM_LEAD)))["id"] != first["id"]


async def test_while_temporal_is_away_it_is_kept_and_begins_when_it_is_asked_for_again(api: Api) -> None:
    api.judging.away = True
    away = await api.post(PATH, LAST_MONTH, key="k1")
    assert (away.status_code, away.json()["code"]) == (503, "not_confirmed")
    api.judging.away = False
    begun = await started(api, key="k1")
    assert api.judging.begun == [begun["id"]]
    api.backtests.finish(begun["id"], Report(), MONDAY)
    await started(api, key="k1")
    assert api.judging.begun == [begun["id"]]  # it is over: nothing is judged twice


async def test_a_document_on_trial_is_read_first_and_kept_without_how_people_are_reached(api: Api) -> None:
    faulty = await api.post(PATH, {"document": edition("next", "coordinate_at: 90", "coordinate_at: ninety")})
    assert (faulty.status_code, faulty.json()["code"]) == (422, "policy_unsound")
    assert "line" in faulty.json()["errors"][0]["field"]
    assert not api.backtests.kept
    begun = await started(api, {"document": edition("next", "share: 0.2", "share: 0.6"), "days": 7})
    assert (begun["version"], begun["trial"]) == ("next", True)
    kept = Policy.model_validate_json(api.backtests.policies[begun["id"]] or "")
    assert kept.auto_escalation.share == 0.6
    assert not any(person.email or person.apprise for person in kept.people.values())
    assert [line.version for line in api.policies.all()] == ["2026.1"]


async def test_what_cannot_be_tried_is_refused_in_words(api: Api) -> None:
    assert (await api.post(PATH, {"version": "2030.1"})).status_code == 404
    for body in ({}, {"version": "2026.1", "document": "x"}, LAST_MONTH | {"to": "2026-01-01T00:00:00Z"}):
        assert (await api.post(PATH, body)).status_code == 422
    backwards = {"version": "2026.1", "from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    assert (await api.post(PATH, backwards)).status_code == 422
    assert (await api.get(f"{PATH}/B-404")).status_code == 404
    assert not api.backtests.kept


async def test_technicians_start_none_and_a_token_of_one_client_reads_none(api: Api) -> None:
    begun = await started(api)
    for role in (Role.TECHNICIAN, Role.DISPATCHER, Role.AUDITOR):
        assert (await api.post(PATH, LAST_MONTH, token=api.token("ann", role))).status_code == 403
    partner = api.token("partner", Role.TEAM_LEAD, OTHER_CLIENT)
    assert (await api.post(PATH, LAST_MONTH, token=partner)).status_code == 403
    assert (await api.get(PATH, token=partner)).status_code == 403
    assert (await api.get(f"{PATH}/{begun['id']}", token=partner)).status_code == 403


async def test_only_its_maker_deletes_it(api: Api) -> None:
    begun = await started(api, token=api.token("tom", Role.TEAM_LEAD))
    path = f"{PATH}/{begun['id']}"

    async def delete(token: str) -> int:
        return (await api.client.delete(path, headers={"Authorization": f"Bearer {token}"})).status_code

    assert await delete(api.token()) == 403
    assert await delete(api.token("tom", Role.TEAM_LEAD)) == 204
    assert await delete(api.token("tom", Role.TEAM_LEAD)) == 404
