"""A real django-helpdesk beside the product: its own process and database, and its people at work over its API."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.stack import eventually
from tierline.policy_file import load_policy

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the helpdesk"
# Whoever may own a ticket, at whatever hour the test runs, has a user there; user 1 is ours.
PEOPLE = {name: number for number, name in enumerate(load_policy(ROOT / "policies" / "default.yaml").people, start=2)}
STATUS = {"open": 1, "reopened": 2, "resolved": 3, "closed": 4, "duplicate": 5}
WRITES = ("POST", "PATCH", "PUT", "DELETE")


@dataclass
class Helpdesk:
    """The helpdesk's process, which can be ended and begun again, and its people."""

    place: Path
    port: int
    hooks: str = ""
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.place / "helpdesk.log"

    async def up(self) -> None:
        """Start it, and wait until it answers."""
        self.begin()
        await self.ready()

    def begin(self) -> None:
        """Start it."""
        hooks = {"HELPDESK_NEW_TICKET_WEBHOOK_URLS": self.hooks, "HELPDESK_FOLLOWUP_WEBHOOK_URLS": self.hooks}
        environment = os.environ | {
            "HELPDESK_DB": str(self.place / "helpdesk.sqlite3"),
            "HELPDESK_SECRET": SECRET,
            "HELPDESK_PEOPLE": " ".join(PEOPLE),
            "PYTHONPATH": str(ROOT),
            **{name: value for name, value in hooks.items() if value},
        }
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.helpdesk.desk", str(self.port)],
                cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

    async def ready(self) -> None:
        """Wait until it answers."""

        async def answers() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            async with httpx.AsyncClient(trust_env=False) as http:
                try:
                    return (await http.get(f"{self.url}/api/")).status_code < 500
                except httpx.TransportError:
                    return False

        await eventually(answers, "the helpdesk answers", 60, every=0.2)

    def down(self) -> None:
        """End it, as a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(20)

    def writes(self) -> int:
        """How many requests so far changed anything, whoever sent them."""
        words = self.log.read_text(errors="replace").splitlines()
        return sum(any(f'"{method} /api/' in line for method in WRITES) for line in words)

    # ------------------------------------------------------------------------------------------ its people
    async def customer_writes(self, title: str, body: str, **more: object) -> str:
        """A customer's ticket as their mail or form would make it; its number."""
        said = {"queue": 1, "title": title, "description": body, "submitter_email": "bob@acme-dental.example"}
        made = await self._send("tierline", "POST", "tickets/", said | {"priority": 3} | more)
        return str(made["id"])

    async def says(
        self, who: str, ticket: str, comment: str, *, public: bool = False, status: str | None = None
    ) -> None:
        """One of the desk writes a follow-up there, and sets the status with it."""
        said: dict[str, object] = {"ticket": int(ticket), "comment": comment, "public": public}
        if status is not None:
            said["new_status"] = STATUS[status]
        await self._send(who, "POST", "followups/", said)

    async def customer_says(self, ticket: str, comment: str) -> None:
        """The customer answers by mail."""
        letter = EmailMessage()
        letter["From"], letter["To"] = "bob@acme-dental.example", "acme@helpdesk.example"
        letter["Subject"], letter["Message-Id"] = f"Re: [acme-{ticket}] news?", f"<{uuid4()}@acme-dental.example>"
        letter.set_content(comment)
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            answer = await http.post(f"{self.url}/mail/", content=letter.as_bytes())
        assert answer.status_code == 204, answer.text

    async def changes(self, who: str, ticket: str, **said: object) -> None:
        """One of the desk changes fields there, without a word."""
        await self._send(who, "PATCH", f"tickets/{ticket}/", said)

    async def ticket(self, ticket: str) -> dict[str, Any]:
        """What its API says of a ticket."""
        said: dict[str, Any] = await self._send("tierline", "GET", f"tickets/{ticket}/")
        return said

    async def shows(self, ticket: str, wanted: Mapping[str, object], comment: str = "", within: float = 30) -> None:
        """Wait until the ticket says this there, and a comment holds these words."""

        async def so() -> bool:
            said = await self.ticket(ticket)
            words = [each["comment"] or "" for each in said["followup_set"]]
            return all(said[name] == value for name, value in wanted.items()) and any(comment in each for each in words)

        try:
            await eventually(so, f"{wanted} and {comment!r} on helpdesk ticket {ticket}", within, every=0.2)
        except AssertionError:
            print(await self.ticket(ticket))
            raise

    async def _send(self, who: str, method: str, path: str, body: object = None) -> Any:
        auth = httpx.BasicAuth(who, SECRET if who == "tierline" else who)
        async with httpx.AsyncClient(base_url=f"{self.url}/api/", auth=auth, timeout=30, trust_env=False) as http:
            answer = await http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()


@asynccontextmanager
async def helpdesk_at(place: Path, port: int) -> AsyncIterator[Helpdesk]:
    """A helpdesk from its start to its end."""
    desk = Helpdesk(place, port)
    desk.begin()
    try:
        yield desk
    finally:
        desk.down()
