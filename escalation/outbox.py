"""How far a message has come on one of its ways, and with all of them together. States only move forward. Pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from pydantic import AwareDatetime

from escalation.terms import Facts

SendState = Literal[
    "queued",  # to be sent
    "held",  # waits for a moment, and says for which and why
    "sending",  # handed over just now, or nobody knows what came of it
    "failed_temp",  # the way is shut; it is tried again
    "expired",  # tried until it was no use any more
    "suppressed",  # not sent on purpose, and says why
    "failed_perm",  # can never reach this address this way
    "accepted",  # taken over by whoever carries it on
    "delivered",
    "read",
]

# A later word stands against an earlier one only if it says more. That it arrived says more than that it did not.
_RANK: dict[SendState, int] = {
    "queued": 0,
    "held": 1,
    "sending": 2,
    "failed_temp": 2,
    "expired": 3,
    "suppressed": 3,
    "accepted": 3,
    "failed_perm": 4,
    "delivered": 5,
    "read": 6,
}
SETTLED = frozenset[SendState]({"accepted", "delivered", "read", "failed_perm", "expired", "suppressed"})
"""Nothing more is done about it from here; a provider may still say more."""

# Arrived by one way is arrived; given up is given up, whatever a way still says of its last try.
_TOGETHER: tuple[SendState, ...] = (
    *("read", "delivered", "accepted"),
    *("expired", "suppressed"),
    *("sending", "failed_temp", "held", "queued", "failed_perm"),
)


def forward(before: SendState, said: SendState) -> SendState:
    """The state after one more word about the same way, in whatever order the words arrive."""
    if before == "accepted" and said in ("expired", "suppressed"):
        return before
    return said if _RANK[said] >= _RANK[before] else before


def together(states: Iterable[SendState]) -> SendState:
    """The state of a message with several ways: the furthest that it came; failed once every way has."""
    found = set(states)
    return next((state for state in _TOGETHER if state in found), "queued")


class Begun(NamedTuple):
    """A try that begins; `repeat`: an earlier one may have gone out, and nobody knows."""

    n: int
    repeat: bool


class Attempt(Facts):
    """One try at one way; `unknown` is an outcome that nobody knows, after a crash or a connection that broke."""

    outlet: str
    n: int
    began_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    outcome: SendState | Literal["unknown"]
    detail: str = ""
    repeat: bool = False
