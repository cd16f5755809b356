"""Who may ask what: by role, and for work on a ticket only its named owner."""

from escalation.commands import Command
from escalation.errors import NotOwner, NotPermitted, StaleCommand, TicketClosed
from escalation.terms import Role
from escalation.ticket import Ticket

_HANDED_ON = frozenset({"escalate", "return", "transfer", "hand_over"})
_WORK = _HANDED_ON | {"accept", "log_attempt", "tick", "walk_tree", "consult", "hold", "resume", "near_miss"}
_ANYBODY = frozenset({"update_fields", "contact", "comment", "emergency", "reopen", "complete_note", "coordinate"})
_BREACH = frozenset({"state_breach", "ask_exclusion"})
AFTERWARDS = _BREACH | {"decide_exclusion", "rate_service", "answer_rating"}
"""What may be said of a ticket that is over: breaches are gone through at the end of the month, and customers rate."""
_FAMILY = frozenset({"attach", "detach"})
_MAJOR = frozenset({"declare_major", "post_update", "stand_down"})
_LEADS = (
    _WORK
    | _ANYBODY
    | _BREACH
    | _FAMILY
    | _MAJOR
    | {"open", "triage", "resolve", "rate_note", "close", "cancel", "merge", "change_agreement", "rate_service"}
)

PERMITTED: dict[Role, frozenset[str]] = {
    Role.TECHNICIAN: _WORK
    | _ANYBODY
    | _BREACH
    | _FAMILY
    | {"post_update"}
    | {"open", "triage", "resolve", "rate_note", "close"},
    Role.DISPATCHER: _ANYBODY
    | _FAMILY
    | {"declare_major", "post_update"}
    | {"open", "accept", "triage", "transfer", "merge", "cancel", "hold", "resume", "change_agreement", "rate_service"},
    Role.TEAM_LEAD: _LEADS,
    Role.SERVICE_MANAGER: _LEADS | {"decide_exclusion", "adopt_policy", "answer_rating"},
    Role.INTEGRATION: _FAMILY
    | {"open", "update_fields", "contact", "comment", "reopen", "close", "cancel", "rate_service"},
    Role.AUDITOR: frozenset(),
    Role.SYSTEM: frozenset(
        {
            "open",
            "absorb",
            "adopt",
            "disown",
            "follow",
            "attach",
            "recur",
            "deadline",
            "emergency",
            "close",
            "relieve",
            "hear_alerts",
            "merge",
        }
    ),
}

OWNERS_ONLY = _HANDED_ON | {
    "log_attempt",
    "tick",
    "walk_tree",
    "consult",
    "hold",
    "resume",
    "near_miss",
    "resolve",
    "rate_note",
}
# Steering another person's ticket is the work of those who lead.
STEERED = {
    Role.DISPATCHER: frozenset({"transfer", "hold", "resume"}),
    Role.TEAM_LEAD: _HANDED_ON | {"hold", "resume", "consult"},
    Role.SERVICE_MANAGER: _HANDED_ON | {"hold", "resume", "consult"},
}


def judge_actor(ticket: Ticket, command: Command) -> None:
    """Raise TicketClosed, NotPermitted, NotOwner or StaleCommand where this actor may not ask this now."""
    if ticket.over and command.name not in AFTERWARDS:
        raise TicketClosed(
            f"{ticket.id} is {ticket.stage.value}; nothing more can be done to it. Open a new ticket.",
            stage=ticket.stage.value,
        )
    may(command.role, command.name)
    steered = STEERED.get(command.role, frozenset())
    if command.name in OWNERS_ONLY and command.by != ticket.owner and command.name not in steered:
        raise NotOwner(
            f"{ticket.owner} owns {ticket.id}; only the owner can {said(command.name)}.",
            owner=ticket.owner,
            by=command.by,
        )
    if command.expected_seq is not None and command.expected_seq != ticket.seq:
        raise StaleCommand(
            f"{ticket.id} has moved on: you saw version {command.expected_seq}, it is at {ticket.seq}.",
            expected_seq=command.expected_seq,
            seq=ticket.seq,
        )


def may(role: Role, command: str) -> None:
    """Raise NotPermitted where the role may never ask this."""
    if command not in PERMITTED[role]:
        who = role.value.replace("_", " ")
        article = "An" if who[0] in "aeiou" else "A"
        raise NotPermitted(f"{article} {who} may not {said(command)}.", role=role.value)


def said(command: str) -> str:
    """What a command does, as it is said in a sentence."""
    return _SAID.get(command, f"{command.replace('_', ' ')} a ticket")


_SAID = {
    "open": "take a ticket in",
    "update_fields": "change the fields of a ticket",
    "log_attempt": "log an attempt",
    "tick": "tick steps of its checklist",
    "walk_tree": "walk a decision tree on a ticket",
    "emergency": "declare an emergency",
    "coordinate": "involve the service manager",
    "consult": "consult somebody on a ticket",
    "hold": "put a ticket on hold",
    "hand_over": "hand a ticket over at the end of a shift",
    "relieve": "relieve somebody of a ticket",
    "hear_alerts": "speak for monitoring",
    "contact": "record a contact",
    "near_miss": "log a near miss",
    "rate_note": "rate a handoff note",
    "complete_note": "complete a handoff note",
    "state_breach": "say why a promise was broken",
    "ask_exclusion": "ask that a breach be left out of the figures",
    "decide_exclusion": "decide whether a breach counts",
    "rate_service": "record what a customer thinks of the service",
    "answer_rating": "answer a low score",
    "comment": "comment on a ticket",
    "change_agreement": "change the agreement of a ticket",
    "adopt_policy": "move a ticket to another policy",
    "attach": "make a ticket the child of another",
    "detach": "take a ticket from its parent",
    "declare_major": "declare a major incident",
    "post_update": "speak for a major incident",
    "stand_down": "end a major incident",
}
