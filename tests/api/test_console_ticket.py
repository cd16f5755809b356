"""The page of one ticket: what it shows, what it offers to whom, and what it says when something is refused."""

import re
from typing import Any

import httpx
import pytest

from escalation.guide import Guide
from escalation.library import DecisionTree, Revision, RevisionState, Sop
from escalation.library.documents import Step
from escalation.library.tree import EscalateLeaf, Question, ResolveLeaf, Tree
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.visit import Visit, visit_of, words_of

SOP = Sop(
    id="SOP-01",
    title="Password and lockout",
    steps=(
        Step(id="identity", text="Confirm who is calling."),
        Step(id="log", text="Read the sign-in log."),
        Step(id="verify", text="Have the user sign in.", mandatory=False),
    ),
)
TREE = DecisionTree(
    id="DT-1",
    title="Somebody cannot sign in",
    categories=("identity.password_reset",),
    tree=Tree(
        start="others",
        nodes={
            "others": Question(question="Can others sign in?", answers={"yes": "log", "no": "several"}),
            "log": ResolveLeaf(resolve="Unlock the account."),
            "several": EscalateLeaf(escalate="I2", tier=2),
        },
    ),
)


def _put(api: Api, document: Sop | DecisionTree) -> None:
    api.library.kept[document.id] = [
        Revision(
            document=document,
            revision=1,
            newest=1,
            state=RevisionState.PUBLISHED,
            text="",
            author="olaf",
            created_at=api.clock.at,
        )
    ]


async def _mine(api: Api, **changes: Any) -> tuple[str, Visit]:
    """A ticket, and its owner at the console."""
    ticket = await api.open(**changes)
    return ticket["id"], await visit_of(api, ticket["owner"], Role.TECHNICIAN)


def _hidden(page: httpx.Response, form: str) -> dict[str, str]:
    """What a form sends along unseen."""
    markup = page.text.partition(f'action="/console/tickets/{form}')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', markup))


async def _send(visit: Visit, ticket: str, command: str, **fields: Any) -> httpx.Response:
    """A form as its page gave it, filled in."""
    page = await visit.get(f"/console/tickets/{ticket}", do=command)
    return await visit.send(f"/console/tickets/{ticket}/{command}", **_hidden(page, f"{ticket}/{command}") | fields)


async def test_the_page_says_where_a_ticket_is_whose_it_is_and_what_comes_next(api: Api) -> None:
    ticket = await api.open(subject="Cannot sign in")
    said = words_of(await (await visit_of(api)).get(f"/console/tickets/{ticket['id']}"))
    owner = api.policy.people[ticket["owner"]].name
    for expected in ("Cannot sign in", owner, "not accepted", "Tier 1", "First response", "Resolution", "Bob Miller"):
        assert expected in said
    assert "took it in as" in said


async def test_what_the_viewer_most_probably_came_for_is_open_without_being_asked(api: Api) -> None:
    ticket, visit = await _mine(api)
    assert f'action="/console/tickets/{ticket}/accept"' in (await visit.get(f"/console/tickets/{ticket}")).text
    accepted = await _send(visit, ticket, "accept", contacted="yes")
    assert accepted.status_code == 303
    page = await visit.get(accepted.headers["location"])
    assert "Accepted: it is yours to work on." in words_of(page)
    assert f'action="/console/tickets/{ticket}/log_attempt"' in page.text


async def test_before_the_five_facts_are_known_they_are_asked_for_first(api: Api) -> None:
    ticket, visit = await _mine(api, facts={"users_affected": 1})
    await _send(visit, ticket, "accept")
    page = await visit.get(f"/console/tickets/{ticket}")
    assert f'action="/console/tickets/{ticket}/update_fields"' in page.text
    refused = await _send(visit, ticket, "log_attempt", step="restarted", result="same", outcome="failed")
    assert refused.status_code == 422
    assert "Fill in what is known" in words_of(refused)


async def test_an_empty_note_is_refused_at_its_fields_and_what_was_typed_is_kept(api: Api) -> None:
    ticket, visit = await _mine(api)
    await _send(visit, ticket, "accept")
    refused = await _send(
        visit,
        ticket,
        "escalate",
        reason="knowledge",
        **{"note.what_failed": "n/a", "note.customer_told": "we call back"},
    )
    assert refused.status_code == 422
    assert re.search(r'id="escalate-note.what_failed"[^>]*aria-invalid="true"', refused.text)
    assert "at least 10 characters" in words_of(refused)
    assert "we call back" in refused.text
    assert '<option value="knowledge" selected>' in refused.text
    assert "what_failed" not in words_of(refused)
    assert not re.search(r'id="escalate-note.customer_told"[^>]*aria-invalid', refused.text)
    assert api.tickets.tickets[ticket].tier == 1


async def test_a_whole_note_takes_the_ticket_up_and_the_page_says_who_owns_it_now(api: Api) -> None:
    ticket, visit = await _mine(api)
    await _send(visit, ticket, "accept")
    await _send(visit, ticket, "log_attempt", step="Unlocked it", result="Locked again", outcome="failed")
    sent = await _send(visit, ticket, "escalate", reason="knowledge", to_tier="2", **NOTE)
    assert sent.status_code == 303, words_of(sent)
    kept = api.tickets.tickets[ticket]
    assert kept.tier == 2
    note = kept.notes[-1].note
    assert [step.step for step in note.steps_tried or ()] == ["Unlocked it"]
    assert note.customer_contact == "Bob Miller, bob@acme-dental.example"
    page = words_of(await visit.get(sent.headers["location"]))
    assert f"Escalated. {api.policy.people[kept.owner].name} owns it now." in page
    assert "Unlocking does not hold" in page


NOTE = {
    "note.summary_symptoms": "Bob cannot sign in since this morning; every try says that it is locked.",
    "note.what_failed": "Unlocking does not hold",
    "note.suspected_cause": "A stale password on a phone",
    "note.customer_told": "We call back within the hour",
    "note.environment": "Twelve PCs, Microsoft 365 and one server",
    "note.customer_contact": "Bob Miller, bob@acme-dental.example",
    "note.error_messages": "The account is locked out",
    "note.recent_changes": "none known",
    "note.affected_systems": "Active Directory",
    "note.users_affected": "1",
    "note.steps_tried.step": "Unlocked it",
    "note.steps_tried.result": "Locked again",
}


async def test_steps_of_the_sop_are_ticked_or_passed_over_with_the_escalation(api: Api) -> None:
    _put(api, SOP)
    api.tickets.guides["SOP-01"] = Guide(
        sop="SOP-01", revision=1, steps=("identity", "log", "verify"), mandatory={"identity": 1, "log": 1}
    )
    ticket, visit = await _mine(api)
    await _send(visit, ticket, "accept")
    await _send(visit, ticket, "tick", steps="verify")
    assert "verify" in api.tickets.tickets[ticket].ticked
    refused = await _send(visit, ticket, "escalate", reason="knowledge", ticked="identity", **NOTE)
    assert refused.status_code == 422
    assert re.search(r'name="skipped.log"[^>]*aria-invalid="true"', refused.text)
    assert "Read the sign-in log." in words_of(refused)
    sent = await _send(
        visit, ticket, "escalate", reason="knowledge", ticked="identity", **NOTE | {"skipped.log": "no access to it"}
    )
    assert sent.status_code == 303, words_of(sent)
    assert api.tickets.tickets[ticket].ticked["log"].skipped == "no access to it"
    assert "Read the sign-in log. (no access to it)" in words_of(await visit.get(f"/console/tickets/{ticket}"))


async def test_a_step_is_not_passed_over_without_a_word(api: Api) -> None:
    _put(api, SOP)
    api.tickets.guides["SOP-01"] = Guide(sop="SOP-01", revision=1, steps=("identity", "log"))
    ticket, visit = await _mine(api)
    refused = await visit.send(f"/console/tickets/{ticket}/tick", **{"skipped.log": "n/a"})
    assert refused.status_code == 422
    assert re.search(r'name="skipped.log"[^>]*aria-invalid="true"', refused.text)


async def test_a_tree_is_walked_question_by_question_and_recorded_at_its_leaf(api: Api) -> None:
    _put(api, TREE)
    ticket, visit = await _mine(api)
    assert "Somebody cannot sign in" in words_of(await visit.get(f"/console/tickets/{ticket}"))
    asked = words_of(await visit.get(f"/console/tickets/{ticket}", walk="DT-1"))
    assert "Can others sign in?" in asked
    leaf = await visit.get(f"/console/tickets/{ticket}", walk="DT-1", a="yes")
    assert "Unlock the account." in words_of(leaf)
    hidden = _hidden(leaf, f"{ticket}/walk_tree")
    done = await visit.send(f"/console/tickets/{ticket}/walk_tree", **hidden)
    assert done.status_code == 303, words_of(done)
    assert "walked the decision tree DT-1" in words_of(await visit.get(f"/console/tickets/{ticket}"))
    unknown = await visit.get(f"/console/tickets/{ticket}", walk="DT-1", a="perhaps")
    assert "Can others sign in?" in words_of(unknown)


async def test_a_form_that_is_sent_twice_is_done_once(api: Api) -> None:
    ticket, visit = await _mine(api)
    page = await visit.get(f"/console/tickets/{ticket}", do="comment")
    fields = _hidden(page, f"{ticket}/comment") | {"text": "Called back"}
    for _ in range(2):
        assert (await visit.send(f"/console/tickets/{ticket}/comment", **fields)).status_code == 303
    assert [e.event.kind for e in api.tickets.stories[ticket]].count("commented") == 1


async def test_a_form_filled_on_an_old_state_is_refused_with_what_changed_and_what_was_typed(api: Api) -> None:
    ticket, visit = await _mine(api)
    await _send(visit, ticket, "accept")
    page = await visit.get(f"/console/tickets/{ticket}", do="resolve")
    fields = _hidden(page, f"{ticket}/resolve")
    await api.post(f"/v1/tickets/{ticket}/update_fields", {"scope": "one_user", "description": "It is the badge"})
    typed = {"code": "fixed", "cause": "identity", "resolution": "Unlocked the account"}
    refused = await visit.send(f"/console/tickets/{ticket}/resolve", **fields | typed)
    assert refused.status_code == 409
    said = words_of(refused)
    assert "The ticket has moved on" in said
    assert "updated description" in said
    assert "Unlocked the account" in refused.text
    again = await visit.send(f"/console/tickets/{ticket}/resolve", **_hidden(refused, f"{ticket}/resolve") | typed)
    assert again.status_code == 303, words_of(again)


async def test_what_happened_beside_the_work_does_not_make_a_form_old(api: Api) -> None:
    ticket, visit = await _mine(api)
    await _send(visit, ticket, "accept")
    fields = _hidden(await visit.get(f"/console/tickets/{ticket}", do="resolve"), f"{ticket}/resolve")
    await api.post(f"/v1/tickets/{ticket}/comment", {"text": "The client waits"})
    typed = {"code": "fixed", "cause": "identity", "resolution": "Unlocked the account"}
    sent = await visit.send(f"/console/tickets/{ticket}/resolve", **fields | typed)
    assert sent.status_code == 303, words_of(sent)


async def test_the_live_part_says_what_happened_since_the_page_was_opened(api: Api) -> None:
    ticket, visit = await _mine(api)
    seen = api.tickets.tickets[ticket].seq
    await api.post(f"/v1/tickets/{ticket}/comment", {"text": "The client waits"})
    part = await visit.client.get(f"/console/tickets/{ticket}?since={seen}", headers={"HX-Target": "live"})
    assert "moved on since you opened this page" in words_of(part)
    assert 'class="actions"' not in part.text
    assert "moved on since" not in words_of(await visit.get(f"/console/tickets/{ticket}"))


async def test_a_hold_asks_for_the_evidence_of_its_reason_alone(api: Api) -> None:
    ticket, visit = await _mine(api)
    await _send(visit, ticket, "accept")
    refused = await _send(visit, ticket, "hold", reason="waiting_customer")
    assert refused.status_code == 422
    assert re.search(r'name="evidence.question_sent"[^>]*aria-invalid="true"', refused.text)
    page = await visit.get(f"/console/tickets/{ticket}", do="hold")
    sent = await visit.send(
        f"/console/tickets/{ticket}/hold",
        **_hidden(page, f"{ticket}/hold")
        | {"reason": "waiting_customer", "evidence.question_sent": "Which phone?", "evidence.eta": "Monday"},
    )
    assert sent.status_code == 303, words_of(sent)
    hold = api.tickets.tickets[ticket].hold
    assert hold is not None
    assert hold.evidence == {"question_sent": "Which phone?"}
    said = words_of(await visit.get(f"/console/tickets/{ticket}"))
    assert "On hold: waiting customer" in said
    assert "Which phone?" in said
    assert "Paused" in said


async def test_updating_facts_sends_what_was_changed_and_nothing_else(api: Api) -> None:
    ticket, visit = await _mine(api)
    page = await visit.get(f"/console/tickets/{ticket}", do="update_fields")
    form = page.text.partition(f'action="/console/tickets/{ticket}/update_fields"')[2].partition("</form>")[0]
    assert 'value="Bob Miller"' in form
    said = {"contact.phone": "555 0100", "contact.name": "Bob Miller", "contact.email": "bob@acme-dental.example"}
    await _send(visit, ticket, "update_fields", subject="Cannot sign in", flags="unhappy", **said)
    kept = api.tickets.tickets[ticket]
    assert (kept.contact.phone, kept.contact.name, kept.contact.email) == (
        "555 0100", "Bob Miller", "bob@acme-dental.example",
    )  # fmt: skip
    assert [flag.value for flag in kept.flags] == ["unhappy"]
    nothing = await visit.send(f"/console/tickets/{ticket}/update_fields", subject="Cannot sign in", flags="unhappy")
    assert nothing.status_code == 422


async def test_only_what_stage_role_and_ownership_permit_is_offered(api: Api) -> None:
    ticket, owner = await _mine(api)
    own = await owner.get(f"/console/tickets/{ticket}")
    other = await (await visit_of(api, "elena", Role.TECHNICIAN)).get(f"/console/tickets/{ticket}")
    auditor = await (await visit_of(api, "audra", Role.AUDITOR)).get(f"/console/tickets/{ticket}")
    manager = await (await visit_of(api)).get(f"/console/tickets/{ticket}")
    assert _offered(own) >= {"accept", "log_attempt", "escalate", "resolve"}
    assert not _offered(own) & {"return", "cancel", "take_over", "adopt_policy"}
    assert "take_over" in _offered(other)
    assert not _offered(other) & {"accept", "escalate", "resolve", "log_attempt"}
    assert _offered(manager) >= {"cancel", "merge", "adopt_policy", "escalate"}
    assert _offered(auditor) == set()
    assert "nothing to do on this ticket but to read it" in words_of(auditor)


def _offered(page: httpx.Response) -> set[str]:
    return set(re.findall(r"\?do=(\w+)#do", page.text))


async def test_what_is_sent_against_the_rules_is_refused_in_words_with_names(api: Api) -> None:
    ticket, _ = await _mine(api)
    visit = await visit_of(api, "elena", Role.TECHNICIAN)
    refused = await visit.send(f"/console/tickets/{ticket}/resolve", code="fixed", cause="x", resolution="all is well")
    assert refused.status_code == 409
    owner = api.policy.people[api.tickets.tickets[ticket].owner].name
    assert f"{owner} owns {ticket}" in words_of(refused)
    assert (await visit.send(f"/console/tickets/{ticket}/explode")).status_code == 404


async def test_a_take_over_makes_it_ones_own(api: Api) -> None:
    ticket, _ = await _mine(api)
    visit = await visit_of(api, "priya" if api.tickets.tickets[ticket].owner != "priya" else "jun", Role.TECHNICIAN)
    sent = await _send(visit, ticket, "take_over")
    assert sent.status_code == 303, words_of(sent)
    assert api.tickets.tickets[ticket].accepted_at


@pytest.mark.parametrize("path", ["", "/accept"])
async def test_the_ticket_of_another_client_is_not_there(api: Api, path: str) -> None:
    ticket = await api.open(subject="Secret")
    visit = await visit_of(api, "partner", Role.TECHNICIAN, OTHER_CLIENT)
    answer = await visit.get(f"/console/tickets/{ticket['id']}{path}")
    assert answer.status_code == 404
    assert "Secret" not in answer.text
    assert (await visit.send(f"/console/tickets/{ticket['id']}/comment", text="hello")).status_code == 404


async def test_what_people_wrote_is_text_and_never_markup(api: Api) -> None:
    evil = "<script>alert(1)</script>"
    ticket, visit = await _mine(api, subject=evil, description=evil, contact={"name": evil})
    await _send(visit, ticket, "comment", text=evil)
    page = await visit.get(f"/console/tickets/{ticket}", do="update_fields")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


async def test_while_no_worker_runs_the_page_is_read_and_a_form_can_be_sent_again(api: Api) -> None:
    ticket, visit = await _mine(api)
    page = await visit.get(f"/console/tickets/{ticket}", do="comment")
    fields = _hidden(page, f"{ticket}/comment") | {"text": "Called back"}
    api.tickets.away = True
    assert (await visit.get(f"/console/tickets/{ticket}")).status_code == 200
    unsure = await visit.send(f"/console/tickets/{ticket}/comment", **fields)
    assert unsure.status_code == 503
    assert "Called back" in unsure.text
    assert _hidden(unsure, f"{ticket}/comment")["key"] == fields["key"]
    api.tickets.away = False
    assert (await visit.send(f"/console/tickets/{ticket}/comment", **fields)).status_code == 303


async def test_a_ticket_that_is_over_reads_fine_and_offers_nothing(api: Api) -> None:
    ticket, visit = await _mine(api)
    await api.post(f"/v1/tickets/{ticket}/cancel", {"reason": "sent by mistake"})
    api.store.kept[ticket] = api.tickets.tickets[ticket]
    page = await visit.get(f"/console/tickets/{ticket}")
    assert page.status_code == 200
    assert "Cancelled" in words_of(page)
    assert _offered(page) == set()


async def test_an_imported_ticket_reads_fine_though_nobody_knows_its_policy(api: Api) -> None:
    ticket, visit = await _mine(api)
    kept = api.tickets.tickets[ticket]
    api.tickets.tickets[ticket] = kept.model_copy(update={"policy_version": "of-another-desk"})
    page = await visit.get(f"/console/tickets/{ticket}")
    assert page.status_code == 200
    assert "This ticket was imported" in words_of(page)
    assert _offered(page) == set()


async def test_the_page_leads_to_the_workflow_in_the_temporal_ui(api: Api) -> None:
    ticket, visit = await _mine(api)
    page = await visit.get(f"/console/tickets/{ticket}")
    assert f'href="http://ui.example/namespaces/default/workflows/ticket%2F{ticket}"' in page.text


async def test_b42_a_ticket_can_be_printed_with_all_that_is_folded(api: Api) -> None:
    ticket, visit = await _mine(api)
    page = await visit.get(f"/console/tickets/{ticket}", print="yes")
    live = page.text.partition('id="live"')[2].partition('class="columns')[0]
    assert "<details" in live
    assert not re.search(r"<details(?![^>]* open)", live)


@pytest.mark.parametrize(
    "odd", ["?do=explode", "?done=explode", "?walk=nothing&a=x", "?since=0", "?do=escalate&reason=%22%3E"]
)
async def test_an_odd_address_is_the_page_all_the_same(api: Api, odd: str) -> None:
    ticket, visit = await _mine(api)
    assert (await visit.get(f"/console/tickets/{ticket}{odd}")).status_code == 200


async def test_a_ticket_is_taken_in_by_hand_and_its_page_is_next(api: Api) -> None:
    visit = await visit_of(api, "dana", Role.DISPATCHER)
    page = await visit.get("/console/tickets/new")
    fields = _hidden(page, "new") | {"client": "acme-dental", "subject": "Cannot print", "contact.name": "Bob Miller"}
    first, second = [await visit.send("/console/tickets/new", **fields) for _ in range(2)]
    assert first.status_code == 303, words_of(first)
    assert first.headers["location"] == second.headers["location"]
    said = words_of(await visit.get(first.headers["location"]))
    assert "Cannot print" in said
    assert "Taken in." in said


async def test_an_intake_without_client_or_subject_is_refused_at_those_fields(api: Api) -> None:
    visit = await visit_of(api, "dana", Role.DISPATCHER)
    refused = await visit.send("/console/tickets/new", **{"contact.name": "Bob", "facts.users_affected": "many"})
    assert refused.status_code == 422
    for name in ("client", "subject", "facts.users_affected"):
        assert re.search(rf'id="new-{name}"[^>]*aria-invalid="true"', refused.text), name
    assert 'value="Bob"' in refused.text


async def test_who_may_take_no_ticket_in_is_told_so(api: Api) -> None:
    visit = await visit_of(api, "audra", Role.AUDITOR)
    assert (await visit.get("/console/tickets/new")).status_code == 403
    assert "Take a ticket in" not in words_of(await visit.get("/console/tickets"))
