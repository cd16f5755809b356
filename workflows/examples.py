"""An example payload for every command and decision, shown in the Temporal UI beside the door that takes it."""

import json

from escalation.commands import Command
from escalation.review.decision import Decision

NOTE = {
    "summary_symptoms": "Sign-in fails with error 53003 since 9:10, webmail too",
    "what_failed": "password reset and MFA re-registration",
    "suspected_cause": "conditional access policy",
    "customer_told": "a specialist calls back within the hour",
}

EXAMPLES: dict[str, dict[str, object]] = {
    "triage": {"by": "dana", "role": "dispatcher", "category": "printing.device", "impact": 3, "urgency": 2},
    "accept": {"by": "tomas", "contacted": True},
    "update_fields": {"by": "tomas", "scope": "whole_office"},
    "log_attempt": {
        "by": "tomas",
        "step": "reset the password",
        "result": "still locked",
        "outcome": "failed",
        "sop_step": "SOP-01/2",
    },
    "tick": {"by": "tomas", "steps": ["identity"], "skipped": {"second_device": "the user has only this one"}},
    "walk_tree": {"by": "tomas", "tree": "DT-01", "answers": ["yes", "one user"]},
    "escalate": {"by": "tomas", "reason": "deeper_technical_analysis", "note": NOTE, "ticked": ["identity"]},
    "emergency": {
        "by": "tomas",
        "reason": "files are being encrypted",
        "note": {
            "summary_symptoms": "Files on the office share get a new ending, one after the other",
            "affected_systems": ["FS-01"],
        },
    },
    "coordinate": {"by": "tomas", "reason": "the client threatens to leave"},
    "return": {"by": "elena", "reason": "note_incomplete", "what_is_missing": "the event ids"},
    "transfer": {"by": "elena", "skill": "backup", "reason": "the restore job is the cause", "note": NOTE},
    "hand_over": {"by": "elena", "shift_note": "The restore runs until nine; then start the database and call Bob"},
    "relieve": {"person": "tomas", "why": "absence", "reason": "ill until Friday"},
    "hear_alerts": {"total": 12, "more": 3, "live": 4, "latest": "disk full on FS-01"},
    "consult": {"by": "tomas", "person": "elena", "question": "Is a restart of the host safe now?"},
    "hold": {"by": "tomas", "reason": "waiting_customer", "evidence": {"question_sent": "Which printer?"}},
    "resume": {"by": "tomas"},
    "contact": {"by": "tomas", "direction": "outbound", "channel": "phone", "text": "told her what we do next"},
    "near_miss": {
        "by": "tomas",
        "considered_trigger": "C2",
        "why_considered": "the first reset failed",
        "what_unblocked_it": "the known issue on cached credentials",
    },
    "rate_note": {"by": "elena", "rating": "usable"},
    "complete_note": {"by": "tomas", "note": NOTE},
    "comment": {"by": "tomas", "text": "the user is back at two"},
    "resolve": {"by": "tomas", "code": "fixed", "cause": "identity", "resolution": "unlocked and re-registered MFA"},
    "reopen": {"by": "tomas", "reason": "locked again"},
    "close": {"by": "tomas", "reason": "confirmed by phone"},
    "cancel": {"by": "dana", "role": "dispatcher", "reason": "sent by mistake"},
    "state_breach": {"by": "tomas", "clock": "resolution", "code": "vendor", "text": "the part came a day late"},
    "ask_exclusion": {"by": "tomas", "clock": "resolution", "reason": "the contract names the vendor"},
    "decide_exclusion": {
        "by": "grace",
        "role": "service_manager",
        "clock": "resolution",
        "approve": True,
        "reason": "as the contract says",
    },
    "rate_service": {"by": "dana", "role": "dispatcher", "score": 4, "comment": "quick and friendly"},
    "answer_rating": {"by": "grace", "role": "service_manager", "text": "called her; the visit is free of charge"},
    "merge": {"by": "dana", "role": "dispatcher", "into": "T-…"},
    "attach": {"by": "dana", "role": "dispatcher", "parent": "T-…", "reason": "the same outage of the provider"},
    "detach": {"by": "tomas", "reason": "her own cable was loose"},
    "adopt": {"ticket_id": "T-…"},
    "disown": {"ticket_id": "T-…"},
    "follow": {"parent": "T-…", "what": "resolved", "code": "fixed", "cause": "provider", "text": "the line is back"},
    "declare_major": {
        "by": "grace",
        "role": "service_manager",
        "commander": "sofia",
        "communicator": "grace",
        "reason": "three clients are without a line",
    },
    "post_update": {
        "by": "grace",
        "role": "service_manager",
        "text": "The provider has found the cut; repair by 15:00",
    },
    "stand_down": {"by": "grace", "role": "service_manager", "reason": "two of three lines are back"},
    "absorb": {"ticket_id": "T-…", "client": "acme-dental", "opened_at": "2026-03-02T09:00:00Z"},
    "change_agreement": {"by": "dana", "role": "dispatcher", "agreement": "premium", "reason": "the new contract"},
    "adopt_policy": {"by": "grace", "role": "service_manager", "version": "2026.2", "reason": "the new contract"},
    "approve": {
        "by": "ruth",
        "role": "team_lead",
        "answers": {
            "root_cause": "a policy that nobody had tested",
            "why_not_lower": "Tier 1 could not see the sign-in log",
            "permanent_fix": "the policy is tried on two users first",
            "sop_change": "look at the sign-in log before the reset",
            "tier_next_time": "1",
        },
        "changes": [{"kind": "document"}],
    },
    "waive": {"by": "grace", "role": "service_manager", "reason": "the device is gone for good"},
}


def told(kind: type[Command | Decision]) -> str:
    """What a command does, and a payload to start from."""
    return f"{(kind.__doc__ or '').strip()} {payload(kind.name)}"


def payload(name: str) -> str:
    """The example of an update or signal, as JSON; `{}` where it takes nothing."""
    return json.dumps(EXAMPLES.get(name, {}), ensure_ascii=False)
