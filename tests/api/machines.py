"""Senders of machines' words, for tests: a source with its secret, and bodies as they send them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
from standardwebhooks import Webhook

from escalation.alerts import Body, Reading
from escalation.alerts.books import NewSource
from escalation.alerts.source import SCHEMES, SIGNED, Scheme, Secret, SourceKind, SourceMap
from tests.api.conftest import Api

KEY = "k" * 32
SIGNING = "whsec_" + "c2VjcmV0" * 5
TO_ACME = SourceMap(client="acme-dental")
FIRING: dict[str, Any] = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "instance": "web-1", "severity": "critical", "tenant": "acme"},
    "annotations": {"summary": "The disk of web-1 is full", "runbook_url": "https://wiki.example/disk"},
    "startsAt": "2026-03-02T09:00:00.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus.example/graph",
    "fingerprint": "c4ca4238a0b92382",
}
GROUP: dict[str, Any] = {
    "version": "4",
    "groupKey": '{}:{alertname="DiskFull"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "tierline",
    "groupLabels": {"alertname": "DiskFull"},
    "commonLabels": {"alertname": "DiskFull"},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager.example",
    "alerts": [FIRING],
}
EVENT: dict[str, Any] = {
    "routing_key": KEY,
    "event_action": "trigger",
    "dedup_key": "disk/web-1",
    "payload": {"summary": "The disk of web-1 is full", "source": "web-1", "severity": "error", "class": "disk"},
}


@dataclass
class Machine:
    """A source of the API in process, and its sender."""

    api: Api
    id: str
    scheme: Scheme

    async def send(self, body: object, *, path: str = "", **headers: str) -> httpx.Response:
        """As this source sends it; a body of bytes as it is."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.api.client.post(f"/v1/intake/{self.id}{path}", content=raw, headers=self.proof(raw) | headers)

    def proof(self, raw: bytes, ago: timedelta = timedelta(0), webhook_id: str = "msg_1") -> dict[str, str]:
        if self.scheme is Scheme.BEARER:
            return {"Authorization": f"Bearer {KEY}"}
        if self.scheme is Scheme.HEADER:
            return {"X-Key": KEY}
        return signed(raw, ago, webhook_id) if self.scheme is Scheme.STANDARD_WEBHOOKS else {}

    def said(self) -> list[Reading]:
        """What waits, as it is read."""
        waiting = self.api.bodies.waiting(1000)
        return [self.api.bodies.read(body) for body in waiting if body.source == self.id]

    def stored(self) -> list[Body]:
        return [body for body in self.api.bodies.waiting(1000) if body.source == self.id]


def signed(
    raw: bytes, ago: timedelta = timedelta(0), webhook_id: str = "msg_1", secret: str = SIGNING
) -> dict[str, str]:
    """The headers of Standard Webhooks."""
    at = datetime.now(UTC) - ago
    signature = Webhook(secret).sign(webhook_id, at, raw.decode(errors="ignore"))
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def machine(api: Api, kind: SourceKind, scheme: Scheme | None = None, how: SourceMap = TO_ACME) -> Machine:
    """A source named like its kind, with KEY or SIGNING for a secret."""
    scheme = scheme or SCHEMES[kind][0]
    new = NewSource(id=kind.value.replace("_", "-"), kind=kind, scheme=scheme, header="X-Key", map=how)
    secret = Secret(id="s1", text=SIGNING) if scheme in SIGNED else Secret(id="s1", hash=sha256(KEY.encode()).digest())
    assert api.sources.create(new, secret, "grace", api.clock())
    return Machine(api, new.id, scheme)
