"""What pydantic cannot see in a document: parts that are missing, too much of it, names that lead nowhere."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from escalation.library.documents import (
    AnyDocument,
    Checklist,
    DocumentKind,
    MessageTemplate,
    Runbook,
    Sop,
    Step,
    Written,
)
from escalation.lint.findings import Problem, gaps, skills_of, unknown
from escalation.policy import Policy
from escalation.terms import Priority

MOST_STEPS, MOST_WORDS = 12, 250
_WORD = re.compile(r"\w[^\s]*")


def form_problems(document: AnyDocument) -> list[Problem]:
    """What keeps the document, taken by itself, from being published."""
    match document:
        case Sop():
            return [*_five_parts(document), *_short(document), *_steps(document.steps)]
        case Checklist():
            return list(_steps(document.steps))
        case Runbook() | MessageTemplate():
            return list(_says_something(document))
        case _:
            return []


def name_problems(document: AnyDocument, policy: Policy) -> Iterator[Problem]:
    """Categories, clients, skills and messages that the policy does not know."""
    yield from unknown("categories", "category", document.categories, policy.categories)
    yield from unknown("clients", "client", document.clients, policy.clients)
    yield from unknown("skills", "skill", document.skills, skills_of(policy), why="that anybody has")
    if isinstance(document, MessageTemplate) and document.message:
        yield from unknown("message", "message", [document.message], policy.messages)


def link_problems(document: AnyDocument, known: Mapping[str, DocumentKind]) -> Iterator[Problem]:
    """Documents that it sends people to, and that are not there or are something else."""
    if not isinstance(document, Sop):
        return
    yield from _leads_to("tree", [document.tree] if document.tree else [], DocumentKind.DECISION_TREE, known)
    yield from _leads_to("runbooks", document.runbooks, DocumentKind.RUNBOOK, known)
    yield from _leads_to("vendor", [document.vendor] if document.vendor else [], DocumentKind.VENDOR_CONTACT, known)


def links_of(document: AnyDocument) -> tuple[str, ...]:
    """The documents that it sends people to."""
    if not isinstance(document, Sop):
        return ()
    return tuple(each for each in (document.tree, *document.runbooks, document.vendor) if each)


def words_in(document: AnyDocument) -> int:
    """How many words there are to read in steps and body."""
    steps = document.steps if isinstance(document, Sop | Checklist) else ()
    return sum(len(_WORD.findall(text)) for text in (document.body, *(step.text for step in steps)))


def _five_parts(sop: Sop) -> Iterator[Problem]:
    if not any(step.mandatory and step.tier == 1 for step in sop.steps):
        yield Problem("steps", "it says no step that Tier 1 completes before escalating")
    if not sop.required_information:
        yield Problem("required_information", "it does not say what the handoff has to tell")
    yield from gaps("escalate", Priority, {p for p, named in sop.escalate.items() if named}, "no trigger for priority")
    yield from gaps(
        "accept_within", [p for p in Priority if sop.escalate.get(p)], sop.accept_within,
        "it does not say how soon the receiving tier responds to",
    )  # fmt: skip
    if not sop.messages:
        yield Problem("messages", "it does not say what the client is told")


def _short(sop: Sop) -> Iterator[Problem]:
    if len(sop.steps) > MOST_STEPS:
        yield Problem("steps", f"{len(sop.steps)} steps; nobody keeps to more than {MOST_STEPS}")
    if (count := words_in(sop)) > MOST_WORDS:
        yield Problem("body", f"{count} words in steps and body; nobody reads more than {MOST_WORDS} in a hurry")


def _steps(steps: Iterable[Step]) -> Iterator[Problem]:
    for name, count in Counter(step.id for step in steps).items():
        if count > 1:
            yield Problem("steps", f"{count} steps are called {name!r}")


def _says_something(document: Written) -> Iterator[Problem]:
    if not document.body:
        yield Problem("body", "it says nothing")


def _leads_to(
    path: str, names: Iterable[str], kind: DocumentKind, known: Mapping[str, DocumentKind]
) -> Iterator[Problem]:
    noun = kind.value.replace("_", " ")
    for name in names:
        if name not in known:
            yield Problem(path, f"there is no {noun} {name!r}")
        elif known[name] is not kind:
            yield Problem(path, f"{name!r} is no {noun}, it is a {known[name].value.replace('_', ' ')}")
