"""Who is on call, as the API tells it and lets it be changed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from escalation.oncall import shift_end
from escalation.terms import Role
from tests.api.conftest import Api

DAY = timedelta(days=1)


def stretch(at: datetime, days: int, length: int = 1) -> dict[str, str]:
    return {"start": (at + days * DAY).isoformat(), "end": (at + (days + length) * DAY).isoformat()}


async def now(api: Api, rota: str, at: datetime) -> Any:
    rotas = (await api.get("/v1/on-call", at=at.isoformat())).json()["rotas"]
    return next(line for line in rotas if line["rota"] == rota)


async def whose(api: Api, rota: str, at: datetime) -> str:
    return str((await now(api, rota, at))["person"])


async def test_r65_the_schedule_of_sixty_days_has_no_hole_and_says_why(api: Api) -> None:
    said = (await api.get("/v1/on-call/schedule", rota="t3_primary")).json()
    (rota,) = said["rotas"]
    ends = [duty["end"] for duty in rota["duties"]]
    starts = [duty["start"] for duty in rota["duties"]]
    assert (starts[0], ends[-1]) == (said["start"], said["end"])
    assert starts[1:] == ends[:-1]
    assert {duty["why"] for duty in rota["duties"]} >= {"layer base"}
    assert datetime.fromisoformat(said["end"]) - datetime.fromisoformat(said["start"]) == 60 * DAY
    assert (await api.get("/v1/on-call/schedule", rota="nowhere")).json()["code"] == "not_found"


async def test_r68_times_are_kept_in_utc_and_shown_in_the_viewers_zone(api: Api) -> None:
    utc = (await api.get("/v1/on-call/schedule", days=3)).json()["rotas"][0]["duties"]
    manila = (await api.get("/v1/on-call/schedule", days=3, zone="Asia/Manila")).json()["rotas"][0]["duties"]
    assert all(duty["start"].endswith("Z") for duty in utc)
    assert all(duty["start"].endswith("+08:00") for duty in manila)
    same = [datetime.fromisoformat(duty["start"]) for duty in manila]
    assert same == [datetime.fromisoformat(duty["start"]) for duty in utc]
    assert (await api.get("/v1/on-call/schedule", zone="Europe")).json()["code"] == "invalid_request"


async def test_b23_a_swap_counts_once_the_other_has_agreed_and_only_for_the_turn_that_was_given(api: Api) -> None:
    at = api.clock.at + 2 * DAY
    giver = await whose(api, "t3_primary", at)
    taker = next(p for p in api.policy.people if p not in (giver, "grace"))
    swap = {"rota": "t3_primary", "giver": giver, "taker": taker, "given": stretch(api.clock.at, 2)}
    stranger = api.token("jun", Role.TECHNICIAN)
    assert (await api.post("/v1/on-call/swaps", swap, token=stranger)).json()["code"] == "forbidden"
    made = await api.post("/v1/on-call/swaps", swap, token=api.token(giver, Role.TECHNICIAN))
    assert (made.status_code, made.json()["state"]) == (201, "proposed")
    assert await whose(api, "t3_primary", at) == giver
    path = f"/v1/on-call/swaps/{made.json()['id']}"
    assert (await api.post(f"{path}/agree", token=api.token(giver, Role.TECHNICIAN))).json()["code"] == "forbidden"
    agreed = await api.post(f"{path}/agree", token=api.token(taker, Role.TECHNICIAN))
    assert agreed.json()["state"] == "agreed"
    line = await now(api, "t3_primary", at)
    assert (line["person"], line["why"]) == (taker, f"swap for {giver}")
    again = await api.post(f"{path}/decline", token=api.token(taker, Role.TECHNICIAN))
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert (await api.get("/v1/on-call/swaps")).json()["swaps"][0]["decided_by"] == taker


async def test_a_swap_of_a_duty_that_one_does_not_have_is_refused(api: Api) -> None:
    giver = await whose(api, "t3_primary", api.clock.at)
    swap = {"rota": "t3_primary", "giver": "jun", "taker": giver, "given": stretch(api.clock.at, 0)}
    answer = await api.post("/v1/on-call/swaps", swap)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "given")
    assert (await api.post("/v1/on-call/swaps", swap | {"rota": "nowhere"})).json()["code"] == "unknown_name"
    assert (await api.post("/v1/on-call/swaps", swap | {"giver": giver})).json()["code"] == "invalid_request"


@pytest.mark.parametrize("outcome", ["decline", "withdraw"])
async def test_a_swap_that_nobody_wanted_changes_nothing(api: Api, outcome: str) -> None:
    giver = await whose(api, "t3_primary", api.clock.at)
    swap = {"rota": "t3_primary", "giver": giver, "taker": "jun", "given": stretch(api.clock.at, 0)}
    made = (await api.post("/v1/on-call/swaps", swap)).json()
    decided = await api.post(f"/v1/on-call/swaps/{made['id']}/{outcome}")
    assert decided.json()["state"] in ("declined", "withdrawn")
    assert await whose(api, "t3_primary", api.clock.at) == giver
    assert (await api.post("/v1/on-call/swaps/999/agree")).json()["code"] == "not_found"


async def test_an_override_is_listed_and_can_be_taken_back(api: Api) -> None:
    at = api.clock.at
    before = await whose(api, "t3_primary", at)
    made = (await api.post("/v1/on-call/overrides", {"rota": "t3_primary", "who": "jun", **stretch(at, 0)})).json()
    assert await whose(api, "t3_primary", at) == "jun"
    listed = (await api.get("/v1/on-call/overrides")).json()["overrides"]
    assert made in listed
    headers = {"Authorization": f"Bearer {api.token()}"}
    path = f"/v1/on-call/overrides/{made['id']}"
    assert (await api.client.delete(path, headers=headers)).status_code == 204
    assert (await api.client.delete(path, headers=headers)).status_code == 404
    assert await whose(api, "t3_primary", at) == before


async def test_b23_an_absence_without_cover_is_warned_of_thirty_days_ahead(api: Api) -> None:
    assert (await api.get("/v1/on-call/gaps")).json()["rotas"] == []
    person = await whose(api, "t3_primary", api.clock.at + 20 * DAY)
    headers = {"Authorization": f"Bearer {api.token(person, Role.TECHNICIAN)}"}
    away = stretch(api.clock.at, 20)
    body = {"start": away["start"], "until": away["end"], "reason": "a wedding"}
    said = await api.client.put(f"/v1/people/{person}/absence", json=body, headers=headers)
    assert said.json()["absent_until"] is None  # not away yet
    (rota,) = (await api.get("/v1/on-call/gaps")).json()["rotas"]
    assert rota["rota"] == "t3_primary"
    assert {duty["why"] for duty in rota["duties"]} == {f"nobody: {person} away"}
    planned = (await api.get(f"/v1/people/{person}/absences")).json()["absences"]
    assert planned[0]["reason"] == "a wedding"
    dropped = await api.client.delete(f"/v1/people/{person}/absences/{planned[0]['id']}", headers=headers)
    assert dropped.status_code == 204
    assert (await api.get("/v1/on-call/gaps")).json()["rotas"] == []


async def test_an_absence_that_ends_before_it_begins_is_refused(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.token()}"}
    body = {"until": (api.clock.at - DAY).isoformat()}
    answer = await api.client.put("/v1/people/jun/absence", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


# ------------------------------------------------------------------------------------------- relief
async def test_b21_a_person_marked_absent_loses_every_ticket_at_once_and_the_answer_says_to_whom(api: Api) -> None:
    tickets = [(await api.open(key=f"t{n}"))["id"] for n in range(5)]
    owner = api.tickets.tickets[tickets[0]].owner
    held = [ticket for ticket in tickets if api.tickets.tickets[ticket].owner == owner]
    headers = {"Authorization": f"Bearer {api.token(owner, Role.TECHNICIAN)}"}
    body = {"until": (api.clock.at + DAY).isoformat(), "reason": "ill"}
    said = (await api.client.put(f"/v1/people/{owner}/absence", json=body, headers=headers)).json()
    assert {line["ticket_id"] for line in said["moved"]} == set(held)
    assert all(line["owner"] not in (None, owner) for line in said["moved"])
    assert {api.tickets.tickets[ticket].owner for ticket in held} == {line["owner"] for line in said["moved"]}
    told = [entry.event for entry in api.tickets.stories[held[0]]][-1]
    assert (told.kind, getattr(told, "reason", "")) == ("transferred", f"{owner} is away: ill")
    again = (await api.client.put(f"/v1/people/{owner}/absence", json=body, headers=headers)).json()
    assert again["moved"] == []
    back = (await api.client.put(f"/v1/people/{owner}/absence", json={"until": None}, headers=headers)).json()
    assert (back["absent_until"], back["moved"], api.watch.told) == (None, [], 3)


async def test_an_absence_to_come_moves_nothing_yet(api: Api) -> None:
    owner = (await api.open())["owner"]
    away = stretch(api.clock.at, 3)
    headers = {"Authorization": f"Bearer {api.token()}"}
    body = {"start": away["start"], "until": away["end"]}
    said = (await api.client.put(f"/v1/people/{owner}/absence", json=body, headers=headers)).json()
    assert said["moved"] == []


async def test_b21_a_ticket_that_cannot_be_asked_is_named_and_the_others_move(api: Api) -> None:
    ticket = await api.open()
    headers = {"Authorization": f"Bearer {api.token()}"}
    api.tickets.broken = True
    body = {"until": (api.clock.at + DAY).isoformat()}
    said = (await api.client.put(f"/v1/people/{ticket['owner']}/absence", json=body, headers=headers)).json()
    assert said["moved"] == [{"ticket_id": ticket["id"], "owner": None, "failed": "rules_failed"}]


async def test_b22_whoever_goes_home_soon_sees_which_pressing_tickets_to_hand_over(api: Api) -> None:
    pressing = await api.open(impact=1, urgency=2)
    await api.open(impact=3, urgency=3, key="other")
    assert (await api.get("/v1/on-call/handovers")).json()["handovers"] == []
    owner = api.policy.people[pressing["owner"]]
    board = api.rotas.board()
    end = shift_end(owner.id, api.policy.calendars[owner.calendar], board, api.clock.at)
    assert end is not None
    api.clock.at = end - timedelta(minutes=30)
    (line,) = (await api.get("/v1/on-call/handovers")).json()["handovers"]
    assert (line["ticket_id"], line["person"]) == (pressing["id"], owner.id)
    body = {"shift_note": "The router is replaced; watch the link until nine"}
    over = await api.ask(pressing["id"], "hand_over", body)
    assert over.status_code == 200
    assert over.json()["owner"] != owner.id


async def test_every_change_of_who_answers_is_told_to_the_watch_at_once(api: Api) -> None:
    at, told = api.clock.at, list[int]()

    async def asked(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {api.token()}"}
        answer = await api.client.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        told.append(api.watch.told)
        return answer.json() if answer.content else None

    made = await asked("POST", "/v1/on-call/overrides", {"rota": "t3_primary", "who": "marek", **stretch(at, 1)})
    await asked("DELETE", f"/v1/on-call/overrides/{made['id']}")
    giver = await whose(api, "t3_primary", at + 1.5 * DAY)
    swap = {"rota": "t3_primary", "giver": giver, "taker": "marek", "given": stretch(at, 1)}
    number = (await asked("POST", "/v1/on-call/swaps", swap))["id"]
    await asked("POST", f"/v1/on-call/swaps/{number}/agree")
    away = {"start": (at + DAY).isoformat(), "until": (at + 2 * DAY).isoformat()}
    await asked("PUT", "/v1/people/ivan/absence", away)
    (absence,) = (await api.get("/v1/people/ivan/absences")).json()["absences"]
    await asked("DELETE", f"/v1/people/ivan/absences/{absence['id']}")
    assert told == [1, 2, 2, 3, 4, 5]  # a swap that is only proposed changes nothing
