"""The library over HTTP: who reads, drafts, approves and publishes, and what is refused."""

from typing import Any

import httpx
import pytest

from escalation.events import TreeWalked
from escalation.guide import Guide
from escalation.library import Draft
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api
from tierline.library_files import SHIPPED, read_directory

RUNBOOK: dict[str, Any] = {"id": "RB-1", "kind": "runbook", "title": "Restart", "body": "Restart it."}


@pytest.fixture
def api_with_library(api: Api) -> Api:
    """With the shipped documents published."""
    for file in read_directory(SHIPPED).files:
        api.library.draft(Draft(document=file.document, text=file.text, author="system", at=api.clock.at))
        api.library.approve(file.document.id, 1, by="grace", role=Role.SERVICE_MANAGER, at=api.clock.at)
        api.library.publish(file.document.id, 1, lambda *_: None, by="grace", at=api.clock.at)
    return api


def technician(api: Api) -> str:
    return api.token("tomas", Role.TECHNICIAN)


async def drafted(api: Api, **changes: object) -> dict[str, Any]:
    answer = await api.post("/v1/library", {"document": RUNBOOK | changes, "note": "new"}, token=technician(api))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_r80_a_document_is_drafted_approved_by_another_published_and_retired(api: Api) -> None:
    made = await drafted(api)
    assert (made["revision"], made["state"], made["author"], made["document"]) == (
        1, "draft", "tomas", made["document"] | RUNBOOK,
    )  # fmt: skip
    path = "/v1/library/RB-1/revisions/1"
    early = await api.post(f"{path}/publish")
    assert (early.status_code, early.json()["code"], early.json()["state"]) == (409, "document_state", "draft")
    approved = (await api.post(f"{path}/approve", token=api.token("ruth", Role.TEAM_LEAD))).json()
    assert (approved["state"], approved["approver"]) == ("approved", "ruth")
    published = (await api.post(f"{path}/publish")).json()
    assert (published["state"], published["published_at"] is not None) == ("published", True)
    assert published["text"].startswith("---\nid: RB-1\nkind: runbook\n")
    assert (await api.post("/v1/library/RB-1/retire")).json()["state"] == "retired"


@pytest.mark.parametrize(
    ("role", "may_draft", "may_decide"),
    [
        (Role.TECHNICIAN, True, False),
        (Role.DISPATCHER, True, False),
        (Role.TEAM_LEAD, True, True),
        (Role.SERVICE_MANAGER, True, True),
        (Role.AUDITOR, False, False),
        (Role.INTEGRATION, False, False),
    ],
)
async def test_r76_every_role_reads_and_each_does_with_documents_what_it_may(
    api: Api, role: Role, may_draft: bool, may_decide: bool
) -> None:
    await drafted(api)
    token = api.token("leo", role)
    assert (await api.get("/v1/library", token=token)).json()["documents"][0]["id"] == "RB-1"
    assert (await api.get("/v1/library/RB-1", token=token)).status_code == 200
    new = await api.post("/v1/library", {"document": RUNBOOK | {"id": "RB-2"}}, token=token)
    assert new.status_code == (201 if may_draft else 403)
    asked = [
        ("revisions/1/approve", {}), ("revisions/1/publish", {}), ("still-right", {"why": "looked"}), ("retire", {}),
    ]  # fmt: skip
    for name, body in asked:
        answer = await api.post(f"/v1/library/RB-1/{name}", body, token=token)
        assert answer.status_code == (200 if may_decide else 403), name


async def test_nobody_approves_their_own_words(api: Api) -> None:
    token = api.token("ruth", Role.TEAM_LEAD)
    await api.post("/v1/library", {"document": RUNBOOK}, token=token)
    refused = await api.post("/v1/library/RB-1/revisions/1/approve", token=token)
    assert (refused.status_code, refused.json()["code"]) == (403, "own_approval")


async def test_two_who_edit_at_once_lose_nothing_the_second_is_told(api: Api) -> None:
    await drafted(api)
    path = "/v1/library/RB-1/revisions"
    first = {"document": RUNBOOK | {"body": "By one."}, "based_on": 1}
    assert (await api.post(path, first)).json()["revision"] == 2
    refused = await api.post(path, {"document": RUNBOOK | {"body": "By two."}, "based_on": 1})
    assert (refused.status_code, refused.json()["code"], refused.json()["newest"]) == (409, "document_changed", 2)
    again = await api.post("/v1/library", {"document": RUNBOOK})
    assert (again.status_code, again.json()["code"]) == (409, "document_exists")
    lines = (await api.get(path)).json()["revisions"]
    assert [(line["revision"], line["based_on"]) for line in lines] == [(2, 1), (1, None)]
    said = (await api.get("/v1/library/RB-1/diff", before=1, after=2)).json()["diff"].splitlines()
    assert said[-2:] == ["-Restart it.", "+By one."]


async def test_a_key_makes_one_revision_however_often_it_is_asked(api: Api) -> None:
    body = {"document": RUNBOOK}
    answers = [(await api.post("/v1/library", body, key="k1")).json() for _ in range(2)]
    assert answers[0] == answers[1]
    other = await api.post("/v1/library", {"document": RUNBOOK | {"id": "RB-2"}}, key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_document_keeps_its_id(api: Api) -> None:
    await drafted(api)
    refused = await api.post("/v1/library/RB-1/revisions", {"document": RUNBOOK | {"id": "RB-2"}, "based_on": 1})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "document.id")
    gone = await api.post("/v1/library/RB-9/revisions", {"document": RUNBOOK | {"id": "RB-9"}, "based_on": 1})
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_document")


async def test_a_token_of_one_client_sees_what_is_for_all_and_for_it_and_writes_for_it_alone(api: Api) -> None:
    await drafted(api)
    await drafted(api, id="RB-2", clients=["acme-dental"])
    await drafted(api, id="RB-3", clients=[OTHER_CLIENT])
    scoped = api.token("sofia", Role.TEAM_LEAD, "acme-dental")
    assert [line["id"] for line in (await api.get("/v1/library", token=scoped)).json()["documents"]] == ["RB-1", "RB-2"]
    hidden = await api.get("/v1/library/RB-3", token=scoped)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_document")
    assert (await api.post("/v1/library/RB-3/retire", token=scoped)).status_code == 404
    for_all = await api.post("/v1/library/RB-1/revisions/1/approve", token=scoped)
    assert (for_all.status_code, for_all.json()["code"]) == (403, "forbidden")
    widened = {"document": RUNBOOK | {"id": "RB-2"}, "based_on": 1}
    assert (await api.post("/v1/library/RB-2/revisions", widened, token=scoped)).status_code == 403
    assert (await api.post("/v1/library/RB-2/revisions/1/approve", token=scoped)).status_code == 200


async def test_documents_are_listed_by_kind_category_and_page(api_with_library: Api) -> None:
    api = api_with_library
    sops = (await api.get("/v1/library", kind="sop")).json()["documents"]
    assert [line["id"] for line in sops] == [f"SOP-{n:02}" for n in range(1, 11)]
    found = (await api.get("/v1/library", category="email.flow")).json()["documents"]
    assert {line["kind"] for line in found} == {"sop", "runbook", "vendor_contact"}
    first = (await api.get("/v1/library", limit=5)).json()
    second = (await api.get("/v1/library", limit=5, after=first["next_after"])).json()
    ids = [line["id"] for page in (first, second) for line in page["documents"]]
    assert ids == sorted(set(ids))
    assert len(ids) == 10


async def test_r71_r73_an_sop_that_lacks_a_part_or_contradicts_the_engine_is_not_published(
    api_with_library: Api,
) -> None:
    api = api_with_library
    document = (await api.get("/v1/library/SOP-01")).json()["document"]
    wrong = document | {"required_information": [], "accept_within": document["accept_within"] | {"P4": "8h"}}
    made = await api.post("/v1/library/SOP-01/revisions", {"document": wrong, "based_on": 1}, token=technician(api))
    assert made.status_code == 201, made.text
    await api.post("/v1/library/SOP-01/revisions/2/approve")
    refused = await api.post("/v1/library/SOP-01/revisions/2/publish")
    assert (refused.status_code, refused.json()["code"]) == (422, "document_unsound")
    assert [each["field"] for each in refused.json()["errors"]] == [
        "SOP-01.required_information", "SOP-01.accept_within.P4",
    ]  # fmt: skip
    checked = (await api.post("/v1/library/check", {"document": wrong})).json()["faults"]
    assert [each["field"] for each in checked] == ["required_information", "accept_within.P4"]
    assert (await api.get("/v1/library/SOP-01")).json()["revision"] == 1


async def test_an_sop_that_the_policy_counts_on_is_not_retired(api_with_library: Api) -> None:
    refused = await api_with_library.post("/v1/library/SOP-04/retire")
    assert (refused.status_code, refused.json()["code"]) == (409, "document_in_use")
    assert "categories.email.flow.sop" in refused.json()["used_by"]


async def test_r96_a_document_in_doubt_is_listed_until_somebody_says_that_it_is_still_right(
    api_with_library: Api,
) -> None:
    api = api_with_library
    api.library.doubt("KI-0003", "environment of client acme-dental changed", api.clock.at)
    (line,) = (await api.get("/v1/library", stale="true")).json()["documents"]
    assert (line["id"], line["stale"][0]["reason"]) == ("KI-0003", "environment of client acme-dental changed")
    settled = await api.post("/v1/library/KI-0003/still-right", {"why": "the same firewall"})
    assert settled.json()["stale"] == []
    assert (await api.get("/v1/library", stale="true")).json()["documents"] == []


async def test_a_document_of_five_megabytes_is_refused(api: Api) -> None:
    refused = await api.post("/v1/library", {"document": RUNBOOK | {"body": "x" * 5_000_000}})
    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")
    assert api.library.kept == {}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (RUNBOOK | {"kind": "novel"}, "document"),
        (RUNBOOK | {"title": "two\nlines"}, "document.runbook.title"),
        (RUNBOOK | {"body": "NUL \x00"}, "document.runbook"),
        (RUNBOOK | {"mood": "good"}, "document.runbook.mood"),
    ],
)
async def test_what_no_document_may_hold_is_refused_with_its_field(api: Api, document: Any, field: str) -> None:
    refused = await api.post("/v1/library", {"document": document})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert refused.json()["errors"][0]["field"] == field


async def test_r75_a_walk_on_a_ticket_goes_by_the_published_tree_and_stands_on_its_timeline(
    api_with_library: Api,
) -> None:
    api = api_with_library
    ticket = await api.open()
    tree = "DT-OFFLINE"
    forged = {"tree": tree, "answers": ["never asked"], "walked": {"node": "x", "leaf": {"resolve": "Nothing"}}}
    wrong = await api.ask(ticket, "walk_tree", forged)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_name")
    answers: list[str] = []
    for _ in range(20):
        asked = await api.ask(ticket, "walk_tree", {"tree": tree, "answers": answers})
        if asked.status_code == 200:
            break
        assert (asked.status_code, asked.json()["code"]) == (409, "walk_unfinished")
        answers.append(asked.json()["choices"][-1])
    (walked,) = [e.event for e in api.tickets.stories[ticket["id"]] if isinstance(e.event, TreeWalked)]
    assert (walked.tree, walked.revision, [step.answer for step in walked.steps]) == (tree, 1, answers)
    assert answers


async def test_a_tree_that_is_not_published_is_not_walked(api_with_library: Api) -> None:
    ticket = await api_with_library.open()
    for name, code in {"": "incomplete_command", "DT-NONE": "unknown_name", "SOP-01": "unknown_name"}.items():
        said = await api_with_library.ask(ticket, "walk_tree", {"tree": name, "answers": ["yes"]})
        assert (said.status_code, said.json()["code"]) == (422, code)


async def test_r72_the_checklist_of_a_ticket_has_each_step_in_its_words(api_with_library: Api) -> None:
    api = api_with_library
    ticket = await api.open()
    none = await api.get(f"/v1/tickets/{ticket['id']}/checklist")
    assert (none.status_code, none.json()["code"]) == (404, "not_found")
    api.tickets.guides["SOP-01"] = Guide(sop="SOP-01", revision=1, steps=("identity", "log"), mandatory={"log": 1})
    guided = await api.open(subject="Locked out again")
    await api.ask(guided, "tick", {"steps": ["identity"]})
    said = (await api.get(f"/v1/tickets/{guided['id']}/checklist")).json()
    assert (said["sop"], said["revision"], said["title"]) == ("SOP-01", 1, "Password, lockout and MFA")
    assert [(step["id"], bool(step.get("done"))) for step in said["steps"]] == [("identity", True), ("log", False)]
    assert said["steps"][0]["text"].startswith("Confirm who is calling")


async def test_r78_a_wait_for_a_vendor_names_a_case_and_a_contact_of_the_directory_and_its_clock_runs(
    api_with_library: Api,
) -> None:
    api = api_with_library
    ticket = await api.open()
    await api.ask(ticket, "accept", {"contacted": True})

    async def waits(**evidence: str) -> httpx.Response:
        return await api.ask(ticket, "hold", {"reason": "waiting_vendor", "evidence": evidence})

    missing = await waits(vendor_contact="VC-M365")
    assert (missing.status_code, missing.json()["missing"]) == (422, ["vendor_case"])
    stranger = await waits(vendor_case="MS-4711", vendor_contact="Ada, somewhere")
    assert (stranger.status_code, stranger.json()["code"]) == (422, "unknown_name")
    assert "VC-M365 (Microsoft)" in stranger.json()["detail"]
    held = await waits(vendor_case="MS-4711", vendor_contact="microsoft")
    assert held.status_code == 200
    assert held.json()["clocks"]["vendor"]["state"] == "running"


async def test_a_directory_without_vendors_holds_nobody_up(api: Api) -> None:
    ticket = await api.open()
    await api.ask(ticket, "accept", {"contacted": True})
    evidence = {"vendor_case": "MS-4711", "vendor_contact": "Ada at the vendor"}
    held = await api.ask(ticket, "hold", {"reason": "waiting_vendor", "evidence": evidence})
    assert held.status_code == 200


async def test_r75_a_published_tree_is_drawn(api_with_library: Api) -> None:
    drawn = await api_with_library.get("/v1/library/DT-OFFLINE/diagram")
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert drawn.text.startswith("flowchart TD\n")
    assert "Escalate to Tier 2" in drawn.text
    none = await api_with_library.get("/v1/library/SOP-01/diagram")
    assert (none.status_code, none.json()["code"]) == (404, "not_found")
