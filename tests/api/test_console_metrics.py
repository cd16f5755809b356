"""The figures in the console: what they say, where their numbers lead, and to whom."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from escalation.facts import Kept, Stay, TicketFacts
from escalation.figures import Scope
from escalation.figures.folded import FoldedFigures
from escalation.log.facts import facts_of_case
from escalation.terms import Role
from tests.api.conftest import FULL_NOTE, OTHER_CLIENT, Api
from tests.api.visit import Visit, visit_of, words_of
from tests.reference import LOG, reference_folder
from tests.unit.audit.desk import note, week
from tests.unit.rules.story import MONDAY
from tierline.log_files import read_log, read_mapping

PAGES = ("", "/breakdown", "/flows", "/hours", "/trends", "/tickets")
FILES = {
    "escalation": "group,cases,",
    "breakdown": "group,cases,",
    "flows": "step,source,target,tickets",
    "hours": "weekday,hour,",
    "trends": "begins_on,",
    "tickets": "ticket_id,times",
}
HOUR = timedelta(hours=1)
_COUNT = re.compile(r'<a class="count[^"]*" href="(/console/metrics/tickets\?[^"]*)">([^<]*)</a>')


def tickets(*ways: Sequence[int], started: datetime = MONDAY - 20 * 24 * HOUR) -> list[TicketFacts]:
    """A ticket for each way through the tiers, one every nine hours: an hour at each tier; every third is reopened."""
    return list(_tickets(ways, started))


def _tickets(ways: Sequence[Sequence[int]], started: datetime) -> Iterator[TicketFacts]:
    for number, way in enumerate(ways):
        opened = started + number * 9 * HOUR
        marks = [opened + n * HOUR for n in range(len(way) + 1)]
        stays = tuple(
            Stay(tier, begun, queued=True, accepted_at=begun + HOUR / 2, ended_at=end)
            for tier, begun, end in zip(way, marks, marks[1:], strict=False)
        )
        late = number % 4 == 0
        yield TicketFacts(
            ticket_id=f"T-{number:03}",
            opened_at=opened,
            stays=stays,
            completed_at=marks[-1],
            outcome="resolved",
            reopens=number % 3 == 0,
            near_misses=number % 5 == 0,
            in_scope=(("tomas", "mail"),) if len(way) > 1 else (),
            ratings=("complete",) if len(way) > 1 else (),
            client="acme-dental",
            category="mail" if number % 2 else "security.incident",
            routine=bool(number % 2),
            technician="tomas",
            priority="P3",
            kept=Kept(HOUR, False, HOUR, late, resolution_breached_at=marks[-1] if late else None),
        )


WAYS = [(1,), (1, 2), (1, 2, 1, 2, 3), (2,), (1, 3), (1,), (1, 2, 1), (1,), (3, 2)] * 4


def over(api: Api, facts: Sequence[TicketFacts]) -> Api:
    """The same desk, as though these had been its tickets."""

    def within(scope: Scope) -> list[TicketFacts]:
        since, until = scope.since, scope.until
        return [
            each
            for each in facts
            if (since is None or since <= each.came_in_at) and (until is None or each.came_in_at < until)
        ]

    figures = FoldedFigures(within, api.audits.seen_in)
    return replace(api, app=create_app(replace(api.app.state.services, figures=figures)))


async def test_an_empty_desk_says_what_will_be_here_and_how_to_read_a_log(api: Api) -> None:
    visit = await visit_of(api)
    for page in PAGES:
        answer = await visit.get(f"/console/metrics{page}")
        assert answer.status_code == 200
        wanted = "No ticket is behind this number." if page == "/tickets" else "tierline import"
        assert wanted in words_of(answer)


@pytest.mark.parametrize("page", ["", "/breakdown?by=technician", "/flows", "/hours?what=escalations", "/trends"])
async def test_each_number_opens_as_many_tickets_as_it_says(api: Api, page: str) -> None:
    visit = await visit_of(over(api, tickets(*WAYS)))
    numbers = _COUNT.findall((await visit.get(f"/console/metrics{page}")).text)
    counts = [(unescape(address), int(said)) for address, said in numbers if said.isdigit()]
    assert len(counts) > 5
    for address, count in counts[:20]:
        heading = words_of(await visit.get(address)).partition("Counted")[0]
        behind = re.search(r"(\d+) tickets?(?:, counted (\d+) times)?", heading.partition("UTC.")[2] or heading)
        assert behind, heading
        assert int(behind[2] or behind[1]) == count, address


async def test_a_share_opens_the_tickets_that_it_is_of(api: Api) -> None:
    visit = await visit_of(over(api, tickets(*WAYS)))
    page = await visit.get("/console/metrics")
    shares = [(unescape(address), said) for address, said in _COUNT.findall(page.text) if "%" in said]
    assert len(shares) == 4
    address, said = shares[0]
    assert "figure=sent_down_or_second_escalation" in address
    behind = words_of(await visit.get(address))
    assert "Escalated tickets that were sent down again or escalated a second time" in behind
    assert f"{8 if said == '50 %' else said} tickets" in behind


async def test_r81_r82_r83_r84_r90_the_page_shows_the_reference_figures_of_a_real_log(api: Api) -> None:
    folder = reference_folder()
    mapping = read_mapping()
    assert mapping.targets is not None
    cases = [facts_of_case(case) for case in read_log(folder / LOG, mapping)]
    facts = [replace(case, kept=mapping.targets.judge(case)) for case in cases]
    said = words_of(await (await visit_of(over(api, facts))).get("/console/metrics?log=imported"))
    for number in reference_numbers(folder):
        assert number in said, number


def reference_numbers(folder: Path) -> Iterator[str]:
    reference = json.loads((folder / "reference.json").read_text())
    for rate in reference["escalation_rate"].values():
        yield f"{rate['worked']:,} {rate['escalated']:,} {rate['pct']:g} %"
    for name, share in reference["re_escalation"].items():
        if name != "of":
            yield f"{share:g} %"
    yield f"{reference['never_accepted']['n']} of {reference['never_accepted']['of']} escalations"
    yield "Time to escalate 795 escalations 27 min 1 d 5 h"
    yield "Handoff delay 755 accepted handoffs 50 min 1 d 14 h"
    yield "Time to resolve (MTTR) 1,930 resolved tickets 5 h 40 min 7 d 12 h"
    yield "Time to resolve, without waits 1,930 resolved tickets 1 h 5 min 3 d 16 h"
    yield f"First response 99.33 % {reference['sla']['response_breached']}"
    yield f"Resolution 87.38 % {reference['sla']['resolution_breached']}"


async def test_r86_above_the_line_the_page_says_so_with_the_three_suspects(api: Api) -> None:
    api.audits.what_was_seen = week(50, 30, notes=(note(1, "near_miss", detail="C2"),))
    page = await (await visit_of(over(api, tickets(*WAYS)))).get("/console/metrics?span=all")
    said = words_of(page)
    assert "Above the line" in said
    assert "Tier 1 escalated 60 % of what it worked on in this time: 30 of 50 tickets." in said
    for suspect in ("Triggers loose", "Knowledge inadequate", "Confidence"):
        assert suspect in said


async def test_r86_the_line_is_not_judged_by_few_tickets(api: Api) -> None:
    api.audits.what_was_seen = week(19, 19)
    page = await (await visit_of(over(api, tickets((1,), (1, 2))))).get("/console/metrics")
    assert "Too few to judge" in words_of(page)
    assert "bar rate bad" not in page.text


async def test_r87_the_page_tells_routine_work_at_tier_3_from_what_tier_3_is_reserved_for(api: Api) -> None:
    visit = await visit_of(over(api, tickets(*[(1, 3), (1, 2, 3), (3,)] * 3, (1, 2))))
    page = await visit.get("/console/metrics")
    assert "At Tier 3 9 tickets Routine 4 44.44 % Reserved for it 5" in words_of(page)
    assert "Mail 4" in words_of(page)
    behind = {
        figure: words_of(await visit.get(f"/console/metrics/tickets?figure={figure}"))
        for figure in ("routine", "reserved", "routine_by_category&of=mail")
    }
    assert "Tickets at Tier 3 that Tier 1 or 2 may finish alone" in behind["routine"]
    assert "4 tickets" in behind["routine"]
    assert "5 tickets" in behind["reserved"]
    assert "4 tickets" in behind["routine_by_category&of=mail"]
    names, line = csv.reader((await visit.get("/console/metrics/escalation.csv")).text.splitlines())
    said = dict(zip(names, line, strict=True))
    assert (said["tier_3.n"], said["tier_3.routine"], said["tier_3.reserved"]) == ("9", "4", "5")


async def test_r90_the_time_to_resolve_stands_in_business_hours_beside_those_of_the_clock(api: Api) -> None:
    page = words_of(await (await visit_of(over(api, tickets((1,), (1, 2))))).get("/console/metrics"))
    assert "Time to resolve (MTTR) 2 resolved tickets 1 h 30 min" in page
    assert "Time to resolve, in business hours 2 resolved with a promise 1.0 h 1.0 h 1.0 h 1.0 h" in page


async def test_r85_near_misses_stand_with_their_rate(api: Api) -> None:
    said = words_of(await (await visit_of(over(api, tickets((1,), (1, 2))))).get("/console/metrics"))
    assert "Near misses 1 50 % of near misses and escalated tickets" in said


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("span=dates&from=2026-11-05&to=2026-11-01", "This lies before the first day."),
        ("span=dates&from=tomorrow", "Write a day as 2026-11-28."),
        ("span=dates", "Say from which day on, or up to which."),
        ("from=0001-01-01", "Write a day as 2026-11-28."),
    ],
)
async def test_a_time_that_makes_no_sense_is_refused_at_its_field(api: Api, query: str, words: str) -> None:
    visit = await visit_of(api)
    for page in PAGES:
        answer = await visit.get(f"/console/metrics{page}?{query}")
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert words in words_of(answer)
    assert (await visit.get(f"/console/metrics/flows.csv?{query}")).status_code == 422


async def test_the_address_says_it_all_so_that_a_view_can_be_kept(api: Api) -> None:
    visit = await visit_of(api)
    page = await visit.get(
        "/console/metrics/breakdown?by=shift&span=dates&from=2026-10-01&to=2026-10-31&client=acme-dental"
    )
    for name, value in (("from", "2026-10-01"), ("to", "2026-10-31")):
        assert f'name="{name}" type="date" value="{value}"' in page.text
    assert '<option value="acme-dental" selected>' in page.text
    assert '<input type="hidden" name="by" value="shift">' in page.text
    assert "client: Acme Dental." in words_of(page)


async def escalated(api: Api) -> str:
    ticket = await api.open(subject="Printer <b>smokes</b>")
    await api.ask(ticket, "accept")
    assert (await api.ask(ticket, "escalate", {"reason": "knowledge", "note": FULL_NOTE})).status_code == 200
    return str(ticket["id"])


async def test_a_ticket_behind_a_number_is_a_line_that_leads_to_it(api: Api) -> None:
    ticket = await escalated(api)
    page = await (await visit_of(api)).get("/console/metrics/tickets?figure=escalated&tier=1")
    assert f'href="/console/tickets/{ticket}"' in page.text
    assert "&lt;b&gt;smokes" in page.text
    assert "<b>smokes" not in page.text
    assert "Tickets that Tier 1 escalated" in words_of(page)


async def test_many_tickets_behind_a_number_are_shown_page_by_page(api: Api) -> None:
    visit = await visit_of(over(api, tickets(*[(1,)] * 60)))
    first = await visit.get("/console/metrics/tickets?figure=cases")
    assert "60 tickets" in words_of(first)
    following = re.search(r'href="([^"]*after=T-049[^"]*)" rel="next"', first.text)
    assert following
    second = await visit.get(unescape(following[1]))
    assert "T-050" in second.text
    assert "T-049" not in words_of(second)


async def test_a_number_that_there_is_not_cannot_be_opened(api: Api) -> None:
    visit = await visit_of(api)
    for query in ("figure=luck", "tier=4", "hour=24", "weekday=0", "of=%00"):
        assert (await visit.get(f"/console/metrics/tickets?{query}")).status_code == 400


async def test_every_page_of_figures_is_a_file_for_a_spreadsheet_too(api: Api) -> None:
    visit = await visit_of(over(api, tickets(*WAYS)))
    for name, first in FILES.items():
        page = PAGES[list(FILES).index(name)]
        assert f'href="/console/metrics/{name}.csv' in (await visit.get(f"/console/metrics{page}")).text
        file = await visit.get(f"/console/metrics/{name}.csv")
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        assert file.headers["content-disposition"].startswith('attachment; filename="tierline-')
        assert file.text.splitlines()[0].startswith(first)
    assert "2,tier_1,tier_2,12" in (await visit.get("/console/metrics/flows.csv")).text.splitlines()


async def test_a_token_for_some_clients_sees_the_figures_of_these_alone(api: Api) -> None:
    await escalated(api)
    visit = await visit_of(api, "partner", Role.TECHNICIAN, OTHER_CLIENT)
    for page in PAGES:
        for query in ("", "?client=acme-dental"):
            answer = await visit.get(f"/console/metrics{page}{query}")
            assert answer.status_code == 200
            assert "smokes" not in answer.text
            assert '<a class="count' not in answer.text
    assert "Acme Dental" not in (await visit.get("/console/metrics")).text


async def test_while_the_store_is_away_the_page_says_so(api: Api) -> None:
    visit = await visit_of(api)
    api.store.away = True
    for page in (*PAGES, *(f"/{name}.csv" for name in FILES)):
        assert (await visit.get(f"/console/metrics{page}")).status_code == 503


async def test_the_busiest_hour_is_said_in_words_on_the_clock_of_the_one_who_looks(api: Api) -> None:
    facts = tickets(*[(1, 2)] * 30, started=datetime(2026, 10, 19, 7, tzinfo=UTC))
    busy = [replace(each, opened_at=datetime(2026, 10, 20, 15, n, tzinfo=UTC)) for n, each in enumerate(facts)]
    page = await (await visit_of(over(api, busy))).get("/console/metrics/hours")
    assert "Tuesday 10:00 is the busiest hour: 30 of 30." in words_of(page)
    assert "America/Chicago" in words_of(page)


async def test_few_tickets_are_told_in_a_table_and_not_drawn(api: Api) -> None:
    visit = await visit_of(over(api, tickets((1,), (1, 2))))
    hours = await visit.get("/console/metrics/hours")
    assert "2 are too few to show a pattern" in words_of(hours)
    assert '<svg class="heat' not in hours.text
    trends = await visit.get("/console/metrics/trends?every=month")
    assert "1 month shows no trend yet" in words_of(trends)
    assert '<svg class="trend' not in trends.text


async def test_nothing_is_styled_within_the_page(api: Api) -> None:
    visit = await visit_of(over(api, tickets(*WAYS)))
    for page in PAGES:
        assert not re.search(r"<[^>]+\sstyle=", (await visit.get(f"/console/metrics{page}")).text)


async def test_r89_the_weekly_pack_of_the_time_is_a_click_away_for_those_who_read_it(api: Api) -> None:
    made = api.audits.make("weekly", None, by="grace", at=MONDAY)
    facts = tickets(*WAYS)
    assert f"/console/audits/{made.id}" in await shown(await visit_of(over(api, facts)))
    assert "/console/audits/" not in await shown(await visit_of(over(api, facts), "tomas", Role.TECHNICIAN))
    partner = await visit_of(over(api, facts), "partner", Role.TEAM_LEAD, OTHER_CLIENT)
    assert "/console/audits/" not in await shown(partner)


async def shown(visit: Visit) -> str:
    answer: httpx.Response = await visit.get("/console/metrics")
    assert answer.status_code == 200
    return answer.text
