"""What is found wrong in a policy, and the questions that every part of the search asks."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from escalation.policy import Policy

TIERS = (1, 2, 3)


class Problem(NamedTuple):
    """One thing that is wrong: where, as a dotted path into the document, and what."""

    path: str
    message: str


def unknown(path: str, noun: str, names: Iterable[str], known: Iterable[str], why: str = "") -> Iterator[Problem]:
    """A problem for each name that leads nowhere."""
    there = set(known)
    for name in names:
        if name not in there:
            yield Problem(path, f"there is no {noun} {name!r}{why and f' {why}'}; known: {listed(there) or 'none'}")


def gaps(path: str, wanted: Iterable[object], given: Collection[object], message: str) -> Iterator[Problem]:
    """A problem for each thing wanted and not given."""
    yield from (Problem(path, f"{message} {each}") for each in wanted if each not in given)


def roles_of(policy: Policy) -> set[str]:
    """The roles that somebody holds."""
    return {person.role for person in policy.people.values()}


def skills_of(policy: Policy) -> set[str]:
    """The skills that somebody has."""
    return {skill for person in policy.people.values() for skill in person.skills}


def listed(names: Iterable[object]) -> str:
    """The names as people read them, in order."""
    return ", ".join(sorted(map(str, names)))
