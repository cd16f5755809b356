"""A ticket that lives by mail, on the running product: from the mail that opens it to the reply that opens it again."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

import pytest
import pytest_asyncio

from escalation.lifecycle import Stage
from escalation.view import TicketView
from tests.channels.conftest import LoopbackMail, Postbox
from tests.dovecot import Dovecot, dovecot
from tests.e2e.desk import FACTS, Desk, desk_of
from tests.e2e.stack import eventually, home, running

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

CUSTOMER = "reception@acme-dental.example"
FIXED = {"code": "fixed", "cause": "hardware", "resolution": "The cable was put back in."}


@dataclass(frozen=True)
class Post:
    """The desk's mailbox, and everything that it has sent."""

    box: Dovecot
    sent: Postbox

    def write(self, text: str, subject: str, answers: EmailMessage | None = None, **headers: str) -> None:
        """A mail of the customer."""
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = headers.pop("sender", CUSTOMER), "desk@msp.example", subject
        mail["Message-ID"] = f"<{sha256((text + subject).encode()).hexdigest()}@acme-dental.example>"
        mail["Date"] = headers.pop("date", format_datetime(datetime.now(UTC)))
        if answers is not None:
            mail["In-Reply-To"] = answers["Message-ID"]
            mail["References"] = f"{answers['References']} {answers['Message-ID']}"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self.box.deliver(mail.as_bytes())

    async def mail_with(self, words: str) -> EmailMessage:
        """The mail to the customer that says this, once it has come."""

        async def found() -> EmailMessage | None:
            mine = (mail for mail in self.sent.mails if mail["To"] == CUSTOMER)
            return next((mail for mail in mine if words in " ".join(mail.get_content().split())), None)

        return await eventually(found, f"a mail that says {words!r}", 60)


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with home() as place:
        place.chmod(0o755)
        with dovecot(place) as box:
            server = LoopbackMail(sent := Postbox())
            server.start()
            sent.port = server.port
            yield Post(box, sent)
            server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mailed(post: Post) -> AsyncIterator[Desk]:
    """A product of its own with that mailbox."""
    settings = {
        "TIERLINE_SMTP_URL": f"smtp://127.0.0.1:{post.sent.port}",
        "TIERLINE_MAIL_FROM": "Service Desk <desk@msp.example>",
        "TIERLINE_IMAP_URL": post.box.url,
        "TIERLINE_IMAP_EVERY": "1",
    }
    with home() as place:
        async with running(Path(place) / "state", also=settings) as up, desk_of(up) as desk:
            yield desk


async def one_by_mail(desk: Desk) -> TicketView:
    async def opened() -> TicketView | None:
        found = (await desk.get("/tickets?client=acme-dental"))["tickets"]
        return TicketView.model_validate(found[0]) if found else None

    return await eventually(opened, "the ticket of the mail", 60)


async def test_b32_a_ticket_lives_by_mail(post: Post, mailed: Desk) -> None:
    desk = mailed
    post.write("The printer at the front desk smokes.", "Printer smokes")
    ticket = (await one_by_mail(desk)).id
    taken = await desk.view(ticket)
    assert (taken.stage, taken.contact.name, taken.contact.email) == (Stage.TRIAGE, "Front desk", CUSTOMER)
    assert (await post.mail_with("We have your request"))["Subject"] == f"[{ticket}] Printer smokes"

    triaged = await desk.do(
        ticket, "triage", "dana", {"category": "printing.device", "impact": 3, "urgency": 2, "facts": FACTS}
    )
    owner = triaged.owner
    await desk.do(ticket, "accept", owner, {"contacted": True})
    await desk.do(
        ticket, "hold", owner, {"reason": "waiting_customer", "evidence": {"question_sent": "Which printer?"}}
    )
    asked = await post.mail_with("Which printer?")

    post.write("I am out of the office.", f"Automatic reply: {asked['Subject']}", asked, Auto_Submitted="auto-replied")
    post.write("Which ticket?", f"Re: {asked['Subject']}", asked, sender="eve@evil.example")

    async def both_dealt_with() -> bool:
        return post.box.count("Tierline") == 3

    await eventually(both_dealt_with, "the out-of-office and the stranger are dealt with", 60)
    assert (await desk.view(ticket)).hold is not None

    replied_at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=2)
    post.write("The one at the door.", f"Re: {asked['Subject']}", asked, date=format_datetime(replied_at))

    async def goes_on() -> TicketView | None:
        now = await desk.view(ticket)
        return now if now.hold is None else None

    going = await eventually(goes_on, "the reply ends the wait", 60)
    assert going.clocks["next_reply"].state == "running"
    _, entries = await desk.as_told(ticket)
    (resumed,) = (entry.event for entry in entries if entry.event.kind == "resumed")
    held_at = next(entry.event.at for entry in entries if entry.event.kind == "held")
    assert resumed.at == max(replied_at, held_at)

    await desk.do(
        ticket, "log_attempt", owner, {"step": "put the cable in", "result": "it prints", "outcome": "worked"}
    )
    await desk.do(ticket, "resolve", owner, FIXED)
    done = await post.mail_with("is resolved")
    post.write("It is not. It smokes again.", f"Re: {done['Subject']}", done)

    async def again() -> TicketView | None:
        now = await desk.view(ticket)
        return now if now.stage is Stage.TIER_1 else None

    assert (await eventually(again, "the reply opens it again", 60)).owner
    assert [each["id"] for each in (await desk.get("/tickets"))["tickets"]] == [ticket]
