"""Mails for the tests, as bytes."""

from email.message import EmailMessage
from email.policy import SMTP

from escalation.mail import Letter, read
from tests.moments import utc

ARRIVED = utc("2026-03-02 09:00")
FRONT_DESK = "Front Desk <reception@acme-dental.example>"


def mail(
    text: str = "The printer smokes.", subject: str = "Printer", sender: str = FRONT_DESK, **headers: str
) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, "desk@msp.example", subject
    made["Date"] = "Mon, 2 Mar 2026 09:58:00 +0100"
    made["Message-ID"] = headers.pop("message_id", "<one@acme-dental.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def letter(*args: str, **headers: str) -> Letter:
    """The same, read."""
    return read(mail(*args, **headers).as_bytes(), ARRIVED)


def bounce(of: str, action: str = "failed", code: str = "smtp; 550 no such user") -> bytes:
    """What a mail server says of a mail of ours."""
    return f"""From: MAILER-DAEMON@mx.example
To: desk@msp.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn-{action}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I am sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; reception@acme-dental.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: {code}

--b
Content-Type: message/rfc822

From: desk@msp.example
Message-ID: {of}
Subject: [T-1] Printer

text
--b--
""".encode()
