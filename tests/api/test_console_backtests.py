"""Policies tried on past tickets at the console."""

from datetime import timedelta

from escalation.backtest import Report, TicketChanges
from escalation.backtest.changes import Change, Coming
from escalation.terms import Role
from escalation.view import DeadlineView
from tests.api.conftest import OTHER_CLIENT, Api
from tests.api.test_policies import edition
from tests.api.visit import Visit, visit_of, words_of
from tests.unit.rules.story import MONDAY

PAGE = "/console/policy/backtests"


def result(sooner: int = 3) -> Report:
    change = Change(what="functional", how="new", cause="S1", words="functional to Tier 2 by S1 would <b>have</b> come")
    coming = Coming(then=DeadlineView(what="resolution 75 %", at=MONDAY))
    report = Report(tickets=12, changed=2, live=1, moved_deadlines=1)
    report.recorded.escalations["functional to Tier 2"] = 1
    report.replayed.escalations["functional to Tier 2"] = sooner
    report.replayed.by_cause["S1"] = sooner
    report.refused["resolve/beyond_tier_scope"] = 4
    report.not_judged["unknown_client_or_agreement"] = 5
    report.examples = [
        TicketChanges(ticket_id="T-1", client="acme-dental", priority="P2", live=True, changes=(change,), coming=coming)
    ]
    return report


async def started(visit: Visit, **fields: str) -> str:
    answer = await visit.send(PAGE, **{"version": "2026.1", "days": "30"} | fields)
    assert answer.status_code == 303, words_of(answer)
    return answer.headers["location"]


async def test_a_version_is_chosen_started_watched_and_read(api: Api) -> None:
    visit = await visit_of(api)
    assert "No policy was tried" in words_of(await visit.get(PAGE))
    assert "A published version" in words_of(await visit.get(f"{PAGE}/new"))
    where = await started(visit, key="k1")
    assert await started(visit, key="k1") == where  # sent twice
    waiting = await visit.get(where)
    assert "It waits for a worker." in words_of(waiting)
    assert "every 2s" in waiting.text
    name = where.rpartition("/")[2]
    api.backtests.say(name, state="running", total=12, judged=4, changed=1)
    assert "4 of 12 tickets are judged; 1 would change so far." in words_of(await visit.get(where))
    api.backtests.finish(name, result(), MONDAY)
    page = await visit.get(where)
    said = words_of(page)
    assert "every 2s" not in page.text
    assert "Functional to Tier 2 1 3 +2" in said
    assert "4 × resolve, beyond tier scope" in said
    assert "5 × unknown client or agreement" in said
    assert "the next deadline of 1 would be another" in said
    assert 'href="/console/tickets/T-1"' in page.text
    assert "Functional to Tier 2 by S1 would &lt;b&gt;have&lt;/b&gt; come" in page.text
    assert "The first 1 of 2" in said
    assert "Next deadline: resolution 75 % at 2 Nov 2026 14:00 UTC instead of none." in said
    assert "2 of 17" in words_of(await visit.get(PAGE))


async def test_a_second_one_says_that_it_waits_for_the_first(api: Api) -> None:
    visit = await visit_of(api)
    await started(visit, key="k1")
    api.clock.at += timedelta(hours=1)
    assert "It waits for another one: a worker judges one" in words_of(await visit.get(await started(visit, key="k2")))


async def test_a_document_is_checked_with_its_lines_and_what_was_entered_stays(api: Api) -> None:
    visit = await visit_of(api)
    broken = edition("next", "coordinate_at: 90", "coordinate_at: ninety")
    for what, status in (("check", 200), ("start", 422)):
        answer = await visit.send(PAGE, document=broken, days="7", key="k9", what=what)
        assert answer.status_code == status
        assert "it cannot be tried so" in words_of(answer)
        assert "coordinate_at: ninety" in answer.text
        assert 'value="k9"' in answer.text
    assert not api.backtests.kept
    assert "Paste a document" in words_of(await visit.send(PAGE, what="check"))
    good = edition("next", "share: 0.2", "share: 0.6")
    assert "it can be tried" in words_of(await visit.send(PAGE, document=good, what="check"))
    page = await visit.get(await started(visit, document=good))
    assert "next (on trial)" in words_of(page)


async def test_a_window_that_cannot_be_is_refused_at_its_field(api: Api) -> None:
    visit = await visit_of(api)
    fields = {"version": "2026.1", "days": "window", "since": "2026-02-01T00:00", "until": "2026-01-01T00:00"}
    answer = await visit.send(PAGE, **fields)
    assert answer.status_code == 422
    assert 'id="since-wrong"' in answer.text
    assert 'value="2026-02-01T00:00"' in answer.text
    answer = await visit.send(PAGE, **fields | {"since": "yesterday"})
    assert "Enter a day and a time." in words_of(answer)
    api.judging.away = True
    answer = await visit.send(PAGE, version="2026.1", key="k1")
    assert (answer.status_code, "Temporal does not answer" in words_of(answer)) == (503, True)


async def test_two_are_compared_and_a_failed_one_says_why(api: Api) -> None:
    visit = await visit_of(api)
    one, other = await started(visit, key="k1"), await started(visit, key="k2", days="7")
    api.backtests.finish(one.rpartition("/")[2], result(3), MONDAY)
    api.backtests.finish(other.rpartition("/")[2], result(7), MONDAY)
    said = words_of(await visit.get(one, against=other.rpartition("/")[2]))
    assert "Functional to Tier 2 1 3 7 +4" in said
    assert "tickets of different times" in said
    third = await started(visit, key="k3")
    api.backtests.say(third.rpartition("/")[2], state="failed", why="It was stopped.")
    assert "It was stopped." in words_of(await visit.get(third))


async def test_its_maker_deletes_it_and_nobody_else_is_offered_to(api: Api) -> None:
    lead = await visit_of(api, "marek", Role.TEAM_LEAD)
    where = await started(lead)
    assert "delete this back-test" in words_of(await lead.get(where))
    manager = await visit_of(api)
    assert "delete this back-test" not in words_of(await manager.get(where))
    assert (await manager.send(f"{where}/delete")).status_code == 403
    assert (await lead.send(f"{where}/delete")).headers["location"] == PAGE
    assert (await lead.get(where)).status_code == 404


async def test_a_technician_reads_and_starts_none_and_a_partner_sees_none(api: Api) -> None:
    where = await started(await visit_of(api))
    technician = await visit_of(api, "priya", Role.TECHNICIAN)
    assert "Policy 2026.1 on past tickets" in words_of(await technician.get(where))
    assert "Try a policy" not in words_of(await technician.get(PAGE))
    assert "Try it on past tickets" not in words_of(await technician.get("/console/policy"))
    assert "Start" not in words_of(await technician.get(f"{PAGE}/new")).replace("starts", "")
    assert (await technician.send(PAGE, version="2026.1")).status_code == 403
    partner = await visit_of(api, "partner", Role.TEAM_LEAD, OTHER_CLIENT)
    for path in (PAGE, where, f"{PAGE}/new"):
        assert (await partner.get(path)).status_code == 403
