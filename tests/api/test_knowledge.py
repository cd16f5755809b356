"""The library, looked up over the API."""

from escalation.library import DocumentKind
from escalation.library.search import Found
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api


def _document(name: str, kind: DocumentKind, title: str) -> Found:
    return Found(id=name, kind=kind, title=title, revision=1, score=0, snippet="")


def _stock(api: Api) -> None:
    api.search.documents += [
        _document("KI-1", DocumentKind.KNOWN_ISSUE, "Cannot sign in after the update"),
        _document("RB-1", DocumentKind.RUNBOOK, "Sign in for somebody"),
        _document("SOP-99", DocumentKind.SOP, "Cannot sign in at all"),
        _document("SOP-01", DocumentKind.SOP, "Password, lockout and MFA"),
        _document("RB-2", DocumentKind.RUNBOOK, "Sign in at the plant"),
    ]
    api.search.clients["RB-2"] = (OTHER_CLIENT,)


async def test_r76_one_search_over_every_kind(api: Api) -> None:
    _stock(api)
    found = (await api.get("/v1/knowledge/search", q="sign in")).json()["found"]
    assert {each["kind"] for each in found} == {"known_issue", "runbook", "sop"}
    assert "<mark>" in found[0]["snippet"]
    only = (await api.get("/v1/knowledge/search", q="sign in", kind="known_issue", limit=1)).json()["found"]
    assert [each["id"] for each in only] == ["KI-1"]


async def test_r76_every_role_reads(api: Api) -> None:
    for role in (Role.TECHNICIAN, Role.DISPATCHER, Role.TEAM_LEAD, Role.AUDITOR, Role.INTEGRATION):
        assert (await api.get("/v1/knowledge/search", q="sign", token=api.token("jun", role))).status_code == 200


async def test_a_token_of_some_clients_finds_nothing_of_others(api: Api) -> None:
    _stock(api)
    token = api.token("jun", Role.TECHNICIAN, "acme-dental")
    found = (await api.get("/v1/knowledge/search", q="plant", token=token)).json()["found"]
    assert found == []
    refused = await api.get("/v1/knowledge/search", q="plant", client=OTHER_CLIENT, token=token)
    assert refused.json()["code"] == "forbidden"
    theirs = api.token("jun", Role.TECHNICIAN, OTHER_CLIENT)
    assert (await api.get("/v1/knowledge/search", q="plant", client=OTHER_CLIENT, token=theirs)).json()["found"]


async def test_odd_questions_are_answered(api: Api) -> None:
    for asked in ("", " ", "\x00", "'\"%_", "x" * 10_000):
        answer = await api.get("/v1/knowledge/search", q=asked)
        assert (answer.status_code, answer.json()) == (200, {"found": []})
    assert (await api.get("/v1/knowledge/search", q="x" * 20_001)).json()["code"] == "invalid_request"


async def test_r77_the_sop_of_the_category_comes_first_on_a_ticket(api: Api) -> None:
    _stock(api)
    ticket = await api.open()
    found = (await api.get(f"/v1/tickets/{ticket['id']}/knowledge")).json()["found"]
    assert [(each["id"], each["why"]) for each in found] == [
        ("SOP-01", "category"),
        ("KI-1", "words"),
        ("RB-1", "words"),
    ]


async def test_r77_a_ticket_is_looked_up_by_all_that_is_said_of_it_and_for_its_client(api: Api) -> None:
    _stock(api)
    ticket = await api.open(description="It says AADSTS53003")
    await api.get(f"/v1/tickets/{ticket['id']}/knowledge")
    sought = api.search.sought[-1]
    assert {"AADSTS53003", "locked", "identity.password"} <= set(sought.text.split())
    assert (sought.client, sought.open_only) == ("acme-dental", True)
    api.store.away = True
    assert (await api.get(f"/v1/tickets/{ticket['id']}/knowledge")).json()["found"][0]["id"] == "SOP-01"


async def test_a_ticket_of_another_client_is_not_there(api: Api) -> None:
    ticket = await api.open(client=OTHER_CLIENT)
    token = api.token("jun", Role.TECHNICIAN, "acme-dental")
    answer = await api.get(f"/v1/tickets/{ticket['id']}/knowledge", token=token)
    assert answer.json()["code"] == "ticket_not_found"
