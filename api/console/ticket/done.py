"""What a notice says after a form was sent and done. Only these words: an address can be made up by anybody."""

from api.console.here import Here
from api.console.ticket.reading import Look

_DONE = {
    "accept": "Accepted: it is yours to work on.",
    "take_over": "Taken over: it is yours to work on.",
    "log_attempt": "The attempt is logged.",
    "escalate": "Escalated.",
    "resolve": "Resolved.",
    "triage": "Triage is done.",
    "hold": "On hold.",
    "resume": "It goes on.",
    "contact": "The contact is recorded.",
    "comment": "The comment is added.",
    "consult": "They are asked.",
    "return": "Returned.",
    "transfer": "Transferred.",
    "hand_over": "Handed over.",
    "coordinate": "Management is involved.",
    "emergency": "The emergency is declared.",
    "update_fields": "Saved.",
    "near_miss": "The near miss is logged.",
    "rate_note": "The note is rated.",
    "complete_note": "The note is complete.",
    "reopen": "Reopened.",
    "close": "Closed.",
    "cancel": "Cancelled.",
    "merge": "Merged.",
    "attach": "It is a child now: the work is done on its parent.",
    "detach": "It goes on by itself.",
    "declare_major": "It is a major incident, led as you said.",
    "post_update": "The clients are told.",
    "stand_down": "It is no major incident any more.",
    "rate_service": "The score is saved.",
    "answer_rating": "It is answered.",
    "state_breach": "The reason is saved.",
    "ask_exclusion": "It is asked for; somebody else decides.",
    "decide_exclusion": "Decided.",
    "change_agreement": "It goes by another agreement now.",
    "adopt_policy": "It goes by another policy now.",
    "tick": "The steps are saved.",
    "walk_tree": "The walk is recorded.",
    "new": "Taken in.",
}


def notice(done: str, look: Look, here: Here) -> str:
    """What was done, and who has the ticket now if it is somebody else; empty for anything that is no command."""
    if done not in _DONE:
        return ""
    ticket = look.ticket
    if ticket.over or ticket.owner == here.viewer.person:
        return _DONE[done]
    return f"{_DONE[done]} {here.names.person(ticket.owner)} owns it now."
