"""Commands: done once for each key, refused with a code, and never half done."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.commands import ASKED, ContactMade
from escalation.permissions import AFTERWARDS
from escalation.terms import Role
from tests.api.conftest import FULL_NOTE, OTHER_CLIENT, Api

RESOLVE = {"code": "fixed", "cause": "identity", "resolution": "Removed the stale credential"}


async def _refused(api: Api, ticket: dict[str, Any], name: str, body: object = None) -> tuple[int, dict[str, Any]]:
    """The problem that a command by the owner meets; the ticket must be as it was."""
    before = api.tickets.tickets[ticket["id"]]
    answer = await api.ask(ticket, name, body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.tickets.tickets[ticket["id"]] == before
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"].endswith(problem["code"])
    return answer.status_code, problem


async def test_a_ticket_goes_up_and_is_resolved(api: Api) -> None:
    ticket = await api.open()
    assert (await api.ask(ticket, "accept", {"contacted": True})).json()["accepted_at"]
    tried = {"step": "Unlocked the account", "result": "Locked again", "outcome": "failed"}
    assert (await api.ask(ticket, "log_attempt", tried)).status_code == 200
    up = await api.ask(ticket, "escalate", {"reason": "knowledge", "note": FULL_NOTE})
    assert (up.status_code, up.json()["stage"]) == (200, "tier_2")
    assert up.json()["owner"] != ticket["owner"]
    assert (await api.ask(ticket, "accept")).status_code == 200
    resolved = await api.ask(ticket, "resolve", RESOLVE)
    assert (resolved.status_code, resolved.json()["stage"]) == (200, "resolved")


async def test_the_same_command_twice_is_done_once(api: Api) -> None:
    ticket, token = await api.open(), api.token("jun", Role.TECHNICIAN)
    path = f"/v1/tickets/{ticket['id']}/comment"
    first = await api.post(path, {"text": "one"}, token=token, key="k")
    second = await api.post(path, {"text": "one"}, token=token, key="k")
    assert first.json() == second.json()
    assert len(api.tickets.stories[ticket["id"]]) == ticket["seq"] + 1
    other = await api.post(path, {"text": "two"}, token=token, key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_one_key_under_two_commands_or_two_people_is_two_requests(api: Api) -> None:
    ticket = await api.open()
    root = f"/v1/tickets/{ticket['id']}"
    for person in ("jun", "priya"):
        await api.post(f"{root}/comment", {"text": "one"}, token=api.token(person, Role.TECHNICIAN), key="k")
    await api.post(f"{root}/coordinate", {"reason": "unhappy"}, token=api.token("jun", Role.TECHNICIAN), key="k")
    assert len({asked.request_id for asked in api.tickets.asked}) == 3


async def test_a_note_of_blanks_names_every_field(api: Api) -> None:
    ticket = await api.open()
    note = dict.fromkeys(FULL_NOTE, "n/a") | {"steps_tried": [{"step": " ", "result": "n/a"}]}
    status, problem = await _refused(api, ticket, "escalate", {"reason": "knowledge", "note": note})
    assert (status, problem["code"]) == (422, "incomplete_handoff")
    assert {"summary_symptoms", "what_failed", "suspected_cause"} <= set(problem["missing"])


async def test_a_closed_ticket_takes_no_command_but_those_about_its_breaches_and_the_customers_score(api: Api) -> None:
    ticket = await api.open()
    assert (await api.ask(ticket, "cancel", {"reason": "sent twice"}, by="grace")).status_code == 403
    answer = await api.post(f"/v1/tickets/{ticket['id']}/cancel", {"reason": "sent twice"})
    assert answer.json()["stage"] == "cancelled"
    for name in ASKED:
        status, problem = await _refused(api, ticket, name)
        if name not in AFTERWARDS:
            assert (status, problem["code"]) == (409, "ticket_closed"), name
        elif name in ("decide_exclusion", "rate_service", "answer_rating"):  # none of a technician's
            assert (status, problem["code"]) == (403, "not_permitted"), name
        else:
            assert (status, problem["code"]) in [(409, "not_breached"), (422, "incomplete_command")], name


async def test_a_closed_ticket_that_temporal_has_forgotten_is_still_closed_and_still_readable(api: Api) -> None:
    ticket = await api.open()
    await api.post(f"/v1/tickets/{ticket['id']}/cancel", {"reason": "sent twice"})
    api.store.kept[ticket["id"]] = api.tickets.tickets[ticket["id"]]
    api.tickets.forget(ticket["id"])
    answer = await api.post(f"/v1/tickets/{ticket['id']}/comment", {"text": "hello"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_closed")
    for part in ("", "/timeline", "/sla", "/handoff", "/messages"):
        assert (await api.get(f"/v1/tickets/{ticket['id']}{part}")).status_code == 200, part


async def test_a_command_judged_on_an_older_state_is_stale(api: Api) -> None:
    ticket = await api.open()
    status, problem = await _refused(api, ticket, "accept", {"expected_seq": 1})
    assert (status, problem["code"], problem["seq"]) == (409, "stale_command", ticket["seq"])


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("triage", {"category": "plumbing"}, 409, "not_allowed_in_stage"),
        ("log_attempt", {"step": "rebooted"}, 422, "incomplete_attempt"),
        ("escalate", {"to_tier": 3, "reason": "knowledge", "note": FULL_NOTE}, 409, "tier_three_guard"),
        ("return", {"reason": "wrong_skill"}, 409, "not_allowed_in_stage"),
        ("resolve", {}, 422, "incomplete_resolution"),
        ("resume", {}, 409, "not_on_hold"),
        ("hold", {"reason": "lunch"}, 422, "unknown_name"),
        ("rate_note", {"rating": "usable"}, 409, "no_note_to_rate"),
        ("complete_note", {}, 409, "no_note_debt"),
        ("transfer", {"to_person": "nobody", "reason": "x"}, 422, "unknown_name"),
        ("consult", {"person": "nobody", "question": "how?"}, 422, "unknown_name"),
        ("reopen", {"reason": "again"}, 409, "not_allowed_in_stage"),
        ("merge", {}, 403, "not_permitted"),
        ("log_attempt", {"step": "x", "result": "y", "outcome": "maybe"}, 422, "invalid_request"),
        ("comment", {"text": "x" * 9_000}, 422, "invalid_request"),
        ("comment", {"texte": "hello"}, 422, "invalid_request"),
    ],
)
async def test_what_the_rules_refuse_is_a_problem_and_changes_nothing(
    api: Api, name: str, body: object, status: int, code: str
) -> None:
    ticket = await api.open()
    got, problem = await _refused(api, ticket, name, body)
    assert (got, problem["code"]) == (status, code)


async def test_a_merge_into_a_ticket_that_is_not_there_is_impossible(api: Api) -> None:
    ticket = await api.open()
    answer = await api.post(f"/v1/tickets/{ticket['id']}/merge", {"into": "T-NOTHERE"})
    assert (answer.status_code, answer.json()["code"]) == (409, "merge_impossible")


async def test_a_ticket_is_never_merged_into_one_of_another_client(api: Api) -> None:
    ours, theirs = await api.open(), await api.open(client=OTHER_CLIENT)
    answer = await api.post(f"/v1/tickets/{ours['id']}/merge", {"into": theirs["id"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "merge_impossible")
    assert api.tickets.tickets[ours["id"]].stage == "tier_1"


@pytest.mark.parametrize(
    ("person", "status", "code"),
    [("sofia", 409, "not_allowed_in_stage"), ("leo", 422, "unknown_name"), ("dana", 422, "unknown_name")],
)
async def test_a_transfer_stays_at_its_tier_and_goes_to_who_works_on_tickets(
    api: Api, person: str, status: int, code: str
) -> None:
    ticket = await api.open()
    body = {"to_person": person, "reason": "Knows the client", "note": FULL_NOTE}
    got, problem = await _refused(api, ticket, "transfer", body)
    assert (got, problem["code"]) == (status, code)
    assert (await api.ask(ticket, "transfer", body | {"to_person": "ruth"})).json()["owner"] == "ruth"


async def test_nobody_takes_over_what_was_escalated_beyond_his_tier(api: Api) -> None:
    ticket = await api.open()
    await api.ask(ticket, "escalate", {"reason": "knowledge", "note": FULL_NOTE})
    path, takes = f"/v1/tickets/{ticket['id']}/accept", {"take_over": True}
    refused = await api.post(path, takes, token=api.token(ticket["owner"], Role.TECHNICIAN))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert (await api.post(path, takes, token=api.token("sofia", Role.TECHNICIAN))).json()["owner"] == "sofia"


async def test_a_contact_happened_when_it_is_said_but_not_in_the_future(api: Api) -> None:
    ticket = await api.open()
    earlier = api.clock.at - timedelta(minutes=10)
    for said, kept in ((None, api.clock.at), (earlier, earlier), (api.clock.at + timedelta(hours=1), api.clock.at)):
        body = {"text": "spoke"} | ({"at": said.isoformat()} if said else {})
        assert (await api.ask(ticket, "contact", body)).status_code == 200
        asked = api.tickets.asked[-1]
        assert isinstance(asked, ContactMade)
        assert asked.at == kept


async def test_a_name_is_judged_by_the_desk_while_the_directory_is_away(api: Api) -> None:
    ticket = await api.open()
    api.people.away = True
    answer = await api.ask(ticket, "consult", {"person": "marek", "question": "how?"})
    assert answer.status_code == 200


async def test_without_a_worker_a_command_is_not_confirmed(api: Api) -> None:
    ticket = await api.open()
    api.tickets.away = True
    answer = await api.ask(ticket, "accept")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_confirmed")
    assert answer.headers["Retry-After"] == "2"


async def test_without_a_worker_a_ticket_is_read_from_the_read_side(api: Api) -> None:
    ticket = await api.open()
    api.tickets.away = True
    for part in ("", "/timeline", "/sla", "/handoff", "/messages"):
        assert (await api.get(f"/v1/tickets/{ticket['id']}{part}")).status_code == 200, part
    assert (await api.get(f"/v1/tickets/{ticket['id']}")).json() == ticket
    api.store.away = True
    assert (await api.get(f"/v1/tickets/{ticket['id']}")).json()["code"] == "not_confirmed"


async def test_a_fault_in_the_rules_is_ours_and_tells_nothing_of_our_insides(api: Api) -> None:
    ticket = await api.open()
    api.tickets.broken = True
    answer = await api.ask(ticket, "accept")
    assert (answer.status_code, answer.json()["code"]) == (500, "rules_failed")
    assert "secret" not in answer.text
    assert answer.json()["correlation_id"]


@pytest.mark.parametrize("its_id", ["T-NOTHERE", "..%2Fetc", "a%00b", "x" * 300, "%F0%9F%92%A5"])
async def test_a_ticket_that_is_not_there_is_not_found(api: Api, its_id: str) -> None:
    for part in ("", "/timeline", "/sla", "/handoff"):
        answer = await api.get(f"/v1/tickets/{its_id}{part}")
        assert answer.status_code == 404, part
    assert (await api.post(f"/v1/tickets/{its_id}/comment", {"text": "x"})).status_code == 404
