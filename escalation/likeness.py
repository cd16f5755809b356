"""Tickets that are like each other by what is said of them, and the port that finds them."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import AwareDatetime

from escalation.suggesting import Past
from escalation.terms import Facts


class Twin(Facts):
    """A ticket in triage and an open one of the same client with nearly the same subject; `likeness` is from 0 to 1."""

    ticket_id: str
    other: str
    subject: str
    client: str
    stage: str
    owner: str
    opened_at: AwareDatetime
    likeness: float


class Likeness(Protocol):
    """What finds them."""

    def past(self, words: Sequence[str], clients: tuple[str, ...] | None) -> Sequence[Past]:
        """The latest solved tickets whose subjects share a word; of these clients only."""
        ...

    def twins(self, clients: tuple[str, ...] | None, ticket_id: str | None, limit: int) -> Sequence[Twin]:
        """Tickets in triage, or this one, beside open ones that may be the same; the likest first."""
        ...
