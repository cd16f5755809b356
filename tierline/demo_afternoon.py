"""The afternoon and night of `tierline demo`: what time does by itself, and an emergency with its review."""

from typing import Any

from tierline.demo_desk import MONITORING
from tierline.demo_intakes import DROPPING_CALLS, NO_ACCESS, RANSOMWARE, RANSOMWARE_FACTS, WHICH_VERSION
from tierline.demo_quick import ACCEPT_WITHIN, GOES_UP_AFTER, take_in_quick
from tierline.demo_stage import Stage, Ticket, why

_SLACK = 20.0  # seconds that a slow machine may take on top of a timer


def waiting_for_the_customer(stage: Stage) -> None:
    """A hold stops the clock until a person answers; an out-of-office reply is not an answer."""
    ticket = stage.open(WHICH_VERSION)
    ticket.do("accept", contacted=True)
    ticket.do("hold", reason="waiting_customer", evidence={"question_sent": "Which version: 2025 or 2026?"})
    stage.expect(ticket.view.clocks["resolution"].state == "paused", f"{ticket.id}: the clock should stand still")
    away: dict[str, Any] = {
        "direction": "inbound",
        "channel": "mail",
        "automatic": True,
        "text": "I am out of the office",
    }
    ticket.do("contact", **away)
    stage.expect(ticket.view.hold is not None, f"{ticket.id}: an automatic reply should not end the hold")
    ticket.do("contact", direction="inbound", channel="mail", text="2026, please")
    stage.expect(ticket.view.clocks["resolution"].state == "running", f"{ticket.id}: the clock should run again")
    ticket.do("log_attempt", step="install version 2026", result="the planner opens a drawing", outcome="worked")
    ticket.do("resolve", code="done", cause="request", resolution="Drawing viewer 2026 installed")
    ticket.close()


def nobody_accepts(stage: Stage) -> None:
    """A handoff that nobody takes up: paged again, then the next person, then the manager."""
    ticket = take_in_quick(stage, DROPPING_CALLS)
    ticket.do("accept", contacted=True)
    ticket.do("log_attempt", step="replace the phone", result="calls still drop", outcome="failed")
    note = {
        "summary_symptoms": "every call from the front desk ends after about a minute",
        "what_failed": "another phone drops calls as well",
        "suspected_cause": "the new switch ages out its entries",
        "customer_told": "a network engineer looks at the switch today",
    }
    ticket.do("escalate", reason="deeper_technical_analysis", skill="network", note=note)
    stage.at_tier(ticket, 2)
    first = ticket.owner
    within = 2 * ACCEPT_WITHIN.total_seconds() + _SLACK
    ticket.until(lambda view: view.owner != first, within, f"should go on from {first} to the next person")
    manager = stage.on_call("managers")
    told = "should be coordinated by the manager when nobody accepts"
    ticket.until(lambda view: view.coordinator == manager, within, told)
    ticket.do("accept", contacted=True)
    ticket.do("log_attempt", step="raise the switch's ageing time", result="a call of ten minutes", outcome="worked")
    ticket.do("resolve", code="fixed", cause="switch setting", resolution="Ageing time of the new switch corrected")
    ticket.close()


def forgotten_at_tier_1(stage: Stage) -> None:
    """Accepted, and then nothing: the clock takes it to Tier 2 before the promise breaks."""
    ticket = take_in_quick(stage, NO_ACCESS)
    first = ticket.owner
    ticket.do("accept", contacted=True)
    ticket.until(lambda view: view.tier == 2, GOES_UP_AFTER.total_seconds() + _SLACK, "should go up by itself")
    ticket.do("accept", contacted=True)
    note = {
        "summary_symptoms": "the assistant is refused when opening the shared calendar",
        "steps_tried": [{"step": "looked the assistant up", "result": "the account is there"}],
        "what_failed": "nothing was tried yet",
        "suspected_cause": "the calendar was never shared",
        "customer_told": "Tier 2 does it today",
    }
    ticket.do("complete_note", by=first, note=note)
    ticket.do("log_attempt", step="grant the calendar", result="the assistant sees it", outcome="worked")
    ticket.do("resolve", code="fixed", cause="missing permission", resolution="Calendar shared with the assistant")
    ticket.close()


def ransomware(stage: Stage) -> None:
    """An emergency skips every queue; afterwards its review changes the document to work by."""
    ticket = stage.open(RANSOMWARE, by=MONITORING)
    on_call, manager = stage.on_call("t3_primary"), stage.on_call("managers")
    stage.at_tier(ticket, 3)
    stage.expect(ticket.owner == on_call, f"{on_call} is on call for Tier 3 and should own {ticket.id}")
    stage.expect(ticket.view.coordinator == manager, f"{manager} should coordinate {ticket.id}")
    ticket.do("accept", contacted=True)
    ticket.do("update_fields", facts=RANSOMWARE_FACTS)
    note = {
        "steps_tried": [{"step": "looked at the server monitor", "result": "files are still being renamed"}],
        "what_failed": "nothing was tried before the handoff",
        "suspected_cause": "a mail attachment opened on the ward",
        "customer_told": "switch nothing off, we call every quarter of an hour",
    }
    ticket.do("complete_note", note=note)
    cut = "cut ward server WS-2 off the network"
    ticket.do("log_attempt", step=cut, result="no more files are renamed", outcome="partly")
    ticket.do("log_attempt", step="restore last night's backup", result="the ward works again", outcome="worked")
    done = "WS-2 rebuilt from last night's backup; the mail account that let it in is locked"
    ticket.do("resolve", code="fixed", cause="phishing mail", resolution=done)
    _review(stage, ticket, manager)
    ticket.close()


def _review(stage: Stage, ticket: Ticket, manager: str) -> None:
    """The draft that the system wrote, and a person's decision on it."""
    path = f"/reviews/{ticket.id}"
    drafted = stage.when_there(path, 60)
    name, teller = stage.desk.name, stage.teller
    teller.note(f"A review was begun by itself. {name(drafted['owner'])} owns it, due {drafted['due_at'][:16]} UTC.")
    questions = drafted["review"]["questions"]
    for question in questions:
        teller.note(f"– {question['text']} {question['answer'] or '(for people to answer)'}")
    refused = stage.desk.post(f"{path}/approve", manager, {"answers": {}})
    said = refused.json()
    stage.expect(said.get("code") == "incomplete_review", f"{path}: an unanswered review should not pass")
    teller.refused(name(manager), "approves it unanswered", refused.status_code, said["code"], said["detail"])
    answers = {
        "root_cause": "A phishing mail, opened on the ward, with rights that the ward does not need",
        "why_not_lower": "It was an emergency: Tier 3 at once is right",
        "permanent_fix": "The ward's account no longer writes to the server's shares",
        "sop_change": "Cut the server off first, and only then look for the cause",
        "tier_next_time": "Tier 3; the mail that brought it in can be caught at Tier 1",
    }
    answer = stage.desk.post(f"{path}/approve", manager, {"answers": answers})
    stage.expect(answer.is_success, f"{path}: should be approved: {why(answer)}")
    published = answer.json()["published"]
    stage.expect(published is not None, f"{path}: approving should publish the revision")
    where = f"{published['sop']}, revision {published['revision']}"
    teller.note(f"{name(manager)} answers all five questions and approves: {where} is published to work by.")
