"""What machines send, at the console: sources, quarantine, forms."""

import json

from escalation.alerts.source import SourceKind
from escalation.terms import Role
from tests.api.conftest import Api
from tests.api.machines import GROUP, machine
from tests.api.visit import visit_of, words_of

PAGE = "/console/intake"


async def test_an_empty_page_says_what_will_be_there(api: Api) -> None:
    said = words_of(await (await visit_of(api)).get(PAGE))
    assert "No machine sends to the desk yet." in said
    assert "Nothing lies in quarantine." in said


async def test_sources_are_listed_with_when_they_were_heard_and_what_lies_aside(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    await prometheus.send(GROUP)
    api.bodies.put_aside(1, "unknown_client", "The source's map knows no client '<b>acme</b>'.")
    page = await (await visit_of(api)).get(PAGE)
    said = words_of(page)
    assert "alertmanager" in said
    assert "Acme Dental" in said
    assert "knows no client '<b>acme</b>'" in said
    assert "&lt;b&gt;acme" in page.text


async def test_a_machine_is_let_in_and_its_secret_shown_once(api: Api) -> None:
    visit = await visit_of(api)
    assert "Whose faults these are" in words_of(await visit.get(f"{PAGE}/sources/new"))
    made = await visit.send(f"{PAGE}/sources", id="prom", kind="alertmanager", client="acme-dental", note="ours")
    assert "tls_" in words_of(made)
    assert "tls_" not in words_of(await visit.get(f"{PAGE}/sources/prom"))
    renewed = await visit.send(f"{PAGE}/sources/prom/secrets")
    assert "tls_" in words_of(renewed)
    again = await visit.send(f"{PAGE}/sources/prom/secrets")
    assert (again.status_code, "Two secrets are live already" in words_of(again)) == (409, True)
    first = api.sources.sources["prom"].secrets[0].id
    assert (await visit.send(f"{PAGE}/sources/prom/secrets/{first}/retire")).status_code == 303
    assert "Retired" in words_of(await visit.get(f"{PAGE}/sources/prom"))


async def test_what_is_wrong_stands_at_its_field_and_what_was_entered_stays(api: Api) -> None:
    visit = await visit_of(api)
    for fields, words in (
        ({"id": "No Id", "kind": "alertmanager", "client": "acme-dental"}, "String should match pattern"),
        ({"id": "x", "kind": "alertmanager", "map": "{"}, "This is not JSON"),
        ({"id": "x", "kind": "alertmanager", "map": '{"colour": 1}'}, "colour"),
        ({"id": "x", "kind": "alertmanager", "map": '{"client": "nobody"}'}, "knows no client 'nobody'"),
        ({"id": "x", "kind": "generic", "client": "acme-dental"}, "fields.fault: needed"),
        ({"id": "x", "kind": "alertmanager", "client": "acme-dental", "scheme": "connectwise"}, "proves itself by"),
    ):
        answer = await visit.send(f"{PAGE}/sources", note="kept as entered", **fields)
        assert answer.status_code == 422, fields
        assert words in words_of(answer), words_of(answer)
        assert "kept as entered" in answer.text
    assert not api.sources.sources


async def test_a_map_is_tried_on_a_body_and_then_saved(api: Api) -> None:
    machine(api, SourceKind.ALERTMANAGER)
    visit, path = await visit_of(api), f"{PAGE}/sources/alertmanager"
    how = json.dumps({"client_from": "labels.tenant", "clients": {"acme": "acme-dental"}})
    tried = await visit.send(f"{path}/map", map=how, body=json.dumps(GROUP), what="try")
    assert "Trigger: The disk of web-1 is full" in words_of(tried)
    assert api.sources.sources["alertmanager"].version == 1
    odd = await visit.send(f"{path}/map", map=how, body="no JSON", what="try")
    assert "The body is not JSON" in words_of(odd)
    assert (await visit.send(f"{path}/map", map=how, what="save")).status_code == 303
    assert "version 2" in words_of(await visit.get(path))
    refused = await visit.send(f"{path}/map", map='{"client": "nobody"}', what="save")
    assert (refused.status_code, "knows no client" in words_of(refused)) == (422, True)


async def test_a_body_is_looked_at_read_again_or_discarded_with_a_reason(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    for number in (1, 2, 3):
        await prometheus.send(GROUP)
        api.bodies.put_aside(number, "unknown_client", "It is of nobody.")
    visit = await visit_of(api)
    assert "DiskFull" in words_of(await visit.get(f"{PAGE}/bodies/1"))
    assert (await visit.send(f"{PAGE}/bodies/1/replay")).status_code == 303
    again = await visit.send(f"{PAGE}/bodies/1/replay")
    assert (again.status_code, "replayed or discarded before" in words_of(again)) == (409, True)
    assert (await visit.send(f"{PAGE}/bodies/2/discard", reason=" ")).status_code == 422
    assert (await visit.send(f"{PAGE}/bodies/2/discard", reason="a test of ours")).status_code == 303
    assert "a test of ours" in words_of(await visit.get(f"{PAGE}/bodies/2"))
    assert (await visit.send(f"{PAGE}/replay", source="alertmanager")).status_code == 303
    assert [body.number for body in api.bodies.waiting(10)] == [1, 3]


async def test_a_source_is_shut_out_and_let_in_again(api: Api) -> None:
    machine(api, SourceKind.ALERTMANAGER)
    visit, path = await visit_of(api), f"{PAGE}/sources/alertmanager"
    await visit.send(f"{path}/disable")
    assert "Shut out" in words_of(await visit.get(path))
    await visit.send(f"{path}/enable")
    assert "Let it in again" not in words_of(await visit.get(path))


async def test_who_does_not_run_the_desk_is_offered_nothing_and_refused(api: Api) -> None:
    prometheus = machine(api, SourceKind.ALERTMANAGER)
    await prometheus.send(GROUP)
    api.bodies.put_aside(1, "unknown_client", "It is of nobody.")
    visit = await visit_of(api, "marek", Role.TECHNICIAN)
    assert "Read again" not in words_of(await visit.get(PAGE))
    for path in ("bodies/1/replay", "bodies/1/discard", "sources/alertmanager/disable", "sources/alertmanager/secrets"):
        assert (await visit.send(f"{PAGE}/{path}")).status_code == 403
    partner = await visit_of(api, "grace", Role.SERVICE_MANAGER, "acme-dental")
    assert (await partner.get(PAGE)).status_code == 403
    assert "Intake" not in words_of(await partner.get("/console/"))
