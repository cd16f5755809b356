"""Which texts of a policy ask for more than their message can say."""

from collections.abc import Iterable, Iterator

from escalation.lint.findings import Problem, gaps, listed
from escalation.messages import MESSAGES, SHIPPED, UnresolvedPlaceholder, placeholders_of, render
from escalation.policy import Policy


def message_problems(policy: Policy) -> Iterator[Problem]:
    """Messages without a text, texts without a message, and placeholders that nobody would fill."""
    yield from gaps("messages", MESSAGES, {*policy.messages, *SHIPPED}, "there is no text for")
    for name, text in policy.messages.items():
        path = f"messages.{name}"
        if name not in MESSAGES:
            yield Problem(path, f"nothing sends a message of this name; those sent are {listed(MESSAGES)}")
            continue
        allowed = placeholders_of(name)
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
