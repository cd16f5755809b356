"""Taking tickets in: once for each key, and only what makes sense."""

import pytest

from escalation.terms import Role
from tests.api.conftest import INTAKE, OTHER_CLIENT, Api


async def test_an_intake_answers_with_the_ticket_its_owner_and_where_it_is(api: Api) -> None:
    answer = await api.post("/v1/tickets", INTAKE)
    ticket = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/tickets/{ticket['id']}"
    assert answer.headers["Link"] == (
        f'<http://ui.example/namespaces/default/workflows/ticket%2F{ticket["id"]}>; rel="monitor"'
    )
    assert (ticket["stage"], ticket["owner"] in api.policy.people) == ("tier_1", True)
    assert (await api.get(answer.headers["Location"])).json() == ticket


async def test_the_same_key_takes_one_ticket_in(api: Api) -> None:
    first, second = await api.open(key="mail-1"), await api.open(key="mail-1")
    assert first == second
    assert len(api.tickets.tickets) == 1


async def test_the_same_external_id_takes_one_ticket_in_whoever_sends_it(api: Api) -> None:
    first = await api.open(external_id="PSA-7")
    second = await api.open(external_id="PSA-7", token=api.token("psa", Role.INTEGRATION), key="another")
    assert first["id"] == second["id"]


async def test_an_external_id_is_the_clients_own(api: Api) -> None:
    ours, theirs = await api.open(external_id="PSA-7"), await api.open(external_id="PSA-7", client=OTHER_CLIENT)
    assert ours["id"] != theirs["id"]


async def test_without_a_key_every_intake_is_a_new_ticket(api: Api) -> None:
    ids = {(await api.open())["id"] for _ in range(5)}
    assert len(ids) == 5
    assert all(len(its_id) == 14 and its_id.startswith("T-") for its_id in ids)


async def test_one_persons_key_is_not_anothers(api: Api) -> None:
    mine = await api.open(key="1")
    yours = await api.open(key="1", token=api.token("psa", Role.INTEGRATION))
    assert mine["id"] != yours["id"]


@pytest.mark.parametrize("changes", [{"subject": "Another thing"}, {"impact": 1}, {"facts": {}}])
async def test_another_body_under_the_same_key_is_refused(api: Api, changes: dict[str, object]) -> None:
    ticket = await api.open(key="mail-1")
    answer = await api.post("/v1/tickets", INTAKE | changes, key="mail-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert api.tickets.tickets[ticket["id"]].subject == INTAKE["subject"]


async def test_a_repeat_long_after_the_ticket_was_forgotten_by_temporal_is_still_a_repeat(api: Api) -> None:
    ticket = await api.open(external_id="PSA-7")
    api.store.kept[ticket["id"]] = api.tickets.tickets[ticket["id"]]
    api.tickets.forget(ticket["id"])
    assert await api.open(external_id="PSA-7") == ticket
    other = await api.post("/v1/tickets", INTAKE | {"external_id": "PSA-7", "subject": "Another"})
    assert other.json()["code"] == "idempotency_key_reused"
    assert not api.tickets.tickets


@pytest.mark.parametrize("field", ["client", "category"])
async def test_a_client_or_category_that_the_policy_does_not_know_is_named(api: Api, field: str) -> None:
    answer = await api.post("/v1/tickets", INTAKE | {field: "plumbing"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "unknown_name")
    assert (problem["field"], problem["value"]) == (field, "plumbing")
    assert not api.tickets.tickets


async def test_a_ticket_reopens_only_one_of_its_own_client(api: Api) -> None:
    theirs, ours = await api.open(client=OTHER_CLIENT), await api.open()
    for other in (theirs["id"], "T-NOTHERE"):
        answer = await api.post("/v1/tickets", INTAKE | {"reopens": other})
        assert (answer.status_code, answer.json()["field"]) == (422, "reopens")
    assert (await api.open(reopens=ours["id"]))["reopens"] == ours["id"]


async def test_a_subject_of_blanks_is_missing(api: Api) -> None:
    answer = await api.post("/v1/tickets", INTAKE | {"subject": "   "})
    assert (answer.status_code, answer.json()["missing"]) == (422, ["subject"])


async def test_a_field_that_an_intake_does_not_have_is_named(api: Api) -> None:
    answer = await api.post("/v1/tickets", INTAKE | {"prio": 1})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["prio"]


async def test_intake_goes_on_while_postgresql_is_away(api: Api) -> None:
    await api.open()
    api.store.away = api.policies.away = api.people.away = api.tokens.away = True
    assert (await api.open(subject="Another"))["subject"] == "Another"


async def test_without_a_policy_intake_says_to_come_back(api: Api) -> None:
    api.policies.away = True
    answer = await api.post("/v1/tickets", INTAKE)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
