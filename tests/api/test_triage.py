"""Practising triage over the API: everybody for themselves, each exercise once, scores for those who lead."""

from typing import Any

from escalation.terms import Role
from escalation.triage.composing import compose
from tests.api.conftest import OTHER_CLIENT, Api


def _as_the_rules_do(api: Api, sheet: dict[str, Any], clients: list[str] | None = None) -> dict[str, Any]:
    composed = compose(api.policy, sheet["seed"], len(sheet["cases"]), clients)
    names = ("start_tier", "priority", "trigger", "kind")
    return {
        "answers": {
            str(each.case.number): {name: getattr(each.truth, name) for name in names}
            | {"target": each.truth.targets[0]}
            for each in composed
        }
    }


async def _begin(api: Api, token: str, **wanted: object) -> dict[str, Any]:
    answer = await api.post("/v1/triage/exercises", wanted, token=token)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_r101_a_person_practises_and_the_score_is_kept(api: Api) -> None:
    jun = api.token("jun", Role.TECHNICIAN)
    sheet = await _begin(api, jun, seed=7, how_many=4)
    assert [case["number"] for case in sheet["cases"]] == [1, 2, 3, 4]
    assert sheet == await _begin(api, jun, seed=7, how_many=4)
    said = _as_the_rules_do(api, sheet)
    said["answers"]["2"]["start_tier"] = said["answers"]["2"]["start_tier"] % 3 + 1
    marks = (await api.post(f"/v1/triage/exercises/{sheet['id']}/answers", said, token=jun)).json()
    assert marks["total"] == 19 / 20
    assert "It began at Tier" in marks["cases"][1]["why"]["start_tier"]
    mine = (await api.get("/v1/triage/scores", token=jun)).json()
    assert [(score["exercise"], score["total"]) for score in mine["scores"]] == [(sheet["id"], 19 / 20)]
    assert mine["people"][0]["cases"] == 4


async def test_r101_an_exercise_is_answered_once_and_the_same_answers_get_the_same_marks(api: Api) -> None:
    jun = api.token("jun", Role.TECHNICIAN)
    sheet = await _begin(api, jun, seed=1, how_many=2)
    path, said = f"/v1/triage/exercises/{sheet['id']}/answers", _as_the_rules_do(api, sheet)
    first = await api.post(path, said, token=jun)
    assert (await api.post(path, said, token=jun)).json() == first.json()
    said["answers"]["1"]["trigger"] = "none" if said["answers"]["1"]["trigger"] != "none" else "I1"
    other = await api.post(path, said, token=jun)
    assert (other.status_code, other.json()["code"]) == (409, "exercise_over")
    assert (await _begin(api, jun, seed=1, how_many=2))["answered_at"] is not None


async def test_r101_everybody_answers_for_themselves(api: Api) -> None:
    sheet = await _begin(api, api.token("jun", Role.TECHNICIAN), how_many=1)
    path, said = f"/v1/triage/exercises/{sheet['id']}/answers", _as_the_rules_do(api, sheet)
    for person, role in (("priya", Role.TECHNICIAN), ("grace", Role.SERVICE_MANAGER)):
        assert (await api.post(path, said, token=api.token(person, role))).json()["code"] == "not_found"


async def test_r101_those_who_lead_see_everybody_over_time_and_others_only_themselves(api: Api) -> None:
    for person in ("jun", "priya"):
        token = api.token(person, Role.TECHNICIAN)
        sheet = await _begin(api, token, seed=3, how_many=1)
        await api.post(f"/v1/triage/exercises/{sheet['id']}/answers", _as_the_rules_do(api, sheet), token=token)
    lead = (await api.get("/v1/triage/scores", token=api.token("ruth", Role.TEAM_LEAD))).json()
    assert [line["person"] for line in lead["people"]] == ["jun", "priya"]
    jun = api.token("jun", Role.TECHNICIAN)
    assert {score["person"] for score in (await api.get("/v1/triage/scores", token=jun)).json()["scores"]} == {"jun"}
    refused = await api.get("/v1/triage/scores", token=jun, person="priya")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_cases_for_a_token_of_one_client_are_of_that_client(api: Api) -> None:
    token = api.token("jun", Role.TECHNICIAN, OTHER_CLIENT)
    sheet = await _begin(api, token, seed=3, how_many=3)
    assert {case["client"] for case in sheet["cases"]} == {OTHER_CLIENT}
    said = _as_the_rules_do(api, sheet, [OTHER_CLIENT])
    marks = await api.post(f"/v1/triage/exercises/{sheet['id']}/answers", said, token=token)
    assert marks.json()["total"] == 1.0


async def test_answers_that_are_not_whole_or_not_known_are_refused(api: Api) -> None:
    sheet = await _begin(api, api.token(), how_many=2)
    path, said = f"/v1/triage/exercises/{sheet['id']}/answers", _as_the_rules_do(api, sheet)
    lacking = await api.post(path, {"answers": {"1": said["answers"]["1"]}})
    assert lacking.json()["missing"] == ["answers.2"]
    said["answers"]["1"]["trigger"] = "Z9"
    assert (await api.post(path, said)).json()["code"] == "unknown_name"
    assert (await api.post("/v1/triage/exercises", {"how_many": 51})).status_code == 422
