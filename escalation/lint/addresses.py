"""Addresses of people that no message could ever reach, and those that hold a secret."""

import re
from collections.abc import Iterable, Iterator

from escalation.lint.findings import Problem
from escalation.policy import Person, Policy

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_DOMAIN = re.compile(r"(?!-)[\w-]+(\.[\w-]+)+")
_NAME = re.compile(r"[\w.-]{1,80}")


def address_problems(policy: Policy) -> Iterator[Problem]:
    """Numbers that are none, webhooks where their names should stand, and mail that could be of two clients."""
    for person in policy.people.values():
        for field in ("sms", "voice"):
            yield from _number(person, field)
        for field in ("slack", "teams"):
            yield from _name(person, field)
    for id_, client in policy.clients.items():
        yield from _domains(policy, id_, client.domains)


def _domains(policy: Policy, mine: str, domains: Iterable[str]) -> Iterator[Problem]:
    for place, domain in enumerate(domains):
        path = f"clients.{mine}.domains.{place}"
        if not _DOMAIN.fullmatch(domain):
            yield Problem(path, f"{domain!r} is no mail domain such as acme.example")
        for other, client in policy.clients.items():
            if other < mine and domain.lower() in {each.lower() for each in client.domains}:
                yield Problem(path, f"{domain} is a domain of {other} as well: nobody could say whose mail it is")


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
