"""Not open by default: who comes in, as whom, and how far."""

from datetime import timedelta

import pytest

from escalation.terms import Role
from tests.api.conftest import FULL_NOTE, INTAKE, OTHER_CLIENT, Api, review_of

# The last two have doors of their own: that of Prometheus (test_scrape.py), and the key of each source (test_intake_*).
_OPEN = {"/healthz", "/readyz", "/metrics", "/v1/intake/{source}"}


async def test_nothing_under_v1_answers_without_a_token(api: Api) -> None:
    paths = api.app.openapi()["paths"]
    calls = [(method, path) for path, methods in paths.items() if path not in _OPEN for method in methods]
    assert len(calls) > 40
    for method, path in calls:
        answer = await api.client.request(method, path, json={})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), path
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("secret", ["tl_unknown", "", "x" * 5000])
async def test_an_unknown_token_opens_nothing(api: Api, secret: str) -> None:
    answer = await api.get("/v1/tickets", token=secret)
    assert answer.status_code == 401


async def test_an_expired_token_opens_nothing(api: Api) -> None:
    secret = api.token()
    held = api.tokens.held[secret]
    api.tokens.held[secret] = held.model_copy(update={"expires_at": api.clock.at + timedelta(seconds=5)})
    assert (await api.get("/v1/tickets", token=secret)).status_code == 200
    api.clock.at += timedelta(seconds=5)
    assert (await api.get("/v1/tickets", token=secret)).status_code == 401


async def test_a_revoked_token_opens_nothing_after_ten_seconds(api: Api) -> None:
    secret = api.token("jun", Role.TECHNICIAN)
    assert (await api.get("/v1/tickets", token=secret)).status_code == 200
    del api.tokens.held[secret]
    api.clock.at += timedelta(seconds=11)
    assert (await api.get("/v1/tickets", token=secret)).status_code == 401


async def test_a_token_is_looked_up_once_for_many_requests(api: Api) -> None:
    secret = api.token()
    for _ in range(5):
        await api.get("/v1/tickets", token=secret)
    assert api.tokens.asked == 1


async def test_tokens_open_the_api_while_postgresql_is_away(api: Api) -> None:
    known, never_seen_before = api.token(), api.token("jun", Role.TECHNICIAN)
    ticket = await api.open(token=known)
    api.tokens.away = api.store.away = api.policies.away = api.people.away = True
    api.clock.at += timedelta(minutes=5)
    again = await api.post("/v1/tickets", INTAKE, token=never_seen_before)
    assert again.status_code == 201
    said = await api.post(f"/v1/tickets/{ticket['id']}/comment", {"text": "still here"}, token=known)
    assert said.status_code == 200


async def test_a_token_never_seen_is_no_wrong_token_while_postgresql_was_never_there(api: Api) -> None:
    api.tokens.away = True
    answer = await api.get("/v1/tickets", token="tl_whatever")
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert answer.headers["Retry-After"]


async def test_a_token_made_since_the_last_look_is_no_wrong_token_while_postgresql_is_away(api: Api) -> None:
    await api.get("/v1/tickets", token=api.token())
    made_since = api.token("jun", Role.TECHNICIAN)
    api.tokens.away = True
    answer = await api.get("/v1/tickets", token=made_since)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")


async def test_a_technician_acts_as_himself(api: Api) -> None:
    ticket = await api.open()
    body = {"text": "hello", "role": "service_manager", "request_id": "theirs"}
    answer = await api.post(
        f"/v1/tickets/{ticket['id']}/comment", body, token=api.token("jun", Role.TECHNICIAN), key="k1"
    )
    assert answer.status_code == 200
    asked = api.tickets.asked[-1]
    assert (asked.by, asked.role, asked.request_id) == ("jun", Role.TECHNICIAN, "comment/jun/k1")


async def test_nobody_acts_as_another(api: Api) -> None:
    ticket = await api.open()
    answer = await api.post(
        f"/v1/tickets/{ticket['id']}/comment", {"text": "hello", "by": "grace"}, token=api.token("jun", Role.TECHNICIAN)
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "acts_as_another")
    assert len(api.tickets.stories[ticket["id"]]) == ticket["seq"]


async def test_a_role_may_ask_only_what_is_its_own(api: Api) -> None:
    ticket = await api.open()
    auditor = api.token("audra", Role.AUDITOR)
    refused = await api.post(f"/v1/tickets/{ticket['id']}/comment", {"text": "hm"}, token=auditor)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert (await api.post("/v1/tickets", INTAKE, token=auditor)).json()["code"] == "not_permitted"
    assert (await api.get(f"/v1/tickets/{ticket['id']}", token=auditor)).status_code == 200


async def test_client_a_never_sees_b(api: Api) -> None:
    theirs, ours = await api.open(client=OTHER_CLIENT), await api.open()
    scoped = api.token("partner", Role.SERVICE_MANAGER, "acme-dental")
    for part in ("", "/timeline", "/sla", "/handoff", "/messages"):
        answer = await api.get(f"/v1/tickets/{theirs['id']}{part}", token=scoped)
        assert (answer.status_code, answer.json()["code"]) == (404, "ticket_not_found"), part
        assert (await api.get(f"/v1/tickets/{ours['id']}{part}", token=scoped)).status_code == 200, part
    said = await api.post(f"/v1/tickets/{theirs['id']}/comment", {"text": "hi"}, token=scoped)
    assert said.status_code == 404
    merged = await api.post(f"/v1/tickets/{ours['id']}/merge", {"into": theirs["id"]}, token=scoped)
    assert merged.status_code == 404
    listed = (await api.get("/v1/tickets", token=scoped)).json()["tickets"]
    assert [ticket["id"] for ticket in listed] == [ours["id"]]
    assert (await api.get("/v1/tickets", token=scoped, client=OTHER_CLIENT)).json()["tickets"] == []
    assert (await api.get("/v1/metrics/escalation", token=scoped)).json()["cases"] == 1
    queues = (await api.get("/v1/queues", token=scoped)).json()
    assert sum(person["open"] for person in queues["load"]) == 1
    assert all(person["open"] for person in queues["load"])


async def test_another_client_is_as_good_as_unknown_to_a_scoped_intake(api: Api) -> None:
    scoped = api.token("partner", Role.INTEGRATION, "acme-dental")
    answer = await api.post("/v1/tickets", INTAKE | {"client": OTHER_CLIENT}, token=scoped)
    unknown = await api.post("/v1/tickets", INTAKE | {"client": "nobody"}, token=scoped)
    assert answer.json()["code"] == unknown.json()["code"] == "unknown_name"
    assert answer.json()["detail"].replace(OTHER_CLIENT, "nobody") == unknown.json()["detail"]


async def test_reviews_of_other_clients_are_not_there(api: Api) -> None:
    api.reviews.lines["T-1"] = review_of("T-1", OTHER_CLIENT)
    scoped = api.token("partner", Role.SERVICE_MANAGER, "acme-dental")
    assert (await api.get("/v1/reviews", token=scoped)).json()["reviews"] == []
    assert (await api.get("/v1/reviews/T-1", token=scoped)).json()["code"] == "not_found"
    assert (await api.get("/v1/reviews/T-1")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/people", "/v1/people/jun", "/v1/on-call", "/v1/policies", "/v1/sops"])
async def test_what_belongs_to_the_whole_desk_is_closed_to_a_token_for_some_clients(api: Api, path: str) -> None:
    scoped = api.token("partner", Role.SERVICE_MANAGER, "acme-dental")
    answer = await api.get(path, token=scoped)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await api.get(path)).status_code == 200


async def test_only_the_owner_escalates(api: Api) -> None:
    ticket = await api.open()
    stranger = "marek" if ticket["owner"] != "marek" else "elena"
    before = api.tickets.tickets[ticket["id"]]
    answer = await api.ask(ticket, "escalate", {"reason": "knowledge", "note": FULL_NOTE}, by=stranger)
    assert (answer.status_code, answer.json()["code"], answer.json()["owner"]) == (409, "not_owner", ticket["owner"])
    assert api.tickets.tickets[ticket["id"]] == before
