"""From the real Alertmanager to a ticket and its end, on a running product with a policy of short waits."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from ruamel.yaml import YAML

from tests.e2e.alertmanager import alertmanager, now
from tests.e2e.desk import Desk, desk_of
from tests.e2e.hasty import DEFAULT
from tests.e2e.stack import eventually, home, running

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

OVER = {"resolved", "closed", "cancelled"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk() -> AsyncIterator[Desk]:
    """A desk whose alerts are over soon after they clear."""
    with home() as place:
        async with running(place / "state", policy=_policy(place / "policy.yaml")) as stack, desk_of(stack) as desk:
            yield desk


def _policy(path: Path) -> Path:
    yaml = YAML()
    policy = yaml.load(DEFAULT)
    policy.setdefault("alerts", {})["clear_after"] = "2s"
    yaml.dump(policy, path)
    return path


async def made(desk: Desk, name: str, kind: str, *more: str) -> str:
    """A new source of this name, whose faults are all of one client; its secret."""
    said = await desk.stack.run("source", "add", name, "--kind", kind, "--client", "acme-dental", *more)
    return said.partition("secret   ")[2].split()[0]


async def tickets(desk: Desk, asset: str) -> list[dict[str, Any]]:
    """The tickets about it, as they stand now."""
    said: list[dict[str, Any]] = (await desk.get("/tickets?client=acme-dental&limit=100"))["tickets"]
    return [ticket for ticket in said if asset in ticket["subject"]]


async def test_r105_an_alert_of_two_alertmanagers_is_one_ticket_and_ends_when_it_is_resolved(
    desk: Desk, tmp_path: Path
) -> None:
    key = await made(desk, "prometheus", "alertmanager")
    config = _config(webhook_configs=[{
        "url": f"{desk.stack.url}/v1/intake/prometheus",
        "http_config": {"authorization": {"credentials": key}},
    }])  # fmt: skip
    labels = {"alertname": "DiskFull", "instance": "web-1", "severity": "warning"}
    began = now()
    async with alertmanager(tmp_path / "a", config) as first, alertmanager(tmp_path / "b", config) as second:
        for each in (first, second):
            await each.say(labels, began)
        opened = await eventually(lambda: tickets(desk, "web-1"), "a ticket", 60)
        assert "DiskFull on web-1" in opened[0]["subject"]
        await eventually(lambda: _dealt_with(desk, "prometheus", 2), "both have said so", 60)
        for each in (first, second):
            await each.say(labels, began, now())
        await eventually(lambda: _over(desk, "web-1"), "the ticket is over", 60)
    assert len(await tickets(desk, "web-1")) == 1


async def test_r105_a_tool_with_an_output_for_pagerduty_opens_a_ticket_unchanged(desk: Desk, tmp_path: Path) -> None:
    key = await made(desk, "pager", "pagerduty")
    config = _config(pagerduty_configs=[{"routing_key": key, "url": f"{desk.stack.url}/v2/enqueue"}])
    began = now()
    labels = {"alertname": "CpuBusy", "instance": "web-2", "severity": "warning"}
    async with alertmanager(tmp_path / "c", config) as monitoring:
        await monitoring.say(labels, began)
        await eventually(lambda: tickets(desk, "web-2"), "a ticket", 60)
        await monitoring.say(labels, began, now())
        await eventually(lambda: _over(desk, "web-2"), "the ticket is over", 60)


async def test_r34_r105_a_security_alert_of_an_rmm_is_an_emergency_at_once(desk: Desk, tmp_path: Path) -> None:
    how = tmp_path / "map.yaml"
    how.write_text("client: acme-dental\ncategories: {antivirus*: security.alert}\n")
    said = await desk.stack.run("source", "add", "rmm", "--kind", "datto", "--scheme", "path", "--map", str(how))
    address = said.partition("address  ")[2].split()[0]
    body = {
        "event": "triggered",
        "alert_uid": "U-1",
        "alert_type": "Antivirus",
        "alert_priority": "Critical",
        "alert_message_en": "Ransomware was found",
        "device_hostname": "WS-12",
    }
    before = await _accepted(desk)
    for _ in range(2):  # the same again is a repeat
        answer = await desk.http.post(f"/v1/intake/{address.partition('/v1/intake/')[2]}", json=body)
        assert answer.status_code == 202
    await eventually(lambda: _dealt_with(desk, "rmm", before + 2), "both are dealt with", 60)
    (ticket,) = await eventually(lambda: tickets(desk, "WS-12"), "a ticket", 60)
    assert (ticket["stage"], ticket["category"]) == ("tier_3", "security.alert")


def _config(**receiver: object) -> dict[str, Any]:
    route = {"receiver": "tierline", "group_by": ["..."], "group_wait": "1s", "group_interval": "1s"}
    return {"route": route, "receivers": [{"name": "tierline", **receiver}]}


async def _over(desk: Desk, asset: str) -> bool:
    found = await tickets(desk, asset)
    return bool(found) and all(ticket["stage"] in OVER for ticket in found)


async def _accepted(desk: Desk) -> int:
    """How many requests of machines were kept so far."""
    text = (await desk.http.get("/metrics")).text
    found = re.findall(
        r'^tierline_http_request_duration_seconds_count\{.*intake/\{source\}",status="202"\} (\d+)', text, re.MULTILINE
    )
    return sum(map(int, found))


async def _dealt_with(desk: Desk, source: str, least: int) -> bool:
    """Whether so many requests were kept, and nothing of this source waits any more."""
    one = await desk.get(f"/sources/{source}")
    assert one["quarantined"] == 0
    return one["waiting"] == 0 and await _accepted(desk) >= least
