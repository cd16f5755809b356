"""A small library for looking things up: documents that share many of their words."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from escalation.library import DOCUMENT, AnyDocument, Draft
from escalation.library.markdown import written
from stores.library import Library

NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
_COMMON = "Ask the client which computer it is, call the client back, and write what was done on the ticket."
_STEPS = [{"id": "ask", "text": "Ask which computer it is"}, {"id": "look", "text": "Look at the event log"}]


def _sop(name: str, title: str, body: str, **said: Any) -> dict[str, Any]:
    return {"id": name, "kind": "sop", "title": title, "body": f"{body} {_COMMON}", "steps": _STEPS, **said}


def _runbook(name: str, title: str, body: str, **said: Any) -> dict[str, Any]:
    return {"id": name, "kind": "runbook", "title": title, "body": f"{body} {_COMMON}", **said}


def _issue(name: str, title: str, symptom: str, workaround: str, **said: Any) -> dict[str, Any]:
    front = {"symptoms": [symptom], "workaround": workaround}
    return {"id": name, "kind": "known_issue", "title": title, "body": _COMMON, **front, **said}


SHELF: tuple[dict[str, Any], ...] = (
    _sop("SOP-01", "Password, lockout and MFA", "Unlock the account in the directory, then reset the password.",
         categories=["identity.password_reset", "identity.lockout_mfa"], tags=["sign-in"]),
    _sop("SOP-03", "One user offline", "Check the cable, the wireless adapter and the address that DHCP gave.",
         categories=["connectivity.single_user"], tags=["internet"]),
    _sop("SOP-06", "Firewall rule or VPN", "Read the rule base before you change a rule; save the configuration first.",
         categories=["network.firewall"], tags=["fortigate", "tunnel"]),
    _sop("SOP-08", "Backup job failed", "Read the job's own log, free space on the repository, run the job again.",
         categories=["backup.job_failed"], tags=["veeam"]),
    _runbook("RB-VPN", "Rebuild the VPN tunnel to the plants", "Bring phase one down and up on the firewall.",
             clients=["volta-mfg"], tags=["ipsec"]),
    _runbook("RB-MAIL", "Trace a mail that did not arrive", "Use the message trace of Exchange Online.",
             categories=["email.flow"], tags=["exchange", "m365"]),
    _runbook("RB-PRINT", "Clear a print queue", "Stop the spooler, empty its folder, start the spooler.",
             categories=["printing.device"], tags=["spooler"]),
    _issue("KI-0007", "Outlook asks for the password again and again after the update",
           "Outlook prompts for credentials, error AADSTS53003", "Turn modern authentication on by the registry key",
           categories=["email.client"]),
    _issue("KI-0009", "Café till prints Müller's name wrongly", "Accents come out as question marks",
           "Choose code page 858 on the printer", clients=["tiny-cafe"], categories=["printing.device"]),
    _issue("KI-0011", "Backup job fails with 0x80070005", "Job ends with 0x80070005, access denied",
           "Give the service account the right to log on as a batch job", categories=["backup.job_failed"]),
    _issue("KI-0012", "Backup job hung in 2024", "Job hangs at 99 percent", "Restart the agent", status="fixed",
           categories=["backup.job_failed"]),
    {"id": "VC-ISP", "kind": "vendor_contact", "title": "ISP North", "vendor": "ISP North", "body": _COMMON,
     "contacts": [{"level": "first", "reach": "+1 312 555 0101"}], "tags": ["internet", "line"]},
    {"id": "CL-ONSITE", "kind": "checklist", "title": "Before a visit on site", "steps": _STEPS, "body": _COMMON},
    {"id": "MT-DELAY", "kind": "message_template", "title": "It takes longer", "body": f"We are sorry. {_COMMON}"},
    {"id": "DT-OFFLINE", "kind": "decision_tree", "title": "Who is offline?", "body": _COMMON, "tree": {
        "start": "others",
        "nodes": {
            "others": {"question": "Is anybody else offline?", "answers": {"Yes": "line", "No": "sop"}},
            "line": {"escalate": "I1", "tier": 2},
            "sop": {"sop": "SOP-03"},
        },
    }},
)  # fmt: skip


def filled(engine: Engine, *documents: dict[str, Any]) -> Library:
    """The library with these documents published, or with the whole shelf."""
    library = Library(engine)
    library.take_in([_draft(DOCUMENT.validate_python(each)) for each in documents or SHELF], _anything, at=NOW)
    return library


def _draft(document: AnyDocument) -> Draft:
    return Draft(document=document, text=written(document), author="ruth", at=NOW)


def _anything(*_: object) -> None:
    """Judges nothing."""
