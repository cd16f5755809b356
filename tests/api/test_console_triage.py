"""Triage: the queue, one ticket with what the rules would do, triaging and merging, and practice."""

from typing import Any

import pytest

from escalation.library.documents import DocumentKind
from escalation.library.search import Found
from escalation.lifecycle import Stage
from escalation.terms import Role
from escalation.triage.composing import compose
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.visit import Visit, visit_of, words_of

UNSORTED: dict[str, Any] = {"category": None, "impact": None, "urgency": None, "facts": {}}
CHOSEN = {"ask": "yes", "category": "identity.password_reset", "urgency": "2", "scope": "one_user"}
FIELDS = CHOSEN | {"contact": "Bob Miller", "users_affected": "1", "error_messages": "Locked\r\nout"}


async def _dispatcher(api: Api) -> Visit:
    return await visit_of(api, "dana", Role.DISPATCHER)


def _hidden(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


async def test_an_empty_queue_says_what_will_wait_there(api: Api) -> None:
    await api.open()
    said = words_of(await (await _dispatcher(api)).get("/console/triage"))
    assert "To be sorted 0" in said
    assert "waits here" in said


async def test_the_queue_says_what_is_missing_and_what_may_be_the_same(api: Api) -> None:
    await api.open(**UNSORTED, subject="Cannot print", external_id="1")
    await api.open(subject="Cannot print", external_id="2")
    await api.open(**UNSORTED | {"urgency": 2, "facts": {"users_affected": 1}}, subject="No sound", external_id="3")
    page = await (await _dispatcher(api)).get("/console/triage")
    said = words_of(page)
    assert "To be sorted 2" in said
    assert "Category, impact, urgency" in said
    assert "May be a duplicate" in said
    assert page.text.count("May be a duplicate") == 1
    assert "Users affected" not in said.partition("No sound")[2]


async def test_what_would_happen_is_shown_and_nothing_happens(api: Api) -> None:
    ticket = await api.open(**UNSORTED)
    before = api.tickets.tickets[ticket["id"]]
    visit = await _dispatcher(api)
    assert "Choose at least" in words_of(await visit.get(f"/console/triage/{ticket['id']}"))
    said = words_of(await visit.get(f"/console/triage/{ticket['id']}", **FIELDS))
    assert "Goes to Tier 1" in said
    assert "The desk names one of them" in said
    assert "First response" in said
    assert "impact 3, urgency 2" in said
    assert api.tickets.tickets[ticket["id"]] == before


async def test_a_trigger_that_would_fire_is_named_with_its_values(api: Api) -> None:
    ticket = await api.open(**UNSORTED)
    visit = await _dispatcher(api)
    page = await visit.get(f"/console/triage/{ticket['id']}", **FIELDS | {"flags": "server_side"})
    said = words_of(page)
    assert "On a sign that the tier must hand on: yes: to Tier 2" in said
    assert "Goes to Tier 2" in said


async def test_impact_and_urgency_are_suggested_for_the_reach_that_the_form_says(api: Api) -> None:
    ticket = await api.open(**UNSORTED)
    visit = await _dispatcher(api)
    said = words_of(await visit.get(f"/console/triage/{ticket['id']}", **FIELDS))
    assert "By the rules: 3." in said
    assert "For you to say" in said
    wide = words_of(await visit.get(f"/console/triage/{ticket['id']}", **FIELDS | {"scope": "whole_client"}))
    assert "By the rules: 1." in wide
    assert "The policy suggests 1 for this reach." in wide


async def test_triaging_does_what_was_shown_once_and_leads_to_the_next(api: Api) -> None:
    ticket = await api.open(**UNSORTED, subject="First", external_id="1")
    other = await api.open(**UNSORTED, subject="Second", external_id="2")
    visit = await _dispatcher(api)
    page = (await visit.get(f"/console/triage/{ticket['id']}")).text
    fields = FIELDS | {"key": _hidden(page, "key"), "expected_seq": _hidden(page, "expected_seq")}
    for _ in range(2):
        answer = await visit.send(f"/console/triage/{ticket['id']}", **fields)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == f"/console/triage/{other['id']}?done={ticket['id']}"
    kept = api.tickets.tickets[ticket["id"]]
    assert (kept.stage, kept.impact, kept.urgency) == (Stage.TIER_1, 3, 2)
    assert kept.facts.error_messages == "Locked\nout"
    said = words_of(await visit.get(answer.headers["location"]))
    assert f"{api.policy.people[kept.owner].name} owns it now." in said
    last = await visit.send(f"/console/triage/{other['id']}", **FIELDS)
    assert last.headers["location"] == f"/console/triage?done={other['id']}"


@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"category": ""}, "category", 422),
        ({"category": "no.such"}, "category", 422),
        ({"urgency": ""}, "urgency", 422),
        ({"users_affected": "many"}, "users_affected", 422),
        ({"scope": "galaxy"}, "scope", 422),
        ({"error_messages": "x" * 8001}, "error_messages", 422),
    ],
)
async def test_a_refusal_stands_at_its_field_and_keeps_what_was_entered(
    api: Api, changes: dict[str, str], field: str, status: int
) -> None:
    ticket = await api.open(**UNSORTED)
    before = api.tickets.tickets[ticket["id"]]
    visit = await _dispatcher(api)
    answer = await visit.send(f"/console/triage/{ticket['id']}", **FIELDS | {"recent_changes": "A new phone"} | changes)
    assert answer.status_code == status
    assert f'id="{field}-wrong"' in answer.text
    assert "A new phone" in answer.text
    assert api.tickets.tickets[ticket["id"]] == before


async def test_two_dispatchers_at_once_do_not_sort_over_each_other(api: Api) -> None:
    ticket = await api.open(**UNSORTED)
    visit = await _dispatcher(api)
    seen = _hidden((await visit.get(f"/console/triage/{ticket['id']}")).text, "expected_seq")
    await api.post(f"/v1/tickets/{ticket['id']}/comment", {"text": "I call them"})
    answer = await visit.send(f"/console/triage/{ticket['id']}", **FIELDS, expected_seq=seen)
    assert answer.status_code == 409
    assert "has moved on" in words_of(answer)
    assert api.tickets.tickets[ticket["id"]].stage is Stage.TRIAGE


async def test_a_category_is_suggested_with_its_reasons_and_chosen_by_nobody_but_the_person(api: Api) -> None:
    about = ("identity.password_reset",)
    found = Found(
        id="SOP-01", kind=DocumentKind.SOP, title="Password locked", revision=1, score=1, snippet="", categories=about
    )
    api.search.documents.append(found)
    ticket = await api.open(**UNSORTED, subject="My password is locked")
    page = await (await _dispatcher(api)).get(f"/console/triage/{ticket['id']}")
    said = words_of(page)
    assert "SOP-01 “Password locked”" in said
    assert f"?category={about[0]}" in page.text
    assert '<option value="" selected>Not chosen' in page.text
    chosen = await (await _dispatcher(api)).get(f"/console/triage/{ticket['id']}", category=about[0])
    assert f'<option value="{about[0]}" selected>' in chosen.text


async def test_a_description_is_looked_up_only_where_subject_and_errors_find_nothing(api: Api) -> None:
    for its_id, title, about in (
        ("SOP-01", "Password", "identity.password_reset"),
        ("SOP-10", "Began", "email.client"),
    ):
        found = Found(
            id=its_id, kind=DocumentKind.SOP, title=title, revision=1, score=1, snippet="", categories=(about,)
        )
        api.search.documents.append(found)
    drowned = await api.open(**UNSORTED, subject="Password", description="It began today", external_id="1")
    silent = await api.open(**UNSORTED, subject="Help", description="It began today", external_id="2")
    visit = await _dispatcher(api)
    said = words_of(await visit.get(f"/console/triage/{drowned['id']}"))
    assert "SOP-01" in said
    assert "SOP-10" not in said
    assert "SOP-10" in words_of(await visit.get(f"/console/triage/{silent['id']}"))


async def test_a_duplicate_is_merged_from_triage(api: Api) -> None:
    goes_on = await api.open(subject="Cannot print", external_id="1")
    ticket = await api.open(**UNSORTED, subject="Cannot print", external_id="2")
    visit = await _dispatcher(api)
    assert "Merge into it" in words_of(await visit.get(f"/console/triage/{ticket['id']}"))
    refused = await visit.send(f"/console/triage/{ticket['id']}/merge", into="T-NONE", key="k")
    assert refused.status_code in (404, 409)
    answer = await visit.send(f"/console/triage/{ticket['id']}/merge", into=goes_on["id"], key="m")
    assert answer.status_code == 303, answer.text
    assert api.tickets.tickets[ticket["id"]].merged_into == goes_on["id"]
    assert "was merged into" in words_of(await visit.get(answer.headers["location"]))


async def test_whoever_may_not_triage_looks_and_is_refused_in_words(api: Api) -> None:
    ticket = await api.open(**UNSORTED, subject="Cannot print", external_id="1")
    await api.open(subject="Cannot print", external_id="2")
    visit = await visit_of(api, "audit", Role.AUDITOR)
    page = await visit.get(f"/console/triage/{ticket['id']}", **FIELDS)
    said = words_of(page)
    assert "Goes to Tier 1" in said
    assert "looks at triage and does not sort" in said
    assert 'method="post" action="/console/triage' not in page.text
    answer = await visit.send(f"/console/triage/{ticket['id']}", **FIELDS)
    assert answer.status_code == 403
    assert "An auditor may not triage a ticket." in words_of(answer)


async def test_a_token_for_one_client_sorts_that_clients_tickets_only(api: Api) -> None:
    ours = await api.open(**UNSORTED, subject="Ours")
    theirs = await api.open(**UNSORTED, subject="Theirs", client=OTHER_CLIENT, external_id="1")
    visit = await visit_of(api, "partner", Role.DISPATCHER, OTHER_CLIENT)
    said = words_of(await visit.get("/console/triage"))
    assert "Theirs" in said
    assert "Ours" not in said
    assert (await visit.get(f"/console/triage/{theirs['id']}", **FIELDS)).status_code == 200
    assert (await visit.get(f"/console/triage/{ours['id']}")).status_code == 404
    assert (await visit.send(f"/console/triage/{ours['id']}", **FIELDS)).status_code == 404
    assert "Ours" not in words_of(await visit.get("/console/triage", done=ours["id"]))


async def test_a_ticket_that_left_triage_says_so_and_offers_nothing(api: Api) -> None:
    ticket = await api.open()
    page = await (await _dispatcher(api)).get(f"/console/triage/{ticket['id']}")
    assert "has left triage" in words_of(page)
    assert '<form method="post" action="/console/triage' not in page.text


async def test_what_a_client_wrote_is_text_and_never_markup(api: Api) -> None:
    ticket = await api.open(**UNSORTED, subject="<b>Bold</b>", description="<script>alert(1)</script>")
    visit = await _dispatcher(api)
    for path in ("/console/triage", f"/console/triage/{ticket['id']}"):
        page = (await visit.get(path)).text
        assert "<b>Bold" not in page
        assert "<script>alert" not in page


async def test_r101_a_newcomer_practises_at_the_console_and_reads_what_the_rules_did(api: Api) -> None:
    visit = await visit_of(api, "jun", Role.TECHNICIAN)
    assert "Nothing is sent" in words_of(await visit.get("/console/triage/practice"))
    begun = await visit.send("/console/triage/practice", seed="7", how_many="3")
    path = begun.headers["location"]
    assert begun.status_code == 303
    assert (await visit.send("/console/triage/practice", seed="7", how_many="3")).headers["location"] == path
    lacking = await visit.send(path, **{"start_tier-1": "1"})
    assert lacking.status_code == 422
    assert 'id="priority-1-wrong"' in lacking.text
    assert '<option value="1" selected>Tier 1' in lacking.text
    answers = _as_the_rules_do(api, 7, 3)
    answers["start_tier-2"] = str(int(answers["start_tier-2"]) % 3 + 1)
    for _ in range(2):
        assert (await visit.send(path, **answers)).status_code == 303
    said = words_of(await visit.get(path))
    assert "93 % right." in said
    assert "It began at Tier" in said
    assert "93 %" in words_of(await visit.get("/console/triage/practice"))
    late = await visit.send(path, **answers | {"priority-1": "P4" if answers["priority-1"] != "P4" else "P1"})
    assert late.status_code == 409
    assert (await (await visit_of(api, "priya", Role.TECHNICIAN)).get(path)).status_code == 404


@pytest.mark.parametrize(("seed", "how_many"), [("-1", "3"), ("x", "3"), (str(2**64), "3"), ("1", "4000"), ("1", "x")])
async def test_what_is_no_exercise_is_refused_at_its_field(api: Api, seed: str, how_many: str) -> None:
    answer = await (await visit_of(api)).send("/console/triage/practice", seed=seed, how_many=how_many)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text


def _as_the_rules_do(api: Api, seed: int, how_many: int) -> dict[str, str]:
    said: dict[str, str] = {}
    for each in compose(api.policy, seed, how_many):
        truth, n = each.truth, each.case.number
        said |= {f"{name}-{n}": str(getattr(truth, name)) for name in ("start_tier", "trigger", "kind")}
        said |= {f"priority-{n}": truth.priority.value, f"target-{n}": truth.targets[0]}
    return said
