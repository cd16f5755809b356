"""The story of a ticket: every kind of event has a sentence, with names instead of ids."""

from datetime import timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from api.console.names import Names
from api.console.ticket.story import days, line
from api.console.ticket.teller import Teller
from escalation.events import EVENT, Entry, Event
from tests.unit.rules.histories import History, histories
from tests.unit.rules.story import MONDAY, NOTE, POLICY

TELLER = Teller(Names(POLICY), ZoneInfo("UTC"), MONDAY, {"C2": "Two approved attempts failed at Tier 1"})
AT = MONDAY.isoformat()
NEED = {"tier": 2}
MOVE = {"stage": "tier_2", "from_tier": 1, "to_tier": 2, "need": NEED, "owner": "elena", "via": "on_shift"}
ESCALATED = MOVE | {"kind": "escalated", "escalation": "functional", "note": NOTE.model_dump(mode="json")}
TRANSFERRED = MOVE | {"kind": "transferred", "previous_owner": "marek", "reason": "too many at once"}
DUE = {"due_at": AT}
SAMPLES: tuple[dict[str, Any], ...] = (
    {"kind": "opened", "ticket_id": "T-1", "intake": {"client": "acme-dental", "subject": "x"}, "priority": "P3",
     "policy_version": "1"},
    {"kind": "triaged", "category": "printing.device", "impact": 3, "urgency": 2, "priority": "P4"},
    {"kind": "fields_updated", "before": {"scope": "one_user", "facts": {"users_affected": 1}},
     "after": {"scope": "whole_office", "facts": {"users_affected": 9}}},
    MOVE | {"kind": "queued", "trigger": "C2", "matched": ["S1"]},
    MOVE | {"kind": "queued", "stage": "triage", "to_tier": None},
    ESCALATED | {"reason": "knowledge", "in_scope": True},
    ESCALATED | {"trigger": "C2", "by": "system", "matched": ["I2"]},
    ESCALATED | {"escalation": "emergency", "reason": "files are being encrypted"},
    MOVE | {"kind": "returned", "reason": "note_incomplete", "what_is_missing": "the event ids"},
    *(TRANSFERRED | {"why": why}
      for why in ("asked", "take_over", "not_accepted", "absence", "left", "shift_end", "paged")),
    MOVE | {"kind": "reopened", "reason": "locked again"},
    {"kind": "accepted", "contacted": True},
    {"kind": "attempt_logged", "step": "ping", "result": "silence", "outcome": "failed", "repeated": True},
    {"kind": "checklist_ticked", "sop": "SOP-01", "revision": 1, "steps": ["log"], "skipped": {"link": "no cable"}},
    {"kind": "tree_walked", "tree": "DT-1", "revision": 1, "steps": [], "leaf": {"resolve": "Unlock it."}},
    {"kind": "tree_walked", "tree": "DT-1", "revision": 1, "steps": [], "leaf": {"escalate": "I2", "tier": 2}},
    {"kind": "tree_walked", "tree": "DT-1", "revision": 1, "steps": [], "leaf": {"sop": "SOP-09"}},
    {"kind": "trigger_fired", "trigger": "C2", "escalation": "hierarchical", "values": {}, "inform": "team_lead"},
    {"kind": "coordinated", "need": NEED, "coordinator": "grace", "reason": "the client threatens to leave"},
    {"kind": "coordinated", "need": NEED, "coordinator": "grace", "reason": "", "trigger": "S3", "by": "system"},
    {"kind": "problem_linked", "problem": "P-1", "tickets": ["T-1", "T-2"]},
    {"kind": "consulted", "person": "elena", "question": "Is it safe?", "answer": "Yes"},
    {"kind": "held", "reason": "waiting_customer", "evidence": {"question_sent": "Which?"}, "pauses": ["resolution"],
     "until": AT},
    {"kind": "held", "reason": "waiting_vendor"},
    DUE | {"kind": "hold_followed_up", "n": 1},
    {"kind": "resumed", "reason": "they called"},
    {"kind": "resumed", "by": "system"},
    {"kind": "contacted", "direction": "inbound", "channel": "phone", "text": "when?",
     "said_at": (MONDAY - timedelta(hours=1)).isoformat()},
    {"kind": "contacted", "direction": "outbound", "channel": "phone", "automatic": True},
    {"kind": "near_miss_logged", "considered_trigger": "C2", "why_considered": "x", "what_unblocked_it": "y"},
    *({"kind": "note_rated", "rating": rating} for rating in ("complete", "usable", "unusable")),
    {"kind": "note_completed", "note": NOTE.model_dump(mode="json")},
    DUE | {"kind": "note_overdue", "owed_by": "tomas"},
    {"kind": "commented", "text": "back at two"},
    *(DUE | {"kind": "mark_passed", "clock": "resolution", "generation": 1, "mark": mark, "inform": ["owner"]}
      for mark in ("50", "90", "100", "auto")),
    DUE | {"kind": "accept_missed", "level": 2},
    DUE | {"kind": "nudged", "level": 1, "idle_since": AT, "limit": "20m", "tier": 1, "ask": ["escalate", "plan"],
           "inform": "owner"},
    DUE | {"kind": "under_escalated", "tier": 1, "values": {}},
    {"kind": "breach_stated", "clock": "resolution", "generation": 1, "code": "vendor", "text": "a day late"},
    {"kind": "exclusion_asked", "clock": "resolution", "reason": "the contract names the vendor"},
    {"kind": "exclusion_decided", "clock": "resolution", "approved": True, "reason": "as the contract says"},
    {"kind": "service_rated", "score": 1, "comment": "nobody called", "channel": "mail", "low": True},
    {"kind": "service_rated", "score": 5},
    {"kind": "rating_answered", "text": "called her; the visit is free of charge"},
    DUE | {"kind": "paged", "rota": "t3_primary", "need": NEED, "person": "sofia", "loop": 1, "step": 1, "notice": 1,
           "epoch": 1, "incoming": True},
    DUE | {"kind": "paged", "rota": "t3_primary", "need": NEED, "loop": 1, "step": 1, "notice": 1, "epoch": 1},
    {"kind": "coverage_gap", "ladder": "emergency", "epoch": 1, "paged": ["sofia", "ivan"]},
    {"kind": "progress_missed", "n": 1, "since": AT},
    {"kind": "resolved", "code": "fixed", "cause": "identity", "resolution": "unlocked", "reopen_until": AT,
     "close_at": AT},
    {"kind": "closed", "reason": "confirmed"},
    {"kind": "cancelled", "reason": "sent by mistake"},
    {"kind": "cancelled", "reason": "the same", "merged_into": "T-2"},
    {"kind": "absorbed", "ticket_id": "T-2", "counted_from": AT},
    {"kind": "attached", "parent": "T-7", "reason": "the same line"},
    {"kind": "attached", "parent": "T-7", "by": "system"},
    {"kind": "detached", "parent": "T-7", "reason": "her own cable"},
    {"kind": "child_joined", "ticket_id": "T-8"},
    {"kind": "child_left", "ticket_id": "T-8"},
    *({"kind": "followed", "parent": "T-7", "what": what, "author": "grace", "text": "it is back"}
      for what in ("resolved", "reopened", "held", "resumed", "told", "left", "moved")),
    {"kind": "major_declared", "commander": "sofia", "communicator": "grace", "update_every": "30m",
     "update_due_at": AT, "reason": "three clients are down"},
    {"kind": "major_updated", "text": "the cut is found", "update_due_at": AT},
    DUE | {"kind": "major_update_missed", "n": 2, "update_due_at": AT},
    {"kind": "major_ended", "reason": "two of three are back"},
    {"kind": "policy_adopted", "before": "1", "after": "2", "reason": "the new contract",
     "moved": [{"what": "resolution 100", "before_at": AT}]},
    {"kind": "agreement_changed", "agreement": "premium", "agreed_by": "ticket", "reason": "the new contract"},
    {"kind": "alerts_heard", "total": 12, "more": 3, "live": 4, "flapping": 1, "latest": "disk full", "storm": True},
    {"kind": "alerts_heard", "total": 12, "more": 1, "live": 0, "clear": True},
    {"kind": "alerts_heard", "total": 12, "more": 0, "live": 1, "quiet_until": AT},
    {"kind": "alerts_heard", "total": 12, "more": 0, "live": 2, "window_over": True},
    {"kind": "command_refused", "command": "claim", "code": "not_owner", "message": "Elena owns it."},
)  # fmt: skip


def _event(sample: dict[str, Any]) -> Event:
    return EVENT.validate_python({"at": AT, "by": "marek"} | sample)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample["kind"]))
def test_an_event_is_told_in_a_sentence_with_names_instead_of_ids(sample: dict[str, Any]) -> None:
    told = line(TELLER, Entry(ticket_id="T-1", seq=1, policy_version="1", event=_event(sample))).told
    assert told.sentence[0].isupper()
    assert told.sentence[-1] in ".:"
    assert told.level in {"", "bad", "warn", "good", "calm"}
    for raw in ("marek", "elena", "grace", "None", "_", "{", "  ", ".."):
        assert raw not in told.sentence
    assert all(text.strip() for _, text in told.said)


def test_every_kind_of_event_is_among_the_samples() -> None:
    kinds = {kind.model_fields["kind"].default for kind in get_args(get_args(Event)[0])}
    assert kinds == {sample["kind"] for sample in SAMPLES}


def test_a_trigger_is_said_by_what_it_says() -> None:
    told = line(TELLER, Entry(ticket_id="T-1", seq=1, policy_version="1", event=_event(SAMPLES[3]))).told
    assert "two approved attempts failed at Tier 1 (C2)" in told.sentence
    assert "time ran short at Tier 1 (S1)" in told.sentence


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_whatever_happens_to_a_ticket_is_told_and_the_latest_comes_first(history: History) -> None:
    entries = [
        Entry(ticket_id="T-1", seq=n, policy_version="1", event=event)
        for n, event in enumerate(history.story.events, start=1)
    ]
    told = [each for day in days(TELLER, entries) for each in day.lines]
    assert [each.seq for each in told] == [entry.seq for entry in reversed(entries)]
    assert all(each.told.sentence for each in told)


def test_what_the_rules_say_is_said_with_names_words_and_the_readers_clock() -> None:
    teller = Teller(Names(POLICY), ZoneInfo("Europe/Warsaw"), MONDAY)
    said = teller.plain(
        "At 2 Nov 2026 23:30:36 UTC, or 2 Nov 2026 22:30 UTC, due at: "
        "2026-11-02T15:00:00+00:00 (clock: first_response), unless sofia or ivan "
        "takes it up; tomas-2 and No_thing stay."
    )
    sofia, ivan = POLICY.people["sofia"].name, POLICY.people["ivan"].name
    assert said == (
        f"At Tue 00:30, or 23:30, due at: 16:00 (clock: first response), unless {sofia} or {ivan} takes it up; "
        "tomas-2 and No_thing stay."
    )
