"""My work: everything that is one person's to do, in order, and nothing of anybody else's."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from escalation.audit.actions import Action
from escalation.library.readings import Unread
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api, review_of
from tests.api.visit import Visit, visit_of, words_of
from tests.unit.rules.story import MONDAY


async def _owner(api: Api, ticket: dict[str, Any]) -> Visit:
    return await visit_of(api, api.tickets.tickets[ticket["id"]].owner, Role.TECHNICIAN)


async def _owner_page(api: Api, ticket: dict[str, Any]) -> httpx.Response:
    return await (await visit_of(api, api.tickets.tickets[ticket["id"]].owner, Role.DISPATCHER)).get("/console/mine")


async def test_whoever_has_nothing_reads_what_will_come(api: Api) -> None:
    said = words_of(await (await visit_of(api, "auditor", Role.AUDITOR)).get("/console/mine"))
    assert "Nothing waits for you" in said
    assert "in the order in which to take them" in said


async def test_a_handoff_is_accepted_right_there_once_however_often_it_is_sent(api: Api) -> None:
    ticket = await api.open(subject="Card reader")
    visit = await _owner(api, ticket)
    page = await visit.get("/console/mine")
    assert "To accept 1" in words_of(page)
    key = page.text.partition('name="key" value="')[2].partition('"')[0]
    fields = {"ticket": ticket["id"], "key": key, "contacted": "yes"}
    for _ in range(2):
        answer = await visit.send("/console/mine/accept", **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/mine")
    kept = api.tickets.tickets[ticket["id"]]
    assert kept.accepted_at
    assert kept.clocks["first_response"].stopped_at
    assert sum(entry.event.kind == "accepted" for entry in api.tickets.stories[ticket["id"]]) == 1
    said = words_of(await visit.get("/console/mine"))
    assert "To accept" not in said
    assert "Tickets 1 In the order in which to take them." in said


async def test_a_dispatchers_tickets_to_sort_lead_to_triage_and_are_not_offered_for_acceptance(api: Api) -> None:
    ticket = await api.open(category=None, impact=None, urgency=None)
    page = await _owner_page(api, ticket)
    assert "To be sorted 1" in words_of(page)
    assert f"/console/triage/{ticket['id']}" in page.text
    assert "/console/mine/accept" not in page.text


async def test_a_refused_acceptance_is_said_on_the_page_with_its_status(api: Api) -> None:
    ticket = await api.open(subject="Somebody else's")
    visit = await visit_of(api, "sofia", Role.TECHNICIAN)
    answer = await visit.send("/console/mine/accept", ticket=ticket["id"], key="k")
    assert answer.status_code == 409
    assert ticket["id"] in words_of(answer)
    assert (await visit.send("/console/mine/accept", ticket="T-NOBODY", key="k")).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INTEGRATION])
async def test_what_a_role_may_not_do_is_not_offered_and_is_refused_in_words(api: Api, role: Role) -> None:
    ticket = await api.open()
    owner = api.tickets.tickets[ticket["id"]].owner
    visit = await visit_of(api, owner, role)
    assert "/console/mine/accept" not in (await visit.get("/console/mine")).text
    answer = await visit.send("/console/mine/accept", ticket=ticket["id"], key="k")
    assert answer.status_code == 403
    assert "may not accept" in words_of(answer)


async def test_a_hold_says_what_it_waits_for_and_when_it_is_looked_at_again(api: Api) -> None:
    ticket = await api.open(subject="New phone")
    await api.ask(ticket, "accept", {"contacted": True})
    held = await api.ask(ticket, "hold", {"reason": "waiting_customer", "evidence": {"question_sent": "Which phone?"}})
    assert held.status_code == 200, held.text
    said = words_of(await (await _owner(api, ticket)).get("/console/mine"))
    assert "On hold 1" in said
    assert "Which phone?" in said
    assert "Follow-up" in said
    assert "Tickets 0" in said


async def test_a_note_that_is_owed_stands_with_what_it_lacks_and_when_it_is_due(api: Api) -> None:
    ticket = await api.open(subject="Strange files")
    owner = api.tickets.tickets[ticket["id"]].owner
    note = {
        "summary_symptoms": "Every file on the share was renamed this morning",
        "what_failed": "Nothing was tried yet",
        "customer_told": "Wait",
    }
    up = await api.ask(ticket, "emergency", {"reason": "It spreads", "note": note})
    assert up.status_code == 200, up.text
    debt = api.tickets.tickets[ticket["id"]].note_debt
    assert debt is not None
    assert debt.owed_by == owner
    said = words_of(await (await visit_of(api, owner, Role.TECHNICIAN)).get("/console/mine"))
    assert "Notes owed 1" in said
    assert "Strange files" in said
    assert "Missing:" in said


async def test_a_question_to_somebody_is_on_their_page_until_it_is_answered(api: Api) -> None:
    ticket = await api.open(subject="Odd route")
    await api.ask(ticket, "accept", {"contacted": True})
    asked = await api.ask(ticket, "consult", {"person": "sofia", "question": "Which gateway?"})
    assert asked.status_code == 200, asked.text
    said = words_of(await (await visit_of(api, "sofia", Role.TECHNICIAN)).get("/console/mine"))
    assert "Questions to you 1" in said
    assert "Which gateway?" in said
    assert "Which gateway?" not in words_of(await (await visit_of(api, "ivan", Role.TECHNICIAN)).get("/console/mine"))


async def test_reviews_documents_and_actions_of_audits_are_there_with_their_days(api: Api) -> None:
    api.reviews.lines["T-1"] = review_of("T-1")
    api.readings.news["sofia"] = [Unread(document="SOP-1", revision=2, title="Reset", note="MFA", owed_at=MONDAY)]
    for number, owner in enumerate(("sofia", "marek"), 1):
        api.audits.begun[number] = Action(
            id=number, audit="monthly-2026-10", kind="training", what=f"Train {owner}", owner=owner,
            due_on=date(2026, 10, 1), made_by="grace", made_at=MONDAY,
        )  # fmt: skip
    visit = await visit_of(api, "sofia", Role.TECHNICIAN)
    said = words_of(await visit.get("/console/mine"))
    for words in ("Reviews 1", "Ransomware", "To read 1", "SOP-1, revision 2: MFA", "Train sofia"):
        assert words in said
    assert "was due on 2026-10-01" in said
    assert "Train marek" not in said
    assert (await visit.send("/console/mine/read", document="SOP-1")).status_code == 303
    assert ("SOP-1", 2, "sofia") in api.readings.found
    assert (await visit.send("/console/mine/read", document="SOP-99")).status_code == 404


async def test_duties_say_who_is_on_call_beside_one(api: Api) -> None:
    board = api.rotas.board()
    until = MONDAY + timedelta(days=14)
    person = next(
        duty.person for rota in board.rotas for duty in board.schedule(rota, MONDAY, until) if duty.person
    )  # fmt: skip
    said = words_of(await (await visit_of(api, person, Role.TECHNICIAN)).get("/console/mine"))
    assert "The next 14 days." in said
    assert "With" in said.partition("The next 14 days.")[2]


async def test_b21_a_lead_sees_a_colleagues_work_and_accepts_nothing_for_them(api: Api) -> None:
    ticket = await api.open(subject="Printer on fire")
    owner = api.tickets.tickets[ticket["id"]].owner
    page = await (await visit_of(api, "ruth", Role.TEAM_LEAD)).get("/console/mine", person=owner)
    said = words_of(page)
    assert f"Work of {api.policy.people[owner].name}" in said
    assert "Printer on fire" in said
    assert "/console/mine/accept" not in page.text


async def test_a_colleagues_work_is_for_those_who_lead_and_a_stranger_has_none(api: Api) -> None:
    technician = await visit_of(api, "jun", Role.TECHNICIAN)
    assert (await technician.get("/console/mine", person="jun")).status_code == 200
    assert (await technician.get("/console/mine", person="sofia")).status_code == 403
    partial = await visit_of(api, "ruth", Role.TEAM_LEAD, OTHER_CLIENT)
    assert (await partial.get("/console/mine", person="sofia")).status_code == 403
    assert (await (await visit_of(api)).get("/console/mine", person="nobody-here")).status_code == 404


async def test_a_coordinator_sees_the_tickets_and_a_manager_the_breaches_to_decide_on(api: Api) -> None:
    ticket = await api.open(subject="Angry client")
    await api.ask(ticket, "accept")
    await api.ask(ticket, "coordinate", {"reason": "The client is unhappy"})
    coordinator = api.tickets.tickets[ticket["id"]].coordinator
    said = words_of(await (await visit_of(api, coordinator)).get("/console/mine"))
    assert "Coordinator of 1 Who speaks with the client." in said
    assert "Angry client" in said


async def test_a_token_for_one_client_shows_of_a_person_what_is_that_clients(api: Api) -> None:
    ours = await api.open(subject="Ours")
    theirs = await api.open(subject="Theirs", client=OTHER_CLIENT, external_id="1")
    for ticket in (ours, theirs):
        await api.ask(ticket, "accept", {"contacted": True})
        await api.ask(ticket, "consult", {"person": "sofia", "question": f"Of {ticket['subject']}?"})
    api.reviews.lines["T-1"] = review_of("T-1")
    api.readings.news["sofia"] = [Unread(document="SOP-1", revision=2, title="Reset", owed_at=MONDAY)]
    said = words_of(await (await visit_of(api, "sofia", Role.TECHNICIAN, OTHER_CLIENT)).get("/console/mine"))
    assert "Of Theirs?" in said
    for words in ("Of Ours?", "Ransomware", "Reset", "On call"):
        assert words not in said


async def test_what_people_wrote_is_text_and_never_markup(api: Api) -> None:
    ticket = await api.open(subject="<img src=x>")
    await api.ask(ticket, "accept", {"contacted": True})
    await api.ask(ticket, "consult", {"person": "sofia", "question": "<script>alert(1)</script>"})
    page = await (await visit_of(api, "sofia", Role.TECHNICIAN)).get("/console/mine")
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text
    assert "<img src=x" not in (await (await _owner(api, ticket)).get("/console/mine")).text


async def test_a_store_away_is_said_and_tried_again(api: Api) -> None:
    visit = await visit_of(api)
    api.store.away = True
    assert (await visit.get("/console/mine")).status_code == 503
