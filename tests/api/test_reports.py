"""B40, B41 over HTTP: pauses that look wrong, and the clocks on record told anew."""

from datetime import timedelta
from typing import Any

from escalation.lifecycle import Stage
from escalation.terms import Role
from tests.api.conftest import OTHER_CLIENT, Api

APPOINTMENT = {"reason": "scheduled_by_customer", "evidence": {"appointment": "Thursday at ten"}}
REPLY = {"direction": "inbound", "channel": "email", "text": "Today is fine as well"}


async def _ignored(api: Api, **changes: Any) -> dict[str, Any]:
    """A ticket on hold whose customer has replied, and nothing came of it."""
    ticket = await api.open(**changes)
    await api.ask(ticket, "accept")
    await api.ask(ticket, "hold", APPOINTMENT)
    api.clock.at += timedelta(hours=1)
    await api.ask(ticket, "contact", REPLY)
    api.clock.at += timedelta(hours=5)
    assert (await api.ask(ticket, "resume")).status_code == 200
    return ticket


async def test_b41_the_report_names_the_hold_and_who_set_it(api: Api) -> None:
    held_at = api.clock.at
    ticket = await _ignored(api)
    (found,) = (await api.get("/v1/reports/pauses")).json()["findings"]
    assert (found["ticket_id"], found["found"], found["held_by"]) == (
        ticket["id"],
        "replied_while_paused",
        ticket["owner"],
    )
    assert found["ignored"] == "5h"
    later = (held_at + timedelta(seconds=1)).isoformat()
    assert (await api.get("/v1/reports/pauses", **{"from": later})).json() == {"holds": 0, "findings": [], "people": []}


async def test_b41_without_a_time_it_is_about_the_last_ninety_days(api: Api) -> None:
    began = api.clock.at
    await _ignored(api)
    assert (await api.get("/v1/reports/pauses")).json()["holds"] == 1
    assert (await api.get("/v1/metrics/escalation")).json()["cases"] == 1
    api.clock.at += timedelta(days=91)
    assert (await api.get("/v1/reports/pauses")).json()["holds"] == 0
    assert (await api.get("/v1/metrics/escalation")).json()["cases"] == 0
    long_ago = {"from": (began - timedelta(days=1)).isoformat()}
    assert (await api.get("/v1/reports/pauses", **long_ago)).json()["holds"] == 1
    assert (await api.get("/v1/metrics/escalation", **long_ago)).json()["cases"] == 1


async def test_b41_it_is_for_those_who_lead_and_audit_and_for_their_clients(api: Api) -> None:
    await _ignored(api)
    await _ignored(api, client=OTHER_CLIENT)
    refused = await api.get("/v1/reports/pauses", token=api.token("tomas", Role.TECHNICIAN))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    theirs = await api.get("/v1/reports/pauses", token=api.token("audit", Role.AUDITOR, OTHER_CLIENT))
    assert {finding["client"] for finding in theirs.json()["findings"]} == {OTHER_CLIENT}


async def test_b41_a_time_that_ends_before_it_begins_is_refused(api: Api) -> None:
    now = api.clock.at.isoformat()
    assert (await api.get("/v1/reports/pauses", **{"from": now, "to": now})).status_code == 422


async def test_b40_clocks_on_record_are_those_told_anew_and_another_policy_says_what_would_differ(api: Api) -> None:
    ticket = await _ignored(api)
    said = (await api.get(f"/v1/tickets/{ticket['id']}/sla/check")).json()
    assert (said["differences"], said["kept_under"], said["told_under"]) == ([], api.policy.version, api.policy.version)
    unknown = await api.get(f"/v1/tickets/{ticket['id']}/sla/check", version="1999.1")
    assert unknown.json()["code"] == "not_found"


async def test_a_stagnant_ticket_is_listed(api: Api) -> None:
    assert (await api.get("/v1/tickets", stagnant=True)).json()["tickets"] == []
    ticket = await api.open()
    found = (await api.get("/v1/tickets", stagnant=False, under_escalated=False, uncovered=False)).json()["tickets"]
    assert [each["id"] for each in found] == [ticket["id"]]
    assert (await api.get("/v1/tickets", uncovered=True)).json()["tickets"] == []


async def test_b14_a_breach_is_stated_asked_about_and_excluded_over_http(api: Api) -> None:
    ticket = await api.open()
    refused = await api.ask(ticket, "state_breach", {"clock": "resolution", "code": "vendor", "text": "A day late"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_breached")


async def test_b10_an_unknown_site_or_agreement_is_refused_and_a_known_one_counts(api: Api) -> None:
    for said in ({"site": "moon"}, {"agreement": "gold"}):
        answer = await api.post("/v1/tickets", {"client": "volta-mfg", "subject": "Down"} | said)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_name")
    ticket = await api.open(client="volta-mfg", site="plant-2")
    shown = (await api.get(f"/v1/tickets/{ticket['id']}/sla")).json()
    assert (shown["agreement"], shown["agreed_by"]) == ("standard", "site")
    own = await api.open(client="acme-dental", agreement="premium")
    assert (await api.get(f"/v1/tickets/{own['id']}/sla")).json()["agreed_by"] == "ticket"


async def test_b5_another_agreement_is_sent_along_by_the_api_and_shown_with_its_reason(api: Api) -> None:
    ticket = await api.open(impact=2)
    dispatcher = api.token("dana", Role.DISPATCHER)
    path = f"/v1/tickets/{ticket['id']}/change_agreement"
    unknown = await api.post(path, {"agreement": "gold", "reason": "They pay more"}, token=dispatcher)
    assert unknown.json()["code"] == "unknown_name"
    before = (await api.get(f"/v1/tickets/{ticket['id']}/sla")).json()
    changed = await api.post(path, {"agreement": "premium", "reason": "They pay more"}, token=dispatcher)
    assert changed.status_code == 200, changed.text
    after = (await api.get(f"/v1/tickets/{ticket['id']}/sla")).json()
    assert (before["agreement"], before["agreed_by"]) == ("standard", "client")
    assert (after["agreement"], after["agreed_by"]) == ("premium", "ticket")
    targets = [{c["name"]: c["target"] for c in shown["clocks"]}["resolution"] for shown in (before, after)]
    assert targets == ["24h", "16h"]
    check = (await api.get(f"/v1/tickets/{ticket['id']}/sla/check")).json()
    assert check["differences"] == []
    refused = await api.post(path, {"agreement": "", "reason": "x"}, token=api.token("tomas", Role.TECHNICIAN))
    assert refused.json()["code"] == "not_permitted"


async def test_b14_over_http_from_the_breach_to_the_figures(api: Api) -> None:
    ticket = await api.open(category="server.failure", impact=1, urgency=1)
    await api.ask(ticket, "accept")
    live = api.tickets.tickets[ticket["id"]]
    breached = live.clocks["resolution"].model_copy(update={"breached": True})
    api.tickets.tickets[ticket["id"]] = live.model_copy(update={"clocks": live.clocks | {"resolution": breached}})
    said = {"clock": "resolution", "code": "vendor", "text": "The part came a day late"}
    assert (await api.ask(ticket, "state_breach", said)).status_code == 200
    asked = {"clock": "resolution", "reason": "The contract names the vendor"}
    assert (await api.ask(ticket, "ask_exclusion", asked)).status_code == 200
    decision = {"clock": "resolution", "approve": True, "reason": "As it says"}
    decided = await api.post(f"/v1/tickets/{ticket['id']}/decide_exclusion", decision)
    assert decided.status_code == 200, decided.text
    shown = (await api.get(f"/v1/tickets/{ticket['id']}/sla")).json()
    assert shown["breaches"]["resolution"]["decided_by"] == "grace"


async def test_b14_of_a_closed_ticket_a_breach_is_stated_and_excluded_by_two_people_whatever_temporal_still_knows(
    api: Api,
) -> None:
    ticket = await api.open(category="server.failure", impact=1, urgency=1)
    its_id = ticket["id"]
    path = f"/v1/tickets/{its_id}"
    await api.ask(ticket, "accept")
    live = api.tickets.tickets[its_id]
    late = {"resolution": live.clocks["resolution"].model_copy(update={"breached": True, "stopped_at": live.opened_at})}
    over = {"stage": Stage.CLOSED, "closed_at": live.opened_at, "clocks": late}
    api.tickets.tickets[its_id] = live.model_copy(update=over)
    assert (await api.get(path)).json()["allowed"] == ["rate_service", "state_breach"]
    said = {"clock": "resolution", "code": "vendor", "text": "The part came a day late"}
    stated = await api.post(f"{path}/state_breach", said, key="once")
    assert (stated.status_code, stated.json()["seq"]) == (200, live.seq + 1)
    again = await api.post(f"{path}/state_breach", said, key="once")
    assert (again.status_code, again.json()) == (200, stated.json())
    other = await api.post(f"{path}/state_breach", said | {"text": "Another"}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    asked = {"clock": "resolution", "reason": "The contract names the vendor"}
    assert (await api.post(f"{path}/ask_exclusion", asked)).status_code == 200
    (told,) = api.store.taken
    assert (told.template, told.to) == ("exclusion_asked", "service_manager")
    decision = {"clock": "resolution", "approve": True, "reason": "As it says"}
    own = await api.post(f"{path}/decide_exclusion", decision)
    assert (own.status_code, own.json()["code"]) == (403, "not_permitted")
    technician = await api.post(f"{path}/decide_exclusion", decision, token=api.token("tomas", Role.TECHNICIAN))
    assert technician.json()["code"] == "not_permitted"
    api.tickets.forget(its_id)
    decided = await api.post(f"{path}/decide_exclusion", decision, token=api.token("henri", Role.SERVICE_MANAGER))
    assert decided.status_code == 200, decided.text
    shown = (await api.get(f"{path}/sla")).json()
    assert shown["breaches"]["resolution"]["decided_by"] == "henri"
    comment = await api.post(f"{path}/comment", {"text": "Too late"})
    assert (comment.status_code, comment.json()["code"]) == (409, "ticket_closed")
