"""What the metrics calls answer, and to whom; the figures themselves have tests of their own."""

import csv
import io
from typing import Any

import pytest

from escalation.terms import Role
from tests.api.conftest import FULL_NOTE, OTHER_CLIENT, Api

ANSWERED = ("escalation", "flows", "heat", "trend", "alarm")


async def _escalated(api: Api) -> str:
    ticket = await api.open()
    await api.ask(ticket, "accept")
    done = await api.ask(ticket, "escalate", {"reason": "knowledge", "note": FULL_NOTE})
    assert done.status_code == 200, done.text
    return str(ticket["id"])


async def test_the_flows_of_a_ticket_lead_from_its_opening_to_where_it_is(api: Api) -> None:
    await _escalated(api)
    flows = (await api.get("/v1/metrics/flows")).json()
    assert flows["cases"] == 1
    assert [(flow["source"], flow["target"], flow["tickets"]) for flow in flows["flows"]] == [
        ("opened", "tier_1", 1),
        ("tier_1", "tier_2", 1),
        ("tier_2", "open", 1),
    ]


async def test_the_heat_map_shows_the_hour_on_the_clocks_that_were_named(api: Api) -> None:
    await _escalated(api)
    for zone, hour in (("UTC", 14), ("America/Chicago", 8)):
        cells = (await api.get("/v1/metrics/heat", zone=zone)).json()["cells"]
        assert len(cells) == 7 * 24
        assert [each for each in cells if each["taken_in"]] == [
            {"weekday": 1, "hour": hour, "taken_in": 1, "escalations": 1, "breaches": 0}
        ]


async def test_the_trend_counts_a_ticket_in_the_week_in_which_it_came(api: Api) -> None:
    await _escalated(api)
    (week,) = (await api.get("/v1/metrics/trend")).json()["periods"]
    assert (week["begins_on"], week["cases"], week["rate"]["pct"], week["open"]) == ("2026-11-02", 1, 100.0, 1)


async def test_a_number_opens_the_tickets_behind_it_page_by_page(api: Api) -> None:
    ids = sorted([await _escalated(api), await _escalated(api)])
    await api.open()
    first = (await api.get("/v1/metrics/tickets", figure="escalated", tier=1, limit=1)).json()
    assert (first["tickets"], first["total"], first["behind"]) == (2, 2, [{"ticket_id": ids[0], "times": 1}])
    query = {"figure": "escalated", "tier": 1, "limit": 1, "after": first["next_after"]}
    second = (await api.get("/v1/metrics/tickets", **query)).json()
    assert (second["behind"], second["next_after"]) == ([{"ticket_id": ids[1], "times": 1}], None)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("tickets", {}),
        ("tickets", {"figure": "luck"}),
        ("tickets", {"figure": "cases", "tier": 4}),
        ("heat", {"zone": "Mars/Olympus"}),
        ("trend", {"every": "hour"}),
        ("flows", {"from": "2026-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z"}),
        ("escalation", {"priority": "P9"}),
        ("escalation", {"hours": "tea time"}),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(api: Api, path: str, query: dict[str, Any]) -> None:
    answer = await api.get(f"/v1/metrics/{path}", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_figure_can_be_narrowed_to_a_group(api: Api) -> None:
    await _escalated(api)
    for client, cases in (("acme-dental", 1), (OTHER_CLIENT, 0)):
        assert (await api.get("/v1/metrics/escalation", client=client)).json()["cases"] == cases
        assert (await api.get("/v1/metrics/flows", client=client)).json()["cases"] == cases


async def test_a_token_for_some_clients_sees_nothing_of_another(api: Api) -> None:
    await _escalated(api)
    stranger = api.token("omar", Role.AUDITOR, OTHER_CLIENT)
    for path in ("escalation", "flows"):
        assert (await api.get(f"/v1/metrics/{path}", token=stranger)).json()["cases"] == 0
        assert (await api.get(f"/v1/metrics/{path}", token=stranger, client="acme-dental")).json()["cases"] == 0
    assert (await api.get("/v1/metrics/trend", token=stranger)).json()["periods"] == []
    behind = (await api.get("/v1/metrics/tickets", token=stranger, figure="cases")).json()
    assert (behind["tickets"], behind["behind"]) == (0, [])
    heat = (await api.get("/v1/metrics/heat", token=stranger)).json()
    assert not any(cell["taken_in"] for cell in heat["cells"])


async def test_while_the_store_is_away_every_question_says_so(api: Api) -> None:
    api.store.away = True
    for path in ANSWERED[:-1]:
        assert (await api.get(f"/v1/metrics/{path}")).json()["code"] == "store_unavailable"


@pytest.mark.parametrize(
    ("path", "query", "lines"),
    [
        ("flows", {}, ["step,source,target,tickets", "1,opened,tier_1,1", "2,tier_1,tier_2,1", "3,tier_2,open,1"]),
        ("heat", {}, ["weekday,hour,taken_in,escalations,breaches", "1,0,0,0,0"]),
        ("tickets", {"figure": "cases"}, ["ticket_id,times", "ID,1"]),
        ("alarm", {}, ["about,figure,n,of", "alarm,not raised,0,0"]),
    ],
)
async def test_each_answer_is_a_table_for_a_spreadsheet_too(
    api: Api, path: str, query: dict[str, Any], lines: list[str]
) -> None:
    ticket = await _escalated(api)
    answer = await api.get(f"/v1/metrics/{path}", format="csv", **query)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.replace(ticket, "ID").splitlines()[: len(lines)] == lines


async def test_figures_and_trends_have_a_column_for_each_number(api: Api) -> None:
    await _escalated(api)
    for path, query, said in (
        ("escalation", {"by": "client"}, {"group": "acme-dental", "cases": "1", "escalation_rate.1.pct": "100.0"}),
        ("escalation", {}, {"group": "all", "tier_moves.1->2": "1", "time_to_resolve.median_h": ""}),
        ("trend", {}, {"begins_on": "2026-11-02", "rate.pct": "100.0", "open": "1"}),
    ):
        (line,) = csv.DictReader(io.StringIO((await api.get(f"/v1/metrics/{path}", format="csv", **query)).text))
        assert said.items() <= line.items()


async def test_an_empty_desk_has_empty_tables(api: Api) -> None:
    for path in ANSWERED:
        assert (await api.get(f"/v1/metrics/{path}", format="csv")).status_code == 200
        assert (await api.get(f"/v1/metrics/{path}")).status_code == 200
