"""How tickets flow between the tiers: what a Sankey or an alluvial diagram draws."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from escalation.facts import TicketFacts
from escalation.terms import Facts

OPENED = "opened"
_NAME = re.compile(r"([1-9][0-9]{0,3}):([a-z_0-9]+)->([a-z_0-9]+)")


class Flow(Facts):
    """Tickets that went from one place to the next as the `step`-th thing that happened to them.

    Places are `opened`, `tier_1` to `tier_3`, and for the end `resolved`, `cancelled` or `open`: still there.
    """

    step: int
    source: str
    target: str
    tickets: int

    @property
    def name(self) -> str:
        """What it is called where the tickets behind it are asked for, such as `2:tier_1->tier_2`."""
        return f"{self.step}:{self.source}->{self.target}"


class Flows(Facts):
    """All of them, step by step. As many tickets come to a place at one step as leave it at the next."""

    cases: int
    flows: tuple[Flow, ...]


def flows(tickets: Iterable[TicketFacts]) -> Flows:
    """The flows of these tickets: each begins at `opened` and comes to one end."""
    facts = list(tickets)
    counted = Counter(step for ticket in facts for step in steps_of(ticket))
    return flows_of(len(facts), counted)


def flows_of(cases: int, counted: dict[tuple[int, str, str], int]) -> Flows:
    """The flows from their numbers, in order."""
    return Flows(
        cases=cases,
        flows=tuple(
            Flow(step=step, source=source, target=target, tickets=n)
            for (step, source, target), n in sorted(counted.items())
        ),
    )


def steps_of(ticket: TicketFacts) -> Iterator[tuple[int, str, str]]:
    """A ticket's way: from `opened` through its stays to its end."""
    way = [OPENED, *(place_of(stay.tier) for stay in ticket.stays), ticket.outcome]
    for step, (source, target) in enumerate(pairwise(way), start=1):
        yield step, source, target


def place_of(tier: int) -> str:
    """What a tier is called in a diagram."""
    return f"tier_{tier}"


def flow_named(name: str) -> tuple[int, str, str] | None:
    """Step, source and target of the flow of this name; None for what names none."""
    found = _NAME.fullmatch(name)
    return (int(found[1]), found[2], found[3]) if found else None
