"""A lived ticket as the person sees it, with what the answers may be; it does not tell what the rules did last."""

from collections.abc import Iterator

from escalation import sla
from escalation.deadlines import AT_RISK, TOLD_EARLY
from escalation.explain.moments import length, spoken
from escalation.firings import UNACCEPTED
from escalation.policy import Policy
from escalation.triage.exercise import NOTHING, Case, Choice, Choices
from escalation.triage.life import Life


def trigger_ids(policy: Policy) -> list[str]:
    """The triggers that may be an answer: those of time, and those on fields."""
    return [policy.auto_escalation.trigger, TOLD_EARLY, AT_RISK, UNACCEPTED, *(each.id for each in policy.triggers)]


def choices(policy: Policy) -> Choices:
    """What the answers may be, with each trigger's own words."""
    timed = {
        policy.auto_escalation.trigger: "An unresolved Tier 1 ticket moves up before its resolution is due",
        TOLD_EARLY: "A share of a promised time is used up",
        AT_RISK: "A promise is about to be broken",
        UNACCEPTED: "A handoff is not taken up",
    }
    said = timed | {trigger.id: trigger.says for trigger in policy.triggers}
    roles = sorted({person.role for person in policy.people.values()} | {"owner"})
    targets = ("tier_1", "tier_2", "tier_3", *roles, NOTHING)
    return Choices(triggers=tuple(Choice(id=name, says=said[name]) for name in said), targets=targets)


def case_of(life: Life, number: int, happened: tuple[str, ...]) -> Case:
    """The ticket, and what happened to it up to the question."""
    ticket, client = life.ticket, life.cut.client
    before = dict.fromkeys(f"{each.trigger} has acted, on {spoken(each.at)}." for each in life.earlier())
    return Case(
        number=number,
        client=client.id,
        client_name=client.name or client.id,
        environment=client.environment,
        contact=ticket.contact.name,
        ticket_kind=ticket.kind,
        users_affected=ticket.facts.users_affected or 1,
        at=life.now,
        happened=(*happened, *before, *_time_said(life)),
        **{
            name: getattr(ticket, name)
            for name in (
                "vip", "subject", "description", "category", "scope", "urgency", "flags", "required_skill",
                "needed_access", "known_issue",
            )
        },
    )  # fmt: skip


def _time_said(life: Life) -> Iterator[str]:
    """Where time alone did it: what the clocks said just before."""
    ticket = life.prior
    if ticket is None or life.now == ticket.opened_at:
        return
    taken_up = "" if ticket.accepted_at else ", and its owner has not taken it up"
    yield f"It is {spoken(life.now)}; it came in on {spoken(ticket.opened_at)} and is not solved{taken_up}."
    for clock in ticket.clocks.values():
        if clock.running:
            used = sla.counted(clock, life.cut.calendar(clock.calendar), life.now)
            yield f"{length(used)} of the {length(clock.target)} {clock.name.replace('_', ' ')} time are used."
