"""What is wrong in a map: words that lead nowhere, moves that the rules would always refuse, loops that never rest."""

from collections.abc import Iterator
from typing import get_args

from escalation.events import Event
from escalation.lifecycle import Stage
from escalation.lint.findings import Problem, unknown
from escalation.messages import UnresolvedPlaceholder, render
from escalation.policy import Policy
from escalation.psa.asking import GIVEN
from escalation.psa.mapping import Ask, PsaMap
from escalation.psa.telling import WORDS
from escalation.terms import Priority

_NEEDS: dict[str, frozenset[str]] = {
    "resolve": frozenset({"code", "cause", "resolution"}),
    "hold": frozenset({"reason"}),
    "reopen": frozenset({"reason"}),
    "cancel": frozenset({"reason"}),
}
_KINDS = frozenset({"contacted.inbound", "contacted.outbound"}) | {
    kind.model_fields["kind"].default for kind in get_args(get_args(Event)[0])
}


def problems(rules: PsaMap, policy: Policy) -> list[Problem]:
    """Everything that is wrong with the map under this policy, in its own order."""
    return [
        *_take_in(rules, policy),
        *_clients(rules, policy),
        *unknown("people", "person", rules.people.values(), policy.people),
        *_shown(rules, policy),
        *_asks(rules, policy),
        *_priorities(rules),
        *_fields(rules),
        *_tell(rules),
    ]


def _take_in(rules: PsaMap, policy: Policy) -> Iterator[Problem]:
    if not rules.take_in.statuses:
        yield Problem("take_in.statuses", "nothing would ever be taken in")
    category = rules.take_in.category
    yield from unknown("take_in.category", "category", [category] if category else [], policy.categories)


def _clients(rules: PsaMap, policy: Policy) -> Iterator[Problem]:
    for name in ("by_queue", "by_domain"):
        yield from unknown(f"clients.{name}", "client", getattr(rules.clients, name).values(), policy.clients)
    otherwise = rules.clients.otherwise
    yield from unknown("clients.otherwise", "client", [otherwise] if otherwise else [], policy.clients)
    for domain in rules.clients.by_domain:
        if domain != domain.casefold() or "@" in domain:
            yield Problem("clients.by_domain", f"{domain!r} is no domain in small letters")
    if not (rules.clients.by_queue or rules.clients.by_domain or otherwise):
        yield Problem("clients", "no record would ever be anybody's")


def _shown(rules: PsaMap, policy: Policy) -> Iterator[Problem]:
    shown = rules.statuses.shown
    stages = [stage.value for stage in Stage]
    known = [*stages, *(f"{stage}.accepted" for stage in stages), "held", *(f"held.{name}" for name in policy.holds)]
    yield from unknown("statuses.shown", "place of a ticket", shown, known)
    for stage in stages:
        if stage not in shown:
            yield Problem("statuses.shown", f"says nothing of {stage}")


def _asks(rules: PsaMap, policy: Policy) -> Iterator[Problem]:
    for status, ask in rules.statuses.asks.items():
        yield from _ask(f"statuses.asks.{status}", ask, policy)
    for status in rules.statuses.shown.get(Stage.RESOLVED.value, ())[:1]:
        found = rules.statuses.asks.get(status)
        if found is not None and found.command not in ("resolve", "close"):
            yield Problem(f"statuses.asks.{status}", "it is what a resolved ticket is called there, and asks otherwise")


def _ask(path: str, ask: Ask, policy: Policy) -> Iterator[Problem]:
    for name in sorted(_NEEDS.get(ask.command, frozenset()) - ask.given.keys()):
        yield Problem(path, f"{ask.command} needs {name}, so it would always be refused")
    for name, text in ask.given.items():
        yield from _renders(f"{path}.given.{name}", text, GIVEN)
    reason = ask.given.get("reason", "")
    if ask.command == "hold" and reason:
        yield from unknown(f"{path}.given.reason", "hold", [reason], policy.holds)
        needs = policy.holds[reason].needs if reason in policy.holds else ()
        for name in needs:
            if name not in ask.given:
                yield Problem(path, f"a hold for {reason} needs {name}, so it would always be refused")


def _priorities(rules: PsaMap) -> Iterator[Problem]:
    for priority in Priority:
        if priority.value not in rules.priorities.shown:
            yield Problem("priorities.shown", f"says nothing of {priority.value}")


def _fields(rules: PsaMap) -> Iterator[Problem]:
    for field, rule in rules.fields.items():
        if rule.wins == "ours" and not rule.show:
            yield Problem(f"fields.{field}", "ours wins, and is never shown there")
        if rule.wins == "theirs" and not rule.take and rule.show:
            yield Problem(f"fields.{field}", "theirs wins, and is never taken")


def _tell(rules: PsaMap) -> Iterator[Problem]:
    yield from unknown("tell", "event", rules.tell, _KINDS)
    for kind, tell in rules.tell.items():
        yield from _renders(f"tell.{kind}.text", tell.text, WORDS)


def _renders(path: str, text: str, known: frozenset[str]) -> Iterator[Problem]:
    try:
        render(text, dict.fromkeys(known, ""))
    except UnresolvedPlaceholder as unresolved:
        yield Problem(path, f"nothing stands for {unresolved.placeholder!r}; known: {', '.join(sorted(known))}")
