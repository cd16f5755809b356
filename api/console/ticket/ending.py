"""Forms of the commands by which a ticket ends or comes back, and of what is said of broken promises."""

from collections.abc import Sequence

from api.console.ticket.controls import Control
from api.console.ticket.desk import Desk, Options
from api.console.ticket.words import clock_name
from escalation.offers import pending

_CODES = ("fixed", "workaround", "no_fault_found", "user_guidance", "duplicate", "vendor_fixed", "other")


def resolve(desk: Desk) -> Sequence[Control]:
    """What it was, and what ended it."""
    hint = "What ended it, in words that help the next one."
    return [
        Control("code", "Outcome", "choice", options=desk.coded(_CODES), required=True),
        Control("cause", "Cause", required=True, hint="Its kind, in a word or two."),
        Control("resolution", "Resolution", "area", required=True, hint=hint),
    ]


def reopen(_: Desk) -> Sequence[Control]:
    """What is not right yet."""
    return [Control("reason", "What is not right yet", "area", required=True)]


def close(_: Desk) -> Sequence[Control]:
    """How it was confirmed."""
    return [Control("reason", "How it was confirmed", hint="Not needed.")]


def cancel(_: Desk) -> Sequence[Control]:
    """Why it is not to be worked on."""
    return [Control("reason", "Why it is not to be worked on", "area", required=True)]


def merge(_: Desk) -> Sequence[Control]:
    """Into which ticket, and why."""
    return [
        Control("into", "Into the ticket", required=True, hint="Its id, such as T-0123456789AB."),
        Control("reason", "Why", "area", rows=2),
    ]


def state_breach(desk: Desk) -> Sequence[Control]:
    """Which promise, and why it was broken."""
    broken = [name for name, clock in desk.look.ticket.clocks.items() if clock.breached]
    return [
        _clock(broken),
        Control("code", "Why", "choice", options=desk.coded(desk.policy.breach_reasons), required=True),
        Control("text", "In words", "area", required=True),
    ]


def rate_service(_: Desk) -> Sequence[Control]:
    """The customer's score and words."""
    scores = tuple((str(score), str(score)) for score in range(1, 6))
    return [
        Control("score", "Score, 5 is best", "choice", options=(("", "Choose …"), *scores), required=True),
        Control("comment", "In the customer's words", "area", rows=2),
    ]


def answer_rating(_: Desk) -> Sequence[Control]:
    """What was done about it."""
    return [Control("text", "What was found, and what was done", "area", required=True)]


def ask_exclusion(desk: Desk) -> Sequence[Control]:
    """Which breach, and why it should not count."""
    free = [name for name, breach in desk.look.ticket.breaches.items() if not pending(breach)]
    return [_clock(free), Control("reason", "Why it should not count", "area", required=True)]


def decide_exclusion(desk: Desk) -> Sequence[Control]:
    """Which request, the decision, and why."""
    asked = [name for name, breach in desk.look.ticket.breaches.items() if pending(breach)]
    ways = (("true", "It does not count"), ("false", "It counts"))
    return [
        _clock(asked),
        Control("approve", "Decision", "radios", options=ways, required=True),
        Control("reason", "Why", "area", required=True),
    ]


def change_agreement(desk: Desk) -> Sequence[Control]:
    """Which agreement counts from now on."""
    names = desk.here.policy.agreements
    return [
        Control("agreement", "Agreement", "choice", options=desk.coded(names, "The one that is found for it")),
        Control("reason", "Why", "area", required=True),
    ]


def adopt_policy(desk: Desk) -> Sequence[Control]:
    """Which version counts from now on."""
    hint = f"It goes by {desk.look.ticket.policy_version} now."
    return [
        Control("version", "Version", value=desk.here.policy.version, required=True, hint=hint),
        Control("reason", "Why", "area", required=True),
    ]


def _clock(names: Sequence[str]) -> Control:
    options: Options = [(name, clock_name(name)) for name in names]
    return Control("clock", "Promise", "choice", options=options, required=True)
