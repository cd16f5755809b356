"""The triggers that look at fields: fired, holding without acting, or not met, each with its reason."""

from collections.abc import Iterator

from escalation.explain.conditions import judged, needs, values_said
from escalation.explain.moments import spoken
from escalation.explain.view import Ruling, TriggerExplained
from escalation.firing import MAX_AUTO_HOPS, RANK, Match, destination, matches, target_tier, winner
from escalation.firings import Firing
from escalation.policy import Slice, Trigger
from escalation.situation import fields_of
from escalation.terms import EscalationKind, Tier
from escalation.ticket import Ticket


def looked_at(ticket: Ticket) -> Tier:
    """The tier at which conditions are judged: the ticket's own, that it was resolved at, or the first."""
    return ticket.tier or (ticket.ending.tier if ticket.ending else None) or 1


def explained(ticket: Ticket, policy: Slice) -> Iterator[TriggerExplained]:
    """Every trigger of the policy that stands on fields, in policy order."""
    tier = looked_at(ticket)
    fields = fields_of(ticket, policy, tier)
    found = matches(ticket, policy, tier)
    for trigger in policy.triggers:
        condition = judged(trigger.when, fields)
        fired = tuple(each for each in ticket.firings if each.trigger == trigger.id)
        match = next((each for each in found if each.trigger is trigger), None)
        yield TriggerExplained(
            id=trigger.id,
            klass=trigger.klass,
            kind=trigger.kind.value,
            mode=trigger.mode,
            says=trigger.says,
            leads_to=leads_to(trigger, ticket, policy, tier),
            state="fired" if fired else "holds" if condition.holds else "not_met",
            fired=fired,
            condition=condition,
            values=match.values if match else {},
            needs=needs(condition),
            words=_words(trigger, ticket, match, policy, needs(condition)),
        )


def leads_to(trigger: Trigger, ticket: Ticket, policy: Slice, tier: Tier) -> str:
    """`Tier 2, with the skill firewall`, or who is involved."""
    match trigger.mode:
        case "inform":
            return f"the {_role(trigger)} is told"
        case "take_coordination":
            return f"the {_role(trigger)} speaks with the client"
        case _:
            pass
    where = "Tier 3 on call" if trigger.kind is EscalationKind.EMERGENCY else None
    where = where or f"Tier {destination(trigger, ticket, policy, tier)}"
    named = trigger.to.skill
    return f"{where}, with the skill {named}" if named and named not in ("category", "required") else where


def ruling(ticket: Ticket, policy: Slice) -> Ruling:
    """Which of the triggers that hold now would move the ticket, and why the others would not."""
    tier = looked_at(ticket)
    found = matches(ticket, policy, tier)
    holding = tuple(match.trigger.id for match in found)
    fresh = [match for match in found if not ticket.has_fired(match.trigger.id)]
    first = winner(fresh, tier) if ticket.tier is not None else None
    if first is None:
        words = "No trigger that holds would move the ticket now." if holding else "No trigger holds."
        return Ruling(holding=holding, words=words)
    lost = [match for match in found if match is not first]
    reasons = "; ".join(f"{match.trigger.id} {_why_not(match, first, ticket, tier)}" for match in lost)
    words = f"{first.trigger.id} wins." if not lost else f"{first.trigger.id} wins: {reasons}."
    return Ruling(holding=holding, winner=first.trigger.id, words=words)


def fired_said(firing: Firing) -> str:
    """`2 Nov 2026 14:12 UTC (failed attempts: 2, tier: 1), from Tier 1 to Tier 2; C1 held as well`."""
    where = f", from Tier {firing.from_tier}" if firing.from_tier else ""
    if firing.to_tier:
        where += f" to Tier {firing.to_tier}"
    on = f" ({values_said(firing.values)})" if firing.values else ""
    others = f"; {' and '.join(firing.matched)} held as well, and did not win" if firing.matched else ""
    return f"{spoken(firing.at)}{on}{where}{others}"


def _words(trigger: Trigger, ticket: Ticket, match: Match | None, policy: Slice, needed: tuple[str, ...]) -> str:
    fired = [each for each in ticket.firings if each.trigger == trigger.id]
    if fired:
        again = f", {len(fired)} times" if len(fired) > 1 else ""
        return f"Fired{again}: {' · '.join(map(fired_said, fired))}."
    lost = next((each for each in ticket.firings if trigger.id in each.matched), None)
    if match is None:
        earlier = f" It held on {spoken(lost.at)}, and {_lost_to(trigger, lost, policy)}." if lost else ""
        return f"Has not fired: {' · '.join(needed)}.{earlier}"
    why = _lost_to(trigger, lost, policy) if lost else _why_not(match, None, ticket, looked_at(ticket))
    return f"Holds ({values_said(match.values)}) without acting: it {why}."


def _lost_to(trigger: Trigger, lost: Firing, policy: Slice) -> str:
    by = next((each for each in policy.triggers if each.id == lost.trigger), None)
    if by is None or trigger.mode != "move":
        return f"was recorded beside {lost.trigger or lost.reason}"
    return _beaten(trigger, by)


def _why_not(match: Match, first: Match | None, ticket: Ticket, tier: Tier) -> str:
    trigger = match.trigger
    if ticket.has_fired(trigger.id):
        return "has had its turn in this stay" if trigger.mode == "move" else "has acted once, which is all it does"
    if ticket.tier is None:
        return f"is not asked while the ticket is in {ticket.stage.value}"
    if trigger.mode != "move":
        return "moves nothing"
    if target_tier(trigger, tier) <= tier:
        return f"leads no higher than Tier {tier}"
    if first is not None:
        return _beaten(trigger, first.trigger)
    if ticket.auto_escalations >= MAX_AUTO_HOPS:
        return f"would be move {MAX_AUTO_HOPS + 1} by a trigger, and a ticket makes {MAX_AUTO_HOPS} at most"
    return "acts at the next change of the ticket"


def _beaten(trigger: Trigger, by: Trigger) -> str:
    if RANK[by.kind] < RANK[trigger.kind]:
        return f"gave way to {by.id}: {by.kind.value} before {trigger.kind.value}"
    return f"gave way to {by.id}, which stands before it in the policy"


def _role(trigger: Trigger) -> str:
    return (trigger.to.role or "service_manager").replace("_", " ")
