"""The triggers that clocks keep: when each fires, why then, and why it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from escalation import promises, sla
from escalation.deadlines import AT_RISK, TOLD_EARLY
from escalation.explain import marks
from escalation.explain.conditioned import fired_said
from escalation.explain.view import Coming, State, TriggerExplained
from escalation.firings import UNACCEPTED
from escalation.policy import Slice
from escalation.terms import EscalationKind
from escalation.ticket import Ticket

_CLIENTS = (promises.FIRST_RESPONSE, promises.RESOLUTION)


@dataclass(frozen=True)
class _Timed:
    """A trigger of time: what it does, and at which marks of which clocks."""

    id: str
    kind: EscalationKind
    mode: str
    says: str
    leads_to: str
    marks: tuple[tuple[str, str], ...]
    before: str  # why it does not come at all, where none of its clocks runs


def explained(ticket: Ticket, policy: Slice, now: datetime) -> Iterator[TriggerExplained]:
    """S1 to S4, as the clocks of the ticket stand."""
    for trigger in _triggers(policy):
        fired = tuple(each for each in ticket.firings if each.trigger == trigger.id)
        coming = marks.coming(trigger.marks, ticket, policy, now)
        state = _state(coming, fired=bool(fired))
        said = [f"Fired: {' · '.join(map(fired_said, fired))}."] if fired else []
        said += [each.words for each in coming[:1]] or ([] if fired else [trigger.before])
        yield TriggerExplained(
            id=trigger.id,
            klass="sla",
            kind=trigger.kind.value,
            mode=trigger.mode,
            says=trigger.says,
            leads_to=trigger.leads_to,
            state=state,
            fired=fired,
            coming=coming,
            words=" ".join(said),
        )


def _triggers(policy: Slice) -> Iterator[_Timed]:
    told = tuple(str(share) for share, roles in policy.thresholds.items() if set(roles) - {"owner"})
    yield _Timed(
        policy.auto_escalation.trigger, EscalationKind.FUNCTIONAL, "move",
        "An unresolved Tier 1 ticket moves up before its resolution is due", "Tier 2",
        ((promises.RESOLUTION, promises.AUTO),),
        "It does not come: it guards a ticket at Tier 1 whose resolution clock has not passed it yet.",
    )  # fmt: skip
    yield _Timed(
        TOLD_EARLY, EscalationKind.HIERARCHICAL, "inform",
        "A share of a promised time is used up", "leads and managers are told",
        tuple((clock, share) for clock in _CLIENTS for share in told),
        "It does not come: no promise to the client is running that has a share ahead.",
    )  # fmt: skip
    yield _Timed(
        AT_RISK, EscalationKind.HIERARCHICAL, "take_coordination",
        "A promise is about to be broken", "the service manager speaks with the client",
        ((promises.RESOLUTION, str(policy.coordinate_at)), (promises.FIRST_RESPONSE, sla.BREACH)),
        "It does not come: no promise to the client is running that has this moment ahead.",
    )  # fmt: skip
    yield _Timed(
        UNACCEPTED, EscalationKind.FUNCTIONAL, "move",
        "A handoff is not taken up", "the owner again, then the next person, then the service manager",
        tuple((promises.ACCEPT, str(100 * level)) for level in (1, 2, 3)),
        "It does not come: the owner has taken the ticket up, or nothing waits to be taken up.",
    )  # fmt: skip


def _state(coming: tuple[Coming, ...], *, fired: bool) -> State:
    if any(each.at for each in coming):
        return "coming"
    if coming:
        return "paused"
    return "fired" if fired else "not_running"
