"""Lists, figures, people, rotas, reviews, policies and documents."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.review.incident import QUESTIONS, Published
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api, review_of


async def test_every_ticket_is_on_exactly_one_page(api: Api) -> None:
    ids = {(await api.open(subject=f"Fault {n}"))["id"] for n in range(7)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query: dict[str, Any] = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/v1/tickets", **query)).json()
        seen += [ticket["id"] for ticket in page["tickets"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(ids)


async def test_a_list_meets_every_filter(api: Api) -> None:
    ours, _ = await api.open(), await api.open(client=OTHER_CLIENT)
    await api.ask(ours, "accept")
    query = {"client": "acme-dental", "stage": "tier_1", "priority": ours["priority"], "accepted": True}
    found = (await api.get("/v1/tickets", **query, owner=ours["owner"], kind="incident")).json()
    assert [ticket["id"] for ticket in found["tickets"]] == [ours["id"]]
    assert (await api.get("/v1/tickets", **query | {"accepted": False})).json()["tickets"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": 201}, {"limit": "ten"}, {"stage": "lost"}, {"sla": "late"}, {"priority": "P9"},
        {"accepted": "perhaps"}, {"cursor": "made-up"}, {"cursor": "\x00"}, {"owner": "\x00"}, {"owner": ""},
    ],
)  # fmt: skip
async def test_a_filter_that_makes_no_sense_is_named(api: Api, query: dict[str, Any]) -> None:
    answer = await api.get("/v1/tickets", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["field"] == f"query.{next(iter(query))}"


async def test_figures_are_those_of_the_tickets_taken_in_between_two_moments(api: Api) -> None:
    await api.open()
    now = api.clock.at
    for query, cases in (
        ({}, 1),
        ({"from": now.isoformat()}, 1),
        ({"to": now.isoformat()}, 0),
        ({"from": (now + timedelta(hours=1)).isoformat()}, 0),
        ({"imported": True}, 0),
    ):
        figures = (await api.get("/v1/metrics/escalation", **query)).json()
        assert figures["cases"] == cases, query
        assert ("near_misses" in figures) is ("imported" not in query)


async def test_figures_come_by_client_too(api: Api) -> None:
    await api.open()
    await api.open(client=OTHER_CLIENT)
    figures = (await api.get("/v1/metrics/escalation", by="client")).json()
    assert {name: group["cases"] for name, group in figures.items()} == {"acme-dental": 1, OTHER_CLIENT: 1}


@pytest.mark.parametrize(
    "query", [{"by": "mood"}, {"from": "2026-11-02T10:00:00"}, {"to": "0001-01-01T00:00:00+14:00"}]
)
async def test_figures_by_nonsense_are_refused(api: Api, query: dict[str, Any]) -> None:
    assert (await api.get("/v1/metrics/escalation", **query)).json()["code"] == "invalid_request"


async def test_people_are_shown_with_what_they_can_hold(api: Api) -> None:
    everybody = (await api.get("/v1/people")).json()["people"]
    one = (await api.get("/v1/people/jun")).json()
    assert one in everybody
    assert one["capacity"] > 0
    assert (await api.get("/v1/people/nobody")).json()["code"] == "not_found"


async def test_everybody_says_when_they_are_away_and_those_who_lead_say_it_for_others(api: Api) -> None:
    until = (api.clock.at + timedelta(days=1)).isoformat()
    jun = {"Authorization": f"Bearer {api.token('jun', Role.TECHNICIAN)}"}
    own = await api.client.put("/v1/people/jun/absence", json={"until": until}, headers=jun)
    assert own.json()["absent_until"] is not None
    others = await api.client.put("/v1/people/priya/absence", json={"until": until}, headers=jun)
    assert (others.status_code, others.json()["code"]) == (403, "forbidden")
    grace = {"Authorization": f"Bearer {api.token()}"}
    back = await api.client.put("/v1/people/jun/absence", json={"until": None}, headers=grace)
    assert back.json()["absent_until"] is None
    unknown = await api.client.put("/v1/people/nobody/absence", json={"until": until}, headers=grace)
    assert unknown.status_code == 404


async def test_a_rota_names_who_answers_and_can_be_taken_over(api: Api) -> None:
    rotas = (await api.get("/v1/on-call", at="2026-11-02T23:00:00Z")).json()["rotas"]
    assert {rota["rota"] for rota in rotas} == set(api.policy.on_call.rotas)
    body = {"rota": rotas[0]["rota"], "who": "ivan", "start": "2026-11-02T00:00:00Z", "end": "2026-11-03T00:00:00Z"}
    assert (await api.post("/v1/on-call/overrides", body)).status_code == 201
    assert [(each.rota, each.who) for each in api.rotas.overrides] == [(rotas[0]["rota"], "ivan")]
    assert (await api.post("/v1/on-call/overrides", body | {"who": "nobody"})).json()["field"] == "who"
    backwards = await api.post("/v1/on-call/overrides", body | {"end": "2026-11-01T00:00:00Z"})
    assert backwards.json()["code"] == "invalid_request"
    technician = api.token("jun", Role.TECHNICIAN)
    assert (await api.post("/v1/on-call/overrides", body, token=technician)).json()["code"] == "forbidden"


async def test_a_review_is_read_and_approved_once(api: Api) -> None:
    ticket = await api.open()
    api.reviews.lines[ticket["id"]] = review_of(ticket["id"])
    path = f"/v1/reviews/{ticket['id']}"
    assert (await api.get("/v1/reviews", state="open")).json()["reviews"][0]["ticket_id"] == ticket["id"]
    assert "Ransomware" in (await api.get(path)).json()["text"]
    lacking = await api.post(f"{path}/approve", {"answers": {"root_cause": "n/a"}})
    assert (lacking.status_code, set(lacking.json()["missing"])) == (422, set(QUESTIONS))
    answers = {"answers": dict.fromkeys(QUESTIONS, "A stale backup account")}
    technician = api.token("jun", Role.TECHNICIAN)
    assert (await api.post(f"{path}/approve", answers, token=technician)).json()["code"] == "not_permitted"
    approved = await api.post(f"{path}/approve", answers)
    assert (approved.json()["state"], approved.json()["decided_by"]) == ("published", "grace")
    assert (await api.post(f"{path}/waive", {"reason": "the device is gone"})).json()["code"] == "review_over"
    assert (await api.get("/v1/reviews/T-NOTHERE")).json()["code"] == "not_found"
    assert (await api.post("/v1/reviews/T-NOTHERE/waive", {"reason": "gone"})).json()["code"] == "not_found"


async def test_a_policy_is_shown_without_how_people_are_reached(api: Api) -> None:
    current = (await api.get("/v1/policies/current")).json()
    assert current["version"] == api.policy.version
    assert current["people"]
    assert all("apprise" not in person and "email" not in person for person in current["people"].values())
    versions = (await api.get("/v1/policies")).json()["policies"]
    assert [(line["version"], line["current"]) for line in versions] == [(api.policy.version, True)]
    assert (await api.get(f"/v1/policies/{api.policy.version}")).json() == current
    assert (await api.get("/v1/policies/never")).json()["code"] == "not_found"


async def test_documents_are_read_by_name_and_revision(api: Api) -> None:
    assert [sop["sop"] for sop in (await api.get("/v1/sops")).json()["sops"]] == ["SOP-1"]
    assert (await api.get("/v1/sops/SOP-1")).json()["revision"] == 2
    assert (await api.get("/v1/sops/SOP-1", revision=1)).json()["code"] == "not_found"
    assert (await api.get("/v1/sops/SOP-9")).json()["code"] == "not_found"


async def test_r67_a_partners_night_shift_reads_the_revision_that_our_own_day_shift_reads(api: Api) -> None:
    ours = await api.get("/v1/sops/SOP-1", token=api.token("tomas", Role.TECHNICIAN))
    api.clock.at += timedelta(hours=12)
    theirs = await api.get("/v1/sops/SOP-1", token=api.token("jun", Role.TECHNICIAN))
    assert (theirs.status_code, theirs.json()["revision"]) == (200, 2)
    assert theirs.json() == ours.json()


async def test_a_ticket_explains_every_trigger_from_its_workflow_and_from_the_read_side_alike(api: Api) -> None:
    ticket = await api.open()
    said = (await api.get(f"/v1/tickets/{ticket['id']}/explain")).json()
    by_id = {each["id"]: each for each in said["triggers"]}
    assert by_id["C2"]["words"] == "Has not fired: failed attempts: 0, needs at least 2."
    assert by_id["S1"]["state"] == "coming"
    assert said["tier_three"]["open"] is False
    api.store.kept[ticket["id"]] = api.tickets.tickets[ticket["id"]]
    api.tickets.forget(ticket["id"])
    assert (await api.get(f"/v1/tickets/{ticket['id']}/explain")).json() == said


async def test_nobody_is_told_why_a_ticket_of_another_client_is_where_it_is(api: Api) -> None:
    ticket = await api.open()
    stranger = api.token("sofia", Role.TECHNICIAN, OTHER_CLIENT)
    assert (await api.get(f"/v1/tickets/{ticket['id']}/explain", token=stranger)).status_code == 404


async def test_r28_what_each_tier_may_do_is_read_by_everybody_and_has_its_version(api: Api) -> None:
    auditor = api.token("leo", Role.AUDITOR, "acme-dental")
    table = (await api.get("/v1/policies/current/scope", token=auditor)).json()
    assert table["version"] == api.policy.version
    assert "identity.*" in table["tiers"]["1"]["may"]
    assert "server_side" in table["tiers"]["1"]["must_escalate"]
    assert table["tier_three_entry"] == list(api.policy.tier_three_entry)
    assert (await api.get(f"/v1/policies/{table['version']}/scope")).json() == table
    assert (await api.get("/v1/policies/1999.9/scope")).status_code == 404


async def test_r37_a_problem_is_read_with_its_tickets_by_whoever_may_see_the_client(api: Api) -> None:
    ticket = await api.open()
    known = api.tickets.tickets[ticket["id"]]
    api.tickets.tickets[ticket["id"]] = known.model_copy(update={"problem": "PRB-1", "alike": ("T-7", "T-8")})
    (problem,) = (await api.get("/v1/problems")).json()["problems"]
    assert problem["tickets"] == ["T-7", "T-8", ticket["id"]]
    assert (await api.get("/v1/problems/PRB-1")).json() == problem
    stranger = api.token("sofia", Role.TECHNICIAN, OTHER_CLIENT)
    assert (await api.get("/v1/problems/PRB-1", token=stranger)).status_code == 404


async def test_r99_the_effect_of_a_review_says_what_was_changed_and_that_few_tickets_show_nothing(api: Api) -> None:
    line = review_of("T-1")
    api.reviews.lines["T-1"] = line
    undecided = (await api.get("/v1/reviews/T-1/effect")).json()
    assert (undecided["changed_at"], undecided["change"], undecided["own"]["since"]) == (None, [], None)
    decided = {"state": "published", "decided_at": api.clock.at, "published": Published(sop="SOP-1", revision=2)}
    api.reviews.lines["T-1"] = line.model_copy(update=decided)
    said = (await api.get("/v1/reviews/T-1/effect")).json()
    assert (said["category"], said["change"]) == ("security.ransomware", ["SOP-1, revision 2."])
    assert said["all"]["reads"].startswith("Too few tickets to say")
    stranger = api.token("audit", Role.AUDITOR, OTHER_CLIENT)
    assert (await api.get("/v1/reviews/T-1/effect", token=stranger)).json()["code"] == "not_found"
