"""Other programs subscribe, see what became of each event, and have it sent again."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.terms import Role
from escalation.webhooks import Delivery, Try
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.visit import visit_of, words_of

HOOK = {"url": "https://psa.example/hook", "kinds": ["ticket.*"]}


async def made(api: Api, **changes: object) -> str:
    answer = await api.post("/v1/webhooks", HOOK | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["webhook"]["id"])


def delivery(api: Api, n: int, **changes: Any) -> Delivery:
    known = {"id": f"msg_{n}", "sequence": n, "kind": "ticket.opened", "ticket_id": "T-1", "at": api.clock.at}
    return Delivery.model_validate(known | changes)


async def test_r105_a_subscription_shows_its_secret_once(api: Api) -> None:
    answer = await api.post("/v1/webhooks", HOOK)
    secret = answer.json()["secret"]
    assert secret.startswith("whsec_")
    its_id = answer.json()["webhook"]["id"]
    for path in ("/v1/webhooks", f"/v1/webhooks/{its_id}"):
        assert "whsec_" not in (await api.get(path)).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "ftp://psa.example/hook"}, "url"),
        ({"url": "https://user:pw@psa.example/"}, "url"),
        ({"url": "psa.example"}, "url"),
        ({"url": "http://["}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["ticket.opend"]}, "kinds"),
        ({"clients": ["nobody-here"]}, "clients"),
    ],
)
async def test_what_could_never_work_is_refused_at_its_field(api: Api, changes: dict[str, object], field: str) -> None:
    answer = await api.post("/v1/webhooks", HOOK | changes)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert api.webhooks.known == {}


async def test_only_the_service_manager_of_the_whole_desk_subscribes(api: Api) -> None:
    for token in (api.token("tomas", Role.TECHNICIAN), api.token("x", Role.SERVICE_MANAGER, OTHER_CLIENT)):
        assert (await api.post("/v1/webhooks", HOOK, token=token)).status_code == 403
        assert (await api.get("/v1/webhooks", token=token)).status_code == 403


async def test_what_is_left_out_of_a_change_stays(api: Api) -> None:
    its_id = await made(api, note="the PSA")
    answer = await api.client.patch(
        f"/v1/webhooks/{its_id}",
        json={"state": "off", "note": None},
        headers={"Authorization": f"Bearer {api.token()}"},
    )
    assert (answer.json()["state"], answer.json()["note"], answer.json()["url"]) == ("off", "the PSA", HOOK["url"])


async def test_a_change_of_secrets_leaves_a_day_for_the_old_one(api: Api) -> None:
    its_id = await made(api)
    answer = (await api.post(f"/v1/webhooks/{its_id}/rotate")).json()
    assert answer["secret"].startswith("whsec_")
    assert answer["webhook"]["old_secret_until"] is not None


async def test_r105_one_is_sent_again_or_all_that_failed_since(api: Api) -> None:
    its_id = await made(api)
    old = api.clock.at - timedelta(days=2)
    api.webhooks.log[its_id] = [
        delivery(api, 1, state="failed", at=old),
        delivery(api, 2, state="failed"),
        delivery(api, 3, state="delivered"),
    ]
    since = {"since": (api.clock.at - timedelta(hours=1)).isoformat()}
    assert (await api.post(f"/v1/webhooks/{its_id}/replay", since)).json() == {"deliveries": 1}
    assert (await api.post(f"/v1/webhooks/{its_id}/deliveries/msg_3/replay")).json() == {"deliveries": 1}
    assert [each.state for each in api.webhooks.log[its_id]] == ["failed", "queued", "queued"]
    assert api.webhooks.log[its_id][2].tries[-1].again_by == "grace"
    assert api.webhooks.woken == [its_id, its_id]
    assert (await api.post(f"/v1/webhooks/{its_id}/deliveries/msg_9/replay")).status_code == 404


async def test_the_log_is_read_page_by_page_and_by_state(api: Api) -> None:
    its_id = await made(api)
    api.webhooks.log[its_id] = [delivery(api, n, state="failed" if n % 2 else "delivered") for n in range(1, 6)]
    first = (await api.get(f"/v1/webhooks/{its_id}/deliveries", limit=2)).json()
    assert [each["sequence"] for each in first["deliveries"]] == [5, 4]
    rest = (await api.get(f"/v1/webhooks/{its_id}/deliveries", before=first["next_before"])).json()
    assert [each["sequence"] for each in rest["deliveries"]] == [3, 2, 1]
    failed = (await api.get(f"/v1/webhooks/{its_id}/deliveries", state="failed")).json()
    assert [each["sequence"] for each in failed["deliveries"]] == [5, 3, 1]


async def test_what_is_forgotten_is_gone(api: Api) -> None:
    its_id = await made(api)
    headers = {"Authorization": f"Bearer {api.token()}"}
    assert (await api.client.delete(f"/v1/webhooks/{its_id}", headers=headers)).status_code == 204
    assert (await api.get(f"/v1/webhooks/{its_id}")).status_code == 404


async def test_the_console_subscribes_shows_the_log_and_sends_again(api: Api) -> None:
    visit = await visit_of(api)
    assert "Nobody hears of tickets yet" in words_of(await visit.get("/console/webhooks"))
    shown = await visit.send(
        "/console/webhooks", url="https://psa.example/hook", kinds="ticket.*", clients="", note="x"
    )
    assert shown.status_code == 200
    assert "whsec_1" in shown.text
    its_id = next(iter(api.webhooks.known))
    tries = (Try(at=api.clock.at, status=500, said="answered 500"),)
    api.webhooks.log[its_id] = [delivery(api, 1, state="failed", tries=tries)]
    page = words_of(await visit.get(f"/console/webhooks/{its_id}"))
    assert "answered 500" in page
    again = await visit.send(f"/console/webhooks/{its_id}/again", delivery="msg_1")
    assert again.status_code == 303
    assert api.webhooks.log[its_id][0].state == "queued"
    wrong = await visit.send("/console/webhooks", url="nowhere", kinds="ticket.*", clients="", note="")
    assert wrong.status_code == 422
    assert "is http:// or https://" in words_of(wrong)


async def test_the_console_keeps_webhooks_from_who_does_not_manage(api: Api) -> None:
    visit = await visit_of(api, "tomas", Role.TECHNICIAN)
    assert "/console/webhooks" not in (await visit.get("/console/")).text
    assert (await visit.client.get("/console/webhooks")).status_code == 403
