"""A form for each command, filled from the ticket and its slice of the policy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from api.console.here import Here
from api.console.ticket import ending, family, moving, working
from api.console.ticket.controls import Control
from api.console.ticket.desk import Desk
from api.console.ticket.reading import Look
from escalation.attempts import unknown_facts


@dataclass(frozen=True)
class Form:
    """What is asked for a command; `button` sends it, `danger` is not taken back easily."""

    name: str
    title: str
    button: str
    controls: Sequence[Control] = ()
    intro: str = ""
    danger: bool = False


Made = Callable[[Desk], Sequence[Control]]
_MADE: Mapping[str, tuple[str, str, str, Made]] = {
    "accept": ("Accept", "Accept", "You take it up: from now on its promises are yours to keep.", working.accept),
    "take_over": ("Take over", "Take it over", "It becomes yours, and accepted, at once.", working.take_over),
    "log_attempt": ("Log an attempt", "Log it", "One step at a fix, and what came of it.", working.log_attempt),
    "escalate": ("Escalate", "Escalate", "It has its new owner as soon as this is accepted.", moving.escalate),
    "resolve": ("Resolve", "Resolve", "The fault is gone: what it was, and what ended it.", ending.resolve),
    "triage": ("Triage", "End triage", "Category, impact and urgency decide where it goes.", working.triage),
    "hold": ("Put on hold", "Put on hold", "The reason says which promises stand still meanwhile.", working.hold),
    "resume": ("Go on", "Go on", "What a paused promise had left is left still.", working.resume),
    "contact": ("Record a contact", "Record it", "The client spoke, or was spoken to.", working.contact),
    "comment": ("Comment", "Add the comment", "A note for whoever works on it.", working.comment),
    "consult": ("Consult", "Ask", "Ask somebody senior and keep the ticket; not an escalation.", moving.consult),
    "return": ("Return", "Return it", "Back to a lower tier, with what is missing.", moving.send_back),
    "transfer": ("Transfer", "Transfer", "Same tier, another person or skill.", moving.transfer),
    "hand_over": ("Hand over", "Hand it over", "Your shift ends: whoever is here after it gets it.", moving.hand_over),
    "coordinate": ("Involve management", "Involve them", "The manager speaks with the customer.", moving.coordinate),
    "emergency": ("Emergency", "Declare it", "Straight to Tier 3 on call, with a short note.", moving.emergency),
    "update_fields": ("Update facts", "Save", "What is known. The triggers look at it again.", working.update_fields),
    "near_miss": ("Log a near miss", "Log it", "Almost escalated, and then it was not needed.", working.near_miss),
    "rate_note": ("Rate the note", "Rate it", "Your word on the note that came with it.", working.rate_note),
    "complete_note": ("Complete the note", "Complete it", "What the note left out.", moving.complete_note),
    "reopen": ("Reopen", "Reopen", "It is not gone; the same ticket goes on.", ending.reopen),
    "close": ("Close", "Close it", "The client confirmed. A closed ticket does not come back.", ending.close),
    "cancel": ("Cancel", "Cancel it", "Not to be worked on. This is final.", ending.cancel),
    "merge": ("Merge", "Merge it", "A duplicate: this ticket ends, the other one goes on.", ending.merge),
    "post_update": ("Tell the clients", "Tell them", "All of them read the same words.", family.post_update),
    "declare_major": ("Major incident", "Declare it", "Who commands, and who speaks.", family.declare_major),
    "stand_down": ("End the major incident", "End it", "The fault may last.", family.stand_down),
    "attach": ("Make it a child", "Make it a child", "It shares another ticket's fault.", family.attach),
    "detach": ("Take it from its parent", "Take it out", "It is a fault of its own after all.", family.detach),
    "rate_service": ("The customer's score", "Save it", "What the customer thinks of it.", ending.rate_service),
    "answer_rating": ("Answer the low score", "Save it", "It is your task until you do.", ending.answer_rating),
    "state_breach": ("Why it was broken", "Save the reason", "Why a promise was broken.", ending.state_breach),
    "ask_exclusion": ("Ask not to count a breach", "Ask", "Somebody else decides.", ending.ask_exclusion),
    "decide_exclusion": ("Decide on a breach", "Decide", "Whether it counts in the figures.", ending.decide_exclusion),
    "change_agreement": ("Change the agreement", "Change it", "By which promises it goes on.", ending.change_agreement),
    "tick": ("Tick steps", "Save the steps", "Done, or passed over for a reason.", working.tick),
    "walk_tree": ("Walk a tree", "Record this walk", "Where it leads is advice.", working.walk_tree),
    "adopt_policy": ("Adopt a policy", "Adopt it", "By which version of the policy it goes on.", ending.adopt_policy),
}  # fmt: skip
_BESIDE = frozenset({"tick", "walk_tree"})  # these have a place of their own on the page
_DANGER = frozenset({"cancel", "merge", "close", "emergency"})
_COMMANDS = {"take_over": "accept"}


def command_of(name: str) -> str:
    """The command that a form asks for."""
    return _COMMANDS.get(name, name)


def form(name: str, look: Look, here: Here) -> Form:
    """The form of this name; KeyError for one that there is not."""
    title, button, intro, made = _MADE[name]
    controls = made(Desk(here, look))
    return Form(name, title, button, tuple(controls), intro, name in _DANGER)


def links(look: Look, here: Here) -> list[tuple[str, str]]:
    """The forms that the viewer may open now, the likeliest first."""
    owns = look.ticket.owner == here.viewer.person
    offered = {name for name in look.offered if name in _MADE}
    if "accept" in offered and not owns:
        offered = (offered - {"accept"}) | {"take_over"}
    ranked = [name for name in _MADE if name in offered - _BESIDE]
    return [(name, _MADE[name][0]) for name in ranked]


def likeliest(look: Look, here: Here) -> str | None:
    """The form to open without being asked: what the viewer most probably came for; None where nothing is."""
    if look.ticket.owner != here.viewer.person:
        return "triage" if "triage" in look.offered else None
    order = ("accept", "triage", "resume" if look.ticket.hold else "", "complete_note", "log_attempt", "reopen")
    first = next((name for name in order if name in look.offered), None)
    lacks = first == "log_attempt" and look.policy and unknown_facts(look.ticket, look.policy)
    return "update_fields" if lacks else first
