"""Policies over HTTP: published, listed, compared, rolled back; running tickets moved on request alone."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.terms import Role
from tests.api.conftest import Api
from tierline import PARTS_ROOT

TEXT = (PARTS_ROOT / "policies" / "default.yaml").read_text(encoding="utf-8")
P3_STANDARD = "resolution: {time: 24h"


def edition(version: str, old: str = "", new: str = "") -> str:
    text = TEXT.replace('version: "2026.1"', f'version: "{version}"')
    assert old in text
    return text.replace(old, new, 1) if old else text


def longer(version: str) -> str:
    """The standard agreement with 48 hours for a P3."""
    return edition(version, P3_STANDARD, P3_STANDARD.replace("24h", "48h"))


async def publish(api: Api, text: str) -> dict[str, Any]:
    answer = await api.post("/v1/policies", {"document": text})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_r38_b36_a_published_policy_is_for_new_tickets_and_a_running_one_stays_on_its_own(api: Api) -> None:
    before = await api.open()
    line = await publish(api, longer("2026.2"))
    assert (line["version"], line["published_by"], line["current"]) == ("2026.2", "grace", True)
    assert api.watch.told == 1  # whoever the desk no longer has is looked for at once
    after = await api.open()
    tickets = api.tickets.tickets
    assert tickets[before["id"]].policy_version == "2026.1"
    assert tickets[after["id"]].policy_version == "2026.2"
    versions = (await api.get("/v1/policies")).json()["policies"]
    assert [(each["version"], each["current"]) for each in versions] == [("2026.2", True), ("2026.1", False)]


async def test_b36_a_document_that_cannot_work_is_refused_with_every_fault_and_its_line(api: Api) -> None:
    text = edition("2026.2", "coordinate_at: 90", "coordinate_at: 80").replace("vip_factor: 0.5", "vip_factor: 5")
    lines = text.splitlines()
    answer = await api.post("/v1/policies", {"document": text})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "policy_unsound"
    assert [each["field"] for each in problem["errors"]] == [
        f"line {lines.index('coordinate_at: 80') + 1}: coordinate_at",
        f"line {lines.index('vip_factor: 5') + 1}: vip_factor",
    ]
    assert len((await api.get("/v1/policies")).json()["policies"]) == 1


async def test_r66_a_rota_with_nobody_on_it_cannot_be_published(api: Api) -> None:
    empty = edition("2026.2", "members: [sofia, ivan]}", "members: []}")
    answer = await api.post("/v1/policies", {"document": empty})
    assert (answer.status_code, answer.json()["code"]) == (422, "policy_unsound")
    assert any("at least 1 item" in each["message"] for each in answer.json()["errors"]), answer.text
    assert [each["version"] for each in (await api.get("/v1/policies")).json()["policies"]] == ["2026.1"]


async def test_check_finds_the_same_and_publishes_nothing(api: Api) -> None:
    sound = await api.post("/v1/policies/check", {"document": longer("2026.2")})
    assert sound.json() == {"faults": []}
    odd = edition("2026.2", "coordinate_at: 90", "coordinate_at: 80")
    (fault,) = (await api.post("/v1/policies/check", {"document": odd})).json()["faults"]
    assert (fault["place"], "not one of the thresholds" in fault["message"]) == ("coordinate_at", True)
    assert len((await api.get("/v1/policies")).json()["policies"]) == 1


async def test_b36_a_published_version_is_never_changed_and_the_same_text_again_is_no_mistake(api: Api) -> None:
    await publish(api, longer("2026.2"))
    assert (await publish(api, longer("2026.2")))["version"] == "2026.2"
    answer = await api.post("/v1/policies", {"document": edition("2026.2")})
    assert (answer.status_code, answer.json()["code"]) == (409, "policy_version_taken")


async def test_b36_two_versions_are_compared_part_by_part(api: Api) -> None:
    await publish(api, longer("2026.2"))
    said = (await api.get("/v1/policies/2026.2/diff", against="2026.1")).json()
    assert [each["reads"] for each in said["changes"]] == [
        "~ agreements.standard.promises.P3.resolution.time: 24h -> 48h"
    ]
    assert (await api.get("/v1/policies/2026.2/diff")).json()["changes"] == []
    assert (await api.get("/v1/policies/2026.2/diff", against="never")).status_code == 404


async def test_r38_b36_a_rollback_gives_new_tickets_an_earlier_version_again(api: Api) -> None:
    await publish(api, longer("2026.2"))
    answer = await api.post("/v1/policies/2026.1/choose")
    assert (answer.status_code, answer.json()["current"]) == (200, True)
    assert api.tickets.tickets[(await api.open())["id"]].policy_version == "2026.1"
    assert (await api.post("/v1/policies/never/choose")).status_code == 404


async def test_the_text_is_shown_to_the_service_manager_alone(api: Api) -> None:
    await publish(api, longer("2026.2"))
    answer = await api.get("/v1/policies/2026.2/document")
    assert answer.text == longer("2026.2")
    other = api.token("ruth", Role.TEAM_LEAD)
    assert (await api.get("/v1/policies/2026.2/document", token=other)).json()["code"] == "forbidden"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SERVICE_MANAGER, Role.SYSTEM}))
async def test_only_the_service_manager_publishes_chooses_and_migrates(api: Api, role: Role) -> None:
    token = api.token("somebody", role)
    for path, body in (
        ("/v1/policies", {"document": longer("2026.2")}),
        ("/v1/policies/2026.1/choose", {}),
        ("/v1/policies/2026.1/migration", {}),
    ):
        answer = await api.post(path, body, token=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


async def test_b36_a_preview_lists_every_deadline_that_would_move_and_moves_nothing(api: Api) -> None:
    ticket = await api.open(impact=2)
    await publish(api, longer("2026.2"))
    before = api.tickets.tickets[ticket["id"]]
    answer = await api.post("/v1/policies/2026.2/migration", {"preview": True})
    assert answer.status_code == 200, answer.text
    (line,) = answer.json()["tickets"]
    assert (line["ticket_id"], line["from_version"], line["outcome"]) == (ticket["id"], "2026.1", "would_adopt")
    moved = {each["what"] for each in line["deadlines"]}
    assert {"resolution 50", "resolution 75", "resolution 90", "resolution 100", "resolution auto"} <= moved
    assert line["firings"] == []
    assert api.tickets.tickets[ticket["id"]] == before


async def test_b36_a_preview_says_which_triggers_would_fire_and_the_migration_fires_them(api: Api) -> None:
    ticket = await api.open(impact=2)
    assert api.tickets.tickets[ticket["id"]].tier == 1
    stricter = edition("2026.2", "{field: users_affected, op: more_than, value: 1}", "{field: kind, value: incident}")
    await publish(api, stricter)
    (line,) = (await api.post("/v1/policies/2026.2/migration", {"preview": True})).json()["tickets"]
    assert [(each["trigger"], each["from_tier"], each["to_tier"]) for each in line["firings"]] == [("I2", 1, 2)]
    assert api.tickets.tickets[ticket["id"]].tier == 1
    (line,) = (await api.post("/v1/policies/2026.2/migration", {"preview": False})).json()["tickets"]
    assert (line["outcome"], [each["trigger"] for each in line["firings"]]) == ("adopted", ["I2"])
    assert api.tickets.tickets[ticket["id"]].tier == 2


async def test_b36_a_migration_moves_each_ticket_with_its_time_kept_and_answers_for_each(api: Api) -> None:
    one, two, over = await api.open(impact=2), await api.open(impact=2), await api.open()
    await api.post(f"/v1/tickets/{over['id']}/cancel", {"reason": "sent twice"})
    await publish(api, longer("2026.2"))
    api.clock.at += timedelta(hours=1)
    before = {id_: api.tickets.tickets[id_].clocks["resolution"] for id_ in (one["id"], two["id"])}
    said = (await api.post("/v1/policies/2026.2/migration", {"preview": False, "reason": "new contract"})).json()
    assert {line["ticket_id"]: line["outcome"] for line in said["tickets"]} == dict.fromkeys(before, "adopted")
    for id_, clock in before.items():
        now = api.tickets.tickets[id_]
        assert now.policy_version == "2026.2"
        assert now.clocks["resolution"].target == 2 * clock.target
        assert now.clocks["resolution"].started_at == clock.started_at
    again = (await api.post("/v1/policies/2026.2/migration", {"preview": False})).json()
    assert again["tickets"] == []


async def test_named_tickets_answer_one_by_one_and_none_stops_another(api: Api) -> None:
    one, over = await api.open(), await api.open()
    await api.post(f"/v1/tickets/{over['id']}/cancel", {"reason": "sent twice"})
    await publish(api, longer("2026.2"))
    names = [one["id"], over["id"], "T-NEVER"]
    said = (await api.post("/v1/policies/2026.2/migration", {"preview": False, "tickets": names})).json()["tickets"]
    assert {line["ticket_id"]: (line["outcome"], line["code"]) for line in said} == {
        one["id"]: ("adopted", None),
        over["id"]: ("refused", "ticket_closed"),
        "T-NEVER": ("refused", "ticket_not_found"),
    }


async def test_one_ticket_goes_over_by_a_command_of_its_own(api: Api) -> None:
    ticket = await api.open(impact=2)
    await publish(api, longer("2026.2"))
    path = f"/v1/tickets/{ticket['id']}/adopt_policy"
    answer = await api.post(path, {"version": "2026.2", "reason": "as agreed"})
    assert answer.status_code == 200, answer.text
    entries = (await api.get(f"/v1/tickets/{ticket['id']}/timeline")).json()["entries"]
    event = entries[-1]["event"]
    assert (event["kind"], event["before"], event["after"]) == ("policy_adopted", "2026.1", "2026.2")
    assert event["moved"]
    assert (await api.post(path, {"version": "2026.9"})).json()["code"] == "unknown_name"
    assert (await api.ask(ticket, "adopt_policy", {"version": "2026.1"})).json()["code"] == "not_permitted"


async def test_a_version_without_the_tickets_category_refuses_that_ticket_by_name(api: Api) -> None:
    ticket = await api.open(category="vendor.coordination")
    gone = "  vendor.coordination: {tier: 3, skill: architecture, sop: SOP-07}\n"
    await publish(api, edition("2026.2", gone, ""))
    (line,) = (await api.post("/v1/policies/2026.2/migration", {})).json()["tickets"]
    assert (line["ticket_id"], line["outcome"], line["code"]) == (ticket["id"], "refused", "policy_unfit")
    assert "vendor.coordination" in line["detail"]


async def test_a_ticket_whose_policy_was_never_published_answers_for_itself_and_stops_no_other(api: Api) -> None:
    plain, odd = await api.open(), await api.open()
    held = api.tickets.tickets
    held[odd["id"]] = held[odd["id"]].model_copy(update={"policy_version": "tried-out"})
    await publish(api, longer("2026.2"))
    said = (await api.post("/v1/policies/2026.2/migration", {"preview": True})).json()["tickets"]
    assert {line["ticket_id"]: (line["outcome"], line["code"]) for line in said} == {
        plain["id"]: ("would_adopt", None),
        odd["id"]: ("refused", "policy_unfit"),
    }
