"""A way to somebody counts once a code that went out by it came back."""

from datetime import timedelta

import httpx
import pytest

from escalation.terms import Role
from escalation.verifying import CODE_LIVES, TRIES
from tests.api.conftest import Api
from tests.api.visit import visit_of, words_of

ME = "marek"
PATH = f"/v1/people/{ME}/contact-methods"


async def asked(api: Api, code: str | None = None, *, method: str = "mail") -> httpx.Response:
    body = {} if code is None else {"code": code}
    return await api.post(f"{PATH}/{method}/verify", body, token=api.token(ME, Role.TECHNICIAN))


def came(api: Api) -> str:
    """The code in the last message."""
    return api.store.taken[-1].params["code"]


def required(api: Api) -> None:
    call = api.policy.on_call.model_copy(update={"require_verified": True})
    api.policies.policy = api.policy.model_copy(update={"on_call": call})


async def test_b24_the_code_goes_out_by_the_very_way_and_verifies_it_when_it_comes_back(api: Api) -> None:
    assert (await asked(api)).status_code == 200
    (message,) = api.store.taken
    assert (message.to, message.via, message.template) == (ME, "mail", "verify_contact")
    before = (await api.get(PATH)).json()["methods"]
    assert [(way["method"], way["verified_at"]) for way in before] == [("mail", None)]
    assert (await asked(api, f" {came(api)} ")).json()["methods"][0]["verified_at"] is not None


async def test_a_wrong_code_an_old_one_and_one_that_was_used_verify_nothing(api: Api) -> None:
    await asked(api)
    code = came(api)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert (await asked(api, wrong)).status_code == 422
    assert (await asked(api, code)).status_code == 200
    assert (await asked(api, code)).status_code == 422
    api.clock.at += timedelta(minutes=2)
    await asked(api)
    api.clock.at += CODE_LIVES + timedelta(seconds=1)
    assert (await asked(api, came(api))).status_code == 422


async def test_a_code_is_not_guessed(api: Api) -> None:
    await asked(api)
    code = came(api)
    for n in range(TRIES):
        assert (await asked(api, f"{(int(code) + 1 + n) % 10**6:06}")).status_code == 422
    assert (await asked(api, code)).status_code == 422


async def test_nobody_is_sent_one_code_after_the_other(api: Api) -> None:
    await asked(api)
    again = await asked(api)
    assert (again.status_code, again.json()["code"]) == (429, "too_soon")
    assert len(api.store.taken) == 1


async def test_a_new_address_is_not_verified_by_the_old_one(api: Api) -> None:
    await asked(api)
    await asked(api, came(api))
    people = {**api.policy.people, ME: api.policy.people[ME].model_copy(update={"email": "new@desk.example"})}
    api.policies.policy = api.policy.model_copy(update={"people": people})
    api.clock.at += timedelta(seconds=6)
    assert (await api.get(PATH)).json()["methods"][0]["verified_at"] is None


@pytest.mark.parametrize("method", ["sms", "pigeon"])
async def test_a_way_that_the_policy_does_not_have_cannot_be_tried(api: Api, method: str) -> None:
    assert (await asked(api, method=method)).status_code == 404


async def test_one_technician_does_not_try_the_ways_of_another(api: Api) -> None:
    token = api.token("tomas", Role.TECHNICIAN)
    assert (await api.get(PATH, token=token)).status_code == 403
    assert (await api.post(f"{PATH}/mail/verify", {}, token=token)).status_code == 403


async def test_r66_nobody_takes_a_duty_over_before_they_can_be_reached_where_the_policy_says_so(api: Api) -> None:
    rota = next(iter(api.policy.on_call.rotas))
    start, end = (api.clock.at + timedelta(days=n) for n in (1, 2))
    duty = {"rota": rota, "who": ME, "start": start.isoformat(), "end": end.isoformat()}
    assert (await api.post("/v1/on-call/overrides", duty)).status_code == 201
    required(api)
    refused = await api.post("/v1/on-call/overrides", duty)
    assert (refused.status_code, refused.json()["code"]) == (409, "contact_not_verified")
    await asked(api)
    await asked(api, came(api))
    assert (await api.post("/v1/on-call/overrides", duty)).status_code == 201


async def test_the_console_sends_a_code_takes_it_and_names_who_has_no_way(api: Api) -> None:
    visit = await visit_of(api)
    assert "On a rota, and nothing verified" in words_of(await visit.get("/console/contact"))
    assert (await visit.send("/console/contact/mail/code")).status_code == 303
    wrong = await visit.send("/console/contact/mail/proof", code="x")
    assert (wrong.status_code, "not the code" in words_of(wrong)) == (422, True)
    assert (await visit.send("/console/contact/mail/proof", code=came(api))).status_code == 303
    assert "Mail verified" in words_of(await visit.get("/console/contact"))
    theirs = words_of(await (await visit_of(api, ME, Role.TECHNICIAN)).get("/console/contact"))
    assert "On a rota" not in theirs
