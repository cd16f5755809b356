"""What the rules did with a lived ticket, and why, in the words in which they explain themselves."""

from escalation.explain import Explanation
from escalation.firings import Firing
from escalation.triage.exercise import NOTHING, Truth
from escalation.triage.life import Life


def truth_of(life: Life, explained: Explanation) -> Truth | None:
    """What acted on the last thing that happened; None for a ticket that is at no tier."""
    ticket = life.ticket
    if ticket.start is None:
        return None
    words = {each.id: each.words for each in explained.triggers}
    plain = Truth(
        start_tier=ticket.start.tier,
        priority=ticket.priority,
        start_why=explained.start.words,
        priority_why=f"Impact {ticket.impact} and urgency {ticket.urgency} make it {ticket.priority} in the matrix.",
        trigger_why={**words, NOTHING: explained.ruling.words},
    )
    acted = min(life.latest(), key=_strength, default=None)
    if acted is None or acted.trigger is None:
        return plain
    of = next(each for each in explained.triggers if each.id == acted.trigger)
    said = {"trigger": acted.trigger, "kind": of.kind, "targets": _targets(acted), "leads_to": of.leads_to}
    return plain.model_copy(update=said)


def _strength(firing: Firing) -> int:
    """A move is the stronger, then who speaks with the client, then who is told."""
    return 0 if firing.to_tier else 1 if firing.event == "coordinated" else 2


def _targets(firing: Firing) -> tuple[str, ...]:
    if firing.to_tier:
        return (f"tier_{firing.to_tier}",)
    return tuple((firing.role or "owner").split(", "))
