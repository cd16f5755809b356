"""Addresses of people that no message could ever reach, and those that hold a secret."""

import re
from collections.abc import Iterator

from escalation.lint.findings import Problem
from escalation.policy import Person, Policy

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_NAME = re.compile(r"[\w.-]{1,80}")


def address_problems(policy: Policy) -> Iterator[Problem]:
    """Numbers that are none, and the address of a webhook where its name should stand."""
    for person in policy.people.values():
        for field in ("sms", "voice"):
            yield from _number(person, field)
        for field in ("slack", "teams"):
            yield from _name(person, field)


def _number(person: Person, field: str) -> Iterator[Problem]:
    said = getattr(person, field)
    if said is not None and not _NUMBER.fullmatch(said):
        yield Problem(f"people.{person.id}.{field}", f"{said!r} is no number such as +4930123456")


def _name(person: Person, field: str) -> Iterator[Problem]:
    said = getattr(person, field)
    if said is None or _NAME.fullmatch(said):
        return
    why = "is a secret: set TIERLINE_{0}_WEBHOOKS and name it here" if "://" in said else "is no id and no name of one"
    yield Problem(f"people.{person.id}.{field}", f"a {field} address {why.format(field.upper())}")
