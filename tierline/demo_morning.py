"""The morning of `tierline demo`: Tier 1 at work, the first handoffs, and what the rules refuse."""

from typing import Any

from escalation.handoff import REQUIRED
from tierline.demo_intakes import (
    BLOCKED_SUPPLIER,
    EXPIRED_PASSWORD,
    EXPIRED_PASSWORD_FACTS,
    FORGOTTEN_PASSWORD,
    LOST_PHONE,
    NOBODY_CAN_WORK,
    RECEIPTS,
    RECEIPTS_AGAIN,
    SLOW_SEARCH,
)
from tierline.demo_stage import DISPATCHER, Stage


def password_resets(stage: Stage) -> None:
    """Three ways in which a Tier 1 ticket stays at Tier 1."""
    plain = stage.open(FORGOTTEN_PASSWORD)
    plain.do("accept", contacted=True)
    plain.do("log_attempt", step="reset the password by SOP-01", result="she is in", outcome="worked")
    plain.do("resolve", code="fixed", cause="forgotten password", resolution="Password reset, sign-in confirmed")
    plain.close()

    unasked = stage.open(EXPIRED_PASSWORD)
    unasked.do("accept", contacted=True)
    step = {"step": "set a new password", "result": "the terminal signs in", "outcome": "worked"}
    unasked.refused("log_attempt", "incomplete_intake", "logs a fix before asking what is wrong", step)
    unasked.do("update_fields", facts=EXPIRED_PASSWORD_FACTS)
    unasked.do("log_attempt", **step)
    unasked.do("resolve", code="fixed", cause="expired password", resolution="New password set, shift informed")
    unasked.close()

    almost = stage.open(LOST_PHONE)
    almost.do("accept", contacted=True)
    almost.do("log_attempt", step="resend the code", result="it goes to the old phone", outcome="failed")
    almost.do("log_attempt", step="register the new phone", result="the code arrives", outcome="worked")
    almost.do(
        "near_miss",
        considered_trigger="C2",
        why_considered="the first attempt failed, one more and it goes up",
        what_unblocked_it="the SOP's step for a new phone",
        article_used="SOP-01",
    )
    almost.do("resolve", code="fixed", cause="new phone", resolution="New phone registered, old one removed")
    almost.close()
    stage.expect(all(t.view.escalations == 0 for t in (plain, unasked, almost)), "no password reset should go up")


def duplicates_and_a_reopening(stage: Stage) -> None:
    """Two people report one fault; and it is not gone the first time."""
    kept, double = stage.open(RECEIPTS), stage.open(RECEIPTS_AGAIN)
    seen = kept.view.seq
    double.do("merge", by=DISPATCHER, into=kept.id, reason="the same printer")
    kept.until(lambda view: view.seq > seen, 10, "should take in its duplicate")
    kept.do("accept", contacted=True)
    kept.do("log_attempt", step="plug the printer in again", result="a test page comes", outcome="worked")
    kept.do("resolve", code="fixed", cause="loose cable", resolution="Cable pushed in, test page printed")
    kept.do("reopen", by=DISPATCHER, reason="the owner calls: nothing prints again")
    stage.expect(kept.view.reopen_count == 1, f"{kept.id} should count its reopening")
    kept.do("accept", contacted=True)
    kept.do("log_attempt", step="replace the cable", result="prints for an hour", outcome="worked")
    kept.do("resolve", code="fixed", cause="broken cable", resolution="Cable replaced; it was broken, not loose")
    kept.close()


def firewall_change(stage: Stage) -> None:
    """A functional escalation: to the skill that is needed, with a note from which one can go on."""
    ticket = stage.open(BLOCKED_SUPPLIER)
    ticket.do("accept", contacted=True)
    ticket.do("log_attempt", step="ping the supplier's new address", result="no answer on 8443", outcome="failed")
    touch = {"step": "open port 8443", "result": "the upload runs", "outcome": "worked", "access": "firewall_rw"}
    ticket.refused("log_attempt", "beyond_tier_scope", "opens the port without asking", touch)
    asked: dict[str, Any] = {"to_tier": 2, "skill": "firewall", "reason": "access_needed"}
    blank = {"summary_symptoms": "n/a", "what_failed": "...", "suspected_cause": "   "}
    missing = ticket.refused("escalate", "incomplete_handoff", "escalates with a blank note", asked | {"note": blank})
    stage.expect("what_failed" in missing, f"{ticket.id}: the refusal should name what is missing")
    stage.teller.note(
        f"Of the {len(REQUIRED)} fields that a note needs, the ticket filled in {len(REQUIRED) - len(missing)}."
    )
    note = {
        "summary_symptoms": "X-ray uploads stop at once since the supplier moved; other sites work",
        "what_failed": "the supplier's new address does not answer on port 8443 from inside",
        "suspected_cause": "the firewall lets only the old address through",
        "customer_told": "a colleague with access to the firewall calls back this morning",
    }
    ticket.do("escalate", **asked, note=note)
    stage.at_tier(ticket, 2)
    stage.expect("firewall" in stage.owner(ticket).skills, f"{ticket.owner} should know firewalls")
    ticket.do("accept", contacted=True)
    ticket.do("rate_note", rating="complete")
    ticket.do("log_attempt", **touch)
    ticket.do("resolve", code="fixed", cause="firewall rule", resolution="Rule for the new address added and tested")
    ticket.close()


def sent_back(stage: Stage) -> None:
    """Escalated too soon: Tier 2 returns it with a reason, to the person who had it."""
    ticket = stage.open(SLOW_SEARCH)
    first = ticket.owner
    ticket.do("accept", contacted=True)
    ticket.do("log_attempt", step="restart Outlook", result="still nothing older", outcome="failed")
    note = {
        "summary_symptoms": "search in Outlook stops at one week on the new PC",
        "what_failed": "a restart of Outlook changed nothing",
        "suspected_cause": "the mailbox on the server",
        "customer_told": "we look at the server and call back",
    }
    ticket.do("escalate", reason="confidence", note=note)
    stage.at_tier(ticket, 2)
    ticket.do("accept")
    say = "Nothing is wrong on the server: set “download mail” to all, as SOP-04 says"
    ticket.do("return", reason="resolvable_at_lower_tier", what_is_missing=say)
    stage.expect(ticket.owner == first, f"{ticket.id} should come back to {first}")
    ticket.do("accept", contacted=True)
    ticket.do("log_attempt", step="set “download mail” to all", result="old mail is found", outcome="worked")
    ticket.do("resolve", code="fixed", cause="Outlook setting", resolution="Outlook now keeps all mail")
    ticket.close()


def vip_outage(stage: Stage) -> None:
    """One laptop turns out to be a whole office, at a client who is a VIP."""
    ticket = stage.open(NOBODY_CAN_WORK)
    first = ticket.owner
    ticket.do("accept", contacted=True)
    found = {"users_affected": 80, "affected_systems": ["internet line of the office"]}
    ticket.do("update_fields", category="outage.site", scope="whole_office", facts=found)
    stage.at_tier(ticket, 2)
    stage.expect(ticket.view.priority.value == "P1", f"{ticket.id} should be P1")
    fix = {"code": "fixed", "cause": "internet line", "resolution": "It works again"}
    ticket.refused("resolve", "not_owner", "resolves what Tier 2 owns now", fix, by=first)
    ticket.do(
        "contact", by=first, direction="inbound", channel="phone", text="Eighty people sit idle. Who is in charge?"
    )
    ticket.do("update_fields", by=first, flags=["unhappy"])
    manager = stage.on_call("managers")
    stage.expect(ticket.view.coordinator == manager, f"{manager} should coordinate {ticket.id}")
    note = {
        "summary_symptoms": "no internet in the whole office, eighty people cannot work",
        "what_failed": "restarting one laptop, before the scope was known",
        "suspected_cause": "the line of the internet provider",
        "customer_told": "Tier 2 works on the line, the service manager calls every half hour",
        "steps_tried": [{"step": "restart the laptop", "result": "no change"}],
    }
    ticket.do("complete_note", by=first, note=note)
    ticket.do("accept", contacted=True)
    question = "May I move the office to the mobile line at once?"
    ticket.do("consult", person=stage.on_call("t3_primary"), question=question, answer="Yes, the rule is prepared.")
    ticket.do("log_attempt", step="switch the office to the mobile line", result="all sites load", outcome="worked")
    ticket.do(
        "resolve", code="fixed", cause="provider's line", resolution="Office on the mobile line; provider repairs"
    )
    ticket.close()
