"""SOPs that tell people something else than the engine does, and ways up for which there is no SOP."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from escalation.durations import format_duration
from escalation.library.documents import Sop
from escalation.lint.findings import Problem, listed, unknown
from escalation.lint.reach import never
from escalation.policy import Policy
from escalation.terms import EscalationKind, Priority
from escalation.triggers import All, Test

_KEPT_BY_CLOCKS = ("S2", "S3", "S4")


class Contradiction(NamedTuple):
    """A sentence of an SOP that the policy does not bear out, by its place in both."""

    sop: str
    where: str
    policy_path: str
    message: str


class Uncovered(NamedTuple):
    """A way up that no SOP describes: a kind of ticket, or a trigger."""

    policy_path: str
    message: str


def sop_problems(policy: Policy, sops: Mapping[str, Sop]) -> Iterator[Problem]:
    """What is wrong between the policy and the SOPs, by its place in the policy; nothing where there are no SOPs."""
    if not sops:
        return
    for said in contradictions(policy, sops.values()):
        yield Problem(said.policy_path, f"{said.sop}, {said.where}: {said.message}")
    yield from (Problem(*each) for each in uncovered(policy, sops))


def uncovered(policy: Policy, sops: Mapping[str, Sop]) -> Iterator[Uncovered]:
    """Every escalation path without an SOP: categories that have none, and triggers that none of them names."""
    for name, category in policy.categories.items():
        path = f"categories.{name}"
        if category.sop is None:
            yield Uncovered(path, "no SOP covers it")
        elif category.sop not in sops:
            yield Uncovered(f"{path}.sop", f"there is no SOP {category.sop!r}; known: {listed(sops) or 'none'}")
    said = {trigger for sop in sops.values() for named in sop.escalate.values() for trigger in named}
    for n, trigger in enumerate(policy.triggers):
        if trigger.kind is not EscalationKind.HIERARCHICAL and trigger.mode == "move" and trigger.id not in said:
            yield Uncovered(f"triggers.{n}", f"no SOP tells people of {trigger.id}, which takes tickets up")
    if policy.auto_escalation.trigger not in said:
        auto = policy.auto_escalation.trigger
        yield Uncovered("auto_escalation.trigger", f"no SOP tells people of {auto}, which takes tickets up")


def contradictions(policy: Policy, sops: Iterable[Sop]) -> Iterator[Contradiction]:
    """Each sentence of these SOPs that the engine contradicts."""
    for sop in sops:
        yield from _triggers(policy, sop)
        for tier, count in sop.failed_attempts.items():
            engine = policy.scope[tier].failed_attempts if tier in policy.scope else None
            if engine != count:
                does = f"the engine sends a ticket up from tier {tier} after {engine}" if engine else "none are counted"
                where, place = f"failed_attempts.{tier}", f"scope.{tier}.failed_attempts"
                yield Contradiction(sop.id, where, place, f"it says after {count} failed attempts; {does}")
        for priority, within in sop.accept_within.items():
            target = policy.accept.get(priority)
            if target and target.time and target.time != within:
                said, held = format_duration(within), format_duration(target.time)
                where = f"accept_within.{priority.value}"
                message = f"it says {said}; the engine holds people to {held}"
                yield Contradiction(sop.id, where, f"accept.{priority.value}", message)
        for problem in unknown("messages", "message", sop.messages, policy.messages):
            yield Contradiction(sop.id, problem.path, "messages", problem.message)


def _triggers(policy: Policy, sop: Sop) -> Iterator[Contradiction]:
    covered = tuple(key for key, category in policy.categories.items() if category.sop == sop.id)
    places = {trigger.id: (n, trigger) for n, trigger in enumerate(policy.triggers)}
    timed = {policy.auto_escalation.trigger, *_KEPT_BY_CLOCKS}
    for priority, triggers in sop.escalate.items():
        where = f"escalate.{priority.value}"
        for problem in unknown(where, "trigger", triggers, [*places, *sorted(timed)]):
            yield Contradiction(sop.id, where, "triggers", problem.message)
        for n, trigger in (places[each] for each in triggers if each in places):
            asked = All(all=(trigger.when, _test("priority", priority.value), _test("category", *covered)))
            if covered and (why := never(policy, asked)):
                message = f"{trigger.id} never fires on its tickets of this priority, since {why}"
                yield Contradiction(sop.id, where, f"triggers.{n}", message)
    if Priority.P1 in sop.escalate:
        yield from _emergencies(policy, sop, sop.escalate[Priority.P1])


def _emergencies(policy: Policy, sop: Sop, said: tuple[str, ...]) -> Iterator[Contradiction]:
    """What goes straight to Tier 3 must say so."""
    emergencies = tuple(key for key, each in policy.categories.items() if each.sop == sop.id and each.emergency)
    caught_by = [trigger.id for trigger in policy.triggers if trigger.kind is EscalationKind.EMERGENCY]
    if emergencies and not set(said) & set(caught_by):
        message = f"{emergencies[0]} goes to tier 3 at once, and it names none of the emergency triggers"
        yield Contradiction(sop.id, "escalate.P1", f"categories.{emergencies[0]}", message)


def _test(field: str, *values: str) -> Test:
    return Test(field=field, op="in", value=values)
