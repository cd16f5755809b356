"""iCal out and in."""

import base64
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from icalendar import Calendar, Event

from escalation.terms import Role
from tests.api.conftest import Api

DAY = timedelta(days=1)


def calendar(*events: str) -> str:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{body}END:VCALENDAR\r\n"


HOLIDAY = "UID:h1@x\r\nSUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20261207\r\nDTEND;VALUE=DATE:20261212"
DENTIST = "UID:d1@x\r\nSUMMARY:Dentist\r\nDTSTART:20261201T090000Z\r\nDTEND:20261201T110000Z"


def read(answer: httpx.Response) -> list[Event]:
    return [event for event in Calendar.from_ical(answer.content).walk("VEVENT") if isinstance(event, Event)]


async def send(api: Api, path: str, text: str, token: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token or api.token()}", "Content-Type": "text/calendar"}
    return await api.client.post(path, content=text.encode(), headers=headers)


async def test_a_rota_is_a_calendar_in_utc_whose_entries_keep_their_names(api: Api) -> None:
    answer = await api.get("/v1/on-call/t3_primary.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = read(answer)
    duties = (await api.get("/v1/on-call/schedule", rota="t3_primary", days=180)).json()["rotas"][0]["duties"]
    ends = [datetime.fromisoformat(duty["end"]) for duty in duties]
    assert [event.end for event in events] == ends
    assert [event.start for event in events[1:]] == ends[:-1]
    assert b"DTSTART:20261102T150000Z" in answer.content  # Monday at nine in Chicago
    assert {str(e["summary"]).partition(": ")[2] for e in events} <= {p.name for p in api.policy.people.values()}
    first = {str(e["uid"]) for e in events}
    assert len(first) == len(events)
    api.clock.at += timedelta(minutes=5)
    again = read(await api.get("/v1/on-call/t3_primary.ics"))
    assert {str(e["uid"]) for e in again} == first  # the duty that lasts, too
    assert (await api.get("/v1/on-call/nowhere.ics")).json()["code"] == "not_found"


async def test_somebodys_own_calendar_has_their_duties_of_every_rota_and_no_others(api: Api) -> None:
    events = read(await api.get("/v1/people/ivan/on-call.ics"))
    assert {str(e["summary"]) for e in events} == {
        "On call, t3_primary: Ivan Horvat",
        "On call, t3_secondary: Ivan Horvat",
    }
    assert (await api.get("/v1/people/nobody/on-call.ics")).json()["code"] == "not_found"


async def test_a_calendar_program_sends_the_token_as_a_password(api: Api) -> None:
    async def opened(said: str) -> int:
        return (await api.client.get("/v1/on-call/managers.ics", headers={"Authorization": said})).status_code

    good = base64.b64encode(f"ivan:{api.token()}".encode()).decode()
    assert await opened(f"Basic {good}") == 200
    for wrong in ("Basic !", "Basic", f"Basic {base64.b64encode(b'ivan:guess').decode()}", "Digest x"):
        assert await opened(wrong) == 401


async def test_absences_come_in_once_however_often_the_calendar_does(api: Api) -> None:
    ivan = api.token("ivan", Role.TECHNICIAN)
    for _ in range(2):
        said = (await send(api, "/v1/people/ivan/absences.ics", calendar(HOLIDAY, DENTIST), ivan)).json()
        assert said == {"kept": 2, "taken_back": 0, "skipped": []}
    held = (await api.get("/v1/people/ivan/absences")).json()["absences"]
    assert sorted((a["reason"], a["start"], a["end"]) for a in held) == [
        ("Dentist", "2026-12-01T09:00:00Z", "2026-12-01T11:00:00Z"),
        ("Holiday", "2026-12-06T23:00:00Z", "2026-12-11T23:00:00Z"),  # days of Warsaw, where he works
    ]
    moved = HOLIDAY.replace("20261212", "20261210")
    gone = f"{DENTIST}\r\nSTATUS:CANCELLED"
    said = (await send(api, "/v1/people/ivan/absences.ics", calendar(moved, gone), ivan)).json()
    assert said == {"kept": 1, "taken_back": 1, "skipped": []}
    (left,) = (await api.get("/v1/people/ivan/absences")).json()["absences"]
    assert left["end"] == "2026-12-09T23:00:00Z"


async def test_nobody_sends_another_on_leave(api: Api) -> None:
    jun = api.token("jun", Role.TECHNICIAN)
    assert (await send(api, "/v1/people/ivan/absences.ics", calendar(HOLIDAY), jun)).json()["code"] == "forbidden"
    assert (await send(api, "/v1/on-call/managers/overrides.ics", calendar(), jun)).json()["code"] == "forbidden"


async def test_covers_come_in_by_address_or_name_and_what_means_nobody_is_said(api: Api) -> None:
    times = "DTSTART:20261201T090000Z\r\nDTEND:20261201T110000Z"
    by_address = f"UID:a\r\nSUMMARY:Cover\r\nATTENDEE:mailto:Marek@desk.example\r\n{times}"
    by_name = "UID:b\r\nSUMMARY:Elena Petrova\r\nDTSTART:20261202T090000Z\r\nDURATION:PT2H"
    nobody = f"UID:c\r\nSUMMARY:Somebody\r\n{times}"
    repeats = f"UID:d\r\nSUMMARY:marek\r\nRRULE:FREQ=SECONDLY\r\n{times}"
    said = (
        await send(api, "/v1/on-call/t3_primary/overrides.ics", calendar(by_address, by_name, nobody, repeats))
    ).json()
    assert (said["kept"], [each["uid"] for each in said["skipped"]]) == (2, ["c", "d"])
    board = api.rotas.board()
    assert board.on_call("t3_primary", datetime(2026, 12, 1, 10, tzinfo=UTC)) == "marek"
    assert board.on_call("t3_primary", datetime(2026, 12, 2, 10, 59, tzinfo=UTC)) == "elena"


@pytest.mark.parametrize("text", ["", "hello", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "END:VEVENT"])
async def test_what_is_no_calendar_is_refused(api: Api, text: str) -> None:
    answer = await send(api, "/v1/people/ivan/absences.ics", text)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("SUMMARY:x\r\nDTSTART:20261201T090000Z\r\nDTEND:20261201T110000Z", "no UID"),
        ("UID:x\r\nDTSTART:20261201T090000Z\r\nDTEND:20261201T080000Z", "ends before"),
        ("UID:x\r\nDTEND:20261201T080000Z", "cannot be read"),
    ],
)
async def test_an_entry_that_says_nothing_is_passed_over_with_the_reason(api: Api, event: str, why: str) -> None:
    said = (await send(api, "/v1/people/ivan/absences.ics", calendar(event))).json()
    assert said["kept"] == 0
    assert why in said["skipped"][0]["why"]


# ------------------------------------------------------------------------------------------- what repeats
NIGHTS = "UID:n\r\nSUMMARY:Night school\r\nDTSTART;TZID=Europe/Warsaw:20261019T220000\r\nDURATION:PT2H\r\nRRULE:"


async def starts(api: Api) -> list[str]:
    held = (await api.get("/v1/people/ivan/absences")).json()["absences"]
    return sorted(each["start"] for each in held)


async def test_what_repeats_comes_in_time_by_time_by_the_wall_clock_without_its_exceptions(api: Api) -> None:
    weekly = f"{NIGHTS}FREQ=WEEKLY;UNTIL=20261231T000000Z\r\nEXDATE;TZID=Europe/Warsaw:20261130T220000"
    moved = (
        "UID:n\r\nSUMMARY:Moved\r\nRECURRENCE-ID;TZID=Europe/Warsaw:20261207T220000\r\n"
        "DTSTART;TZID=Europe/Warsaw:20261208T200000\r\nDURATION:PT1H"
    )
    api.clock.at = datetime(2026, 10, 18, tzinfo=UTC)
    for _ in range(2):
        said = (await send(api, "/v1/people/ivan/absences.ics", calendar(weekly, moved))).json()
        assert said == {"kept": 10, "taken_back": 0, "skipped": []}
    found = await starts(api)
    assert found[:2] == ["2026-10-19T20:00:00Z", "2026-10-26T21:00:00Z"]  # summer time ended in between
    assert [each for each in found if "2026-12-01" > each > "2026-11-29"] == []
    assert "2026-12-08T19:00:00Z" in found
    assert "2026-12-07T21:00:00Z" not in found
    shorter = weekly.replace("20261231", "20261108")
    said = (await send(api, "/v1/people/ivan/absences.ics", calendar(shorter))).json()
    assert (said["kept"], said["taken_back"]) == (3, 7)
    assert await starts(api) == ["2026-10-19T20:00:00Z", "2026-10-26T21:00:00Z", "2026-11-02T21:00:00Z"]
    said = (await send(api, "/v1/people/ivan/absences.ics", calendar(f"{weekly}\r\nSTATUS:CANCELLED"))).json()
    assert (said["kept"], said["taken_back"], await starts(api)) == (0, 3, [])


async def test_a_rule_without_an_end_is_kept_half_a_year_ahead(api: Api) -> None:
    api.clock.at = datetime(2026, 10, 18, tzinfo=UTC)
    said = (await send(api, "/v1/people/ivan/absences.ics", calendar(f"{NIGHTS}FREQ=WEEKLY"))).json()
    assert (said["kept"], said["skipped"]) == (26, [])


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=SECONDLY", "more often than daily"),
        ("FREQ=DAILY;BYSECOND=1,2,3", "more often than daily"),
        ("FREQ=DAILY;INTERVAL=0", "above zero"),
        ("FREQ=DAILY;COUNT=5;BYMONTH=2;BYMONTHDAY=30", "need not ever come"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "need not ever come"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "need not ever come"),
        ("FREQ=WEEKLY\r\nRRULE:FREQ=DAILY", "more than one rule"),
    ],
)
async def test_a_rule_that_asks_for_endless_work_is_passed_over_with_the_reason(api: Api, rule: str, why: str) -> None:
    api.clock.at = datetime(2026, 10, 18, tzinfo=UTC)
    said = (await send(api, "/v1/people/ivan/absences.ics", calendar(f"{NIGHTS}{rule}"))).json()
    assert said["kept"] == 0
    assert why in said["skipped"][0]["why"]


async def test_a_calendar_of_ten_megabytes_is_refused(api: Api) -> None:
    answer = await send(api, "/v1/people/ivan/absences.ics", calendar(NIGHTS + "x" * 10_000_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
