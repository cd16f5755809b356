"""Whether a person's ways to be reached were tried: a code that went out by a way came back. Pure."""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import AwareDatetime

from escalation.messages import Address
from escalation.policy import Policy
from escalation.terms import Facts

CODE_LIVES = timedelta(minutes=15)
TRIES = 5
"""How often a code can be entered: a million codes, and five guesses."""
AGAIN_AFTER = timedelta(minutes=1)

# By the name of their channel: where the address stands, and what people call it.
METHODS = {"mail": "email", "teams": "teams", "slack": "slack", "apprise": "apprise", "sms": "sms", "voice": "voice"}


class Proof(Facts):
    """That one way to one person was tried, and with which address."""

    person: str
    method: str
    mark: str
    at: AwareDatetime


class Asked(Facts):
    """A code that went out, of which only the hash is kept."""

    mark: str
    code_hash: str
    at: AwareDatetime
    tries: int = 0


def mark_of(address: Address, method: str) -> str:
    """Tells one address from another, and gives neither away; blank where there is none."""
    said = getattr(address, METHODS[method])
    return sha256(repr(said).encode()).hexdigest()[:16] if said else ""


def hashed(person: str, method: str, code: str) -> str:
    """What is kept of a code."""
    return sha256(f"{person}\n{method}\n{code}".encode()).hexdigest()


def right(asked: Asked, person: str, method: str, code: str, mark: str, now: datetime) -> bool:
    """Whether this code proves the way: the right one, in time, not guessed at, for the address as it is now."""
    in_time = now - asked.at <= CODE_LIVES and asked.tries < TRIES
    same = hmac.compare_digest(asked.code_hash, hashed(person, method, code.strip()))
    return in_time and same and asked.mark == mark


def methods_of(policy: Policy, person: str, proofs: Iterable[Proof]) -> dict[str, datetime | None]:
    """The ways that lead to somebody, and since when each is proven; a proof of another address counts no more."""
    address = policy.people[person].address
    known = {(each.method, each.mark): each.at for each in proofs if each.person == person}
    marks = {method: mark_of(address, method) for method in METHODS}
    return {method: known.get((method, mark)) for method, mark in marks.items() if mark}


def unproven(policy: Policy, people: Iterable[str], proofs: Sequence[Proof]) -> list[str]:
    """Those among these people to whom no way is proven, in the order of the policy."""
    asked = set(people)
    return [who for who in policy.people if who in asked and not any(methods_of(policy, who, proofs).values())]


def on_rotas(policy: Policy) -> set[str]:
    """Everybody who takes turns on a rota of the policy."""
    return {who for rota in policy.on_call.rotas.values() for who in rota.everybody}
