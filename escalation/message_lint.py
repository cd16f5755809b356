"""Which messages there are, what each can speak of, and which texts ask for more."""

from collections.abc import Iterable, Iterator, Mapping

from escalation.findings import Problem, gaps, listed
from escalation.messages import UnresolvedPlaceholder, render
from escalation.policy import Policy

COMMON = frozenset({"ticket_id", "summary", "client_name", "priority", "owner_name", "service_manager_name"})
"""Placeholders that every message can use."""

MESSAGES: Mapping[str, frozenset[str]] = {
    # to the client
    "ack": frozenset({"due_local"}),
    "handoff_customer": frozenset({"new_owner_name", "new_team", "accept_by_local", "due_local"}),
    "waiting_customer": frozenset({"question", "next_follow_up_local"}),
    "last_reminder": frozenset({"reopen_window"}),
    "emergency_start": frozenset({"new_owner_name", "new_team", "accept_by_local", "due_local"}),
    "sla_at_risk": frozenset({"reason", "due_local"}),
    "resolved": frozenset({"resolution_note", "reopen_window"}),
    "csat": frozenset({"resolution_note"}),
    # to the desk
    "page_owner": frozenset({"reason", "accept_by_local", "due_local"}),
    "page_again": frozenset({"reason", "accept_by_local", "due_local"}),
    "page_manager": frozenset({"reason", "due_local"}),
    "inform_threshold": frozenset({"clock", "mark", "due_local"}),
    "note_owed": frozenset({"missing"}),
    "consulted": frozenset({"due_local"}),
    "follow_up": frozenset({"due_local"}),
    "review_due": frozenset({"due_local"}),
}
"""Every message that is sent, and the placeholders that only it can use."""

PLACEHOLDERS = COMMON.union(*MESSAGES.values())


def message_problems(policy: Policy) -> Iterator[Problem]:
    """Messages without a text, texts without a message, and placeholders that nobody would fill."""
    yield from gaps("messages", MESSAGES, policy.messages, "there is no text for")
    for name, text in policy.messages.items():
        path = f"messages.{name}"
        if name not in MESSAGES:
            yield Problem(path, f"nothing sends a message of this name; those sent are {listed(MESSAGES)}")
            continue
        allowed = COMMON | MESSAGES[name]
        for unknown in _unfilled(text, allowed):
            yield Problem(path, f"nothing to put in place of {unknown!r}; it may use {listed(allowed)}")


def _unfilled(text: str, allowed: Iterable[str]) -> Iterator[str]:
    """The placeholders for which the sender would have nothing, found by the very function that fills them."""
    given = dict.fromkeys(allowed, "")
    while True:
        try:
            render(text, given)
        except UnresolvedPlaceholder as found:
            yield found.placeholder
            if found.placeholder in ("{", "}", "{}"):  # a stray brace stays one whatever is given
                return
            given[found.placeholder] = ""
        else:
            return
