"""What the rules call things, in the words of the page."""

from collections.abc import Iterable

from api.console.names import said

_CLOCKS = {
    "accept": "Accepting the handoff",
    "first_response": "First response",
    "next_reply": "Reply to the client",
    "next_update": "Update to the client",
    "resolution": "Resolution",
    "vendor": "The vendor's contract",
    "tier_1": "Time at Tier 1",
    "tier_2": "Time at Tier 2",
    "tier_3": "Time at Tier 3",
}
_SOURCES = {"api": "the API", "console": "the console", "email": "mail", "portal": "the portal"}
_CALENDARS = {"client": "the client's opening hours", "x24": "around the clock"}
_CLOCK_TRIGGERS = {
    "S1": "time ran short at Tier 1",
    "S2": "three quarters of the promised time are used",
    "S3": "nearly all of the promised time is used",
    "S4": "nobody took the handoff up in time",
}
_VIA = {
    "on_shift": "on shift",
    "on_call": "on call",
    "off_shift": "off shift, since nobody else was free",
    "lead": "as team lead",
    "manager": "as service manager",
    "named": "asked for by name",
    "fallback": "as the fallback",
}
FIELDS = {
    "accepted_at": "accepted",
    "affected_systems": "affected systems",
    "business_impact": "business impact",
    "customer_contact": "customer contact",
    "customer_told": "what the customer was told",
    "error_messages": "error messages",
    "known_issue": "known issue",
    "needed_access": "access that is needed",
    "recent_changes": "recent changes",
    "required_skill": "skill that is needed",
    "sla_deadline": "deadline",
    "steps_attempted": "steps tried before",
    "steps_tried": "steps tried",
    "summary_symptoms": "summary of the symptoms",
    "suspected_cause": "suspected cause",
    "users_affected": "users affected",
    "vip": "VIP",
    "what_failed": "what failed",
}


def source(name: str) -> str:
    """Where a ticket came from."""
    return _SOURCES.get(name) or said(name)


def clock_name(name: str) -> str:
    """A promise: `first_response` is `First response`."""
    return _CLOCKS.get(name) or said(name)


def calendar_name(name: str) -> str:
    """The calendar in which a clock counts."""
    return _CALENDARS.get(name) or f"the calendar {said(name)}"


def via(name: str) -> str:
    """By which step of the chain somebody was named; empty where there is nothing to say."""
    return _VIA.get(name, "")


def field(name: str) -> str:
    """A field of a ticket or of a note, inside a sentence."""
    return FIELDS.get(name) or name.replace("_", " ")


def clock_trigger(name: str) -> str:
    """What a trigger says that is kept by clocks; the policy has the words of all others."""
    return _CLOCK_TRIGGERS.get(name, "")


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *some, last = [*words] or [""]
    return f"{', '.join(some)} and {last}" if some else last


def value(of: object) -> str:
    """A value that changed, as people read it."""
    match of:
        case None | "" | []:
            return "nothing"
        case bool():
            return "yes" if of else "no"
        case list():
            return listed(value(each) for each in of)
        case dict():
            return ", ".join(
                f"{field(name)}: {value(each)}" for name, each in of.items() if each not in (None, "", False)
            )
        case str():
            return said(of) if of.islower() and " " not in of and ("_" in of or "." in of) else of
        case _:
            return str(of)
