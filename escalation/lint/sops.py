"""SOPs that tell people something else than the engine does."""

from collections.abc import Iterator

from escalation.durations import format_duration
from escalation.lint.findings import Problem, unknown
from escalation.lint.reach import never
from escalation.policy import Policy, Sop
from escalation.terms import EscalationKind, Priority
from escalation.triggers import All, Test


def sop_problems(policy: Policy) -> Iterator[Problem]:
    """Each sentence of an SOP that the engine contradicts, and categories whose SOP is not there."""
    for name, sop in policy.sops.items():
        path = f"sops.{name}"
        yield from _triggers(policy, name, sop)
        for tier, count in sop.failed_attempts.items():
            engine = policy.scope[tier].failed_attempts if tier in policy.scope else None
            if engine != count:
                says = (
                    f"the engine sends a ticket up from tier {tier} after {engine}" if engine else "nothing counts them"
                )
                yield Problem(f"{path}.failed_attempts.{tier}", f"it says after {count} failed attempts; {says}")
        for priority, within in sop.accept_within.items():
            target = policy.accept.get(priority)
            if target and target.time and target.time != within:
                said, held = format_duration(within), format_duration(target.time)
                yield Problem(f"{path}.accept_within.{priority}", f"it says {said}; the engine holds people to {held}")
        yield from unknown(f"{path}.messages", "message", sop.messages, policy.messages)
    if policy.sops:
        for name, category in policy.categories.items():
            yield from unknown(f"categories.{name}.sop", "SOP", [category.sop] if category.sop else [], policy.sops)


def _triggers(policy: Policy, name: str, sop: Sop) -> Iterator[Problem]:
    path = f"sops.{name}.escalate"
    covered = tuple(key for key, category in policy.categories.items() if category.sop == name)
    by_id = {trigger.id: trigger for trigger in policy.triggers}
    timed = {policy.auto_escalation.trigger, "S2", "S3", "S4"}
    for priority, triggers in sop.escalate.items():
        yield from unknown(f"{path}.{priority}", "trigger", triggers, [*by_id, *sorted(timed)])
        for trigger in (by_id[each] for each in triggers if each in by_id):
            asked = All(all=(trigger.when, _test("priority", priority.value), _test("category", *covered)))
            if covered and (why := never(policy, asked)):
                yield Problem(
                    f"{path}.{priority}", f"{trigger.id} never fires on its tickets of this priority, since {why}"
                )
    if Priority.P1 in sop.escalate:
        yield from _emergencies(policy, name, sop.escalate[Priority.P1])


def _emergencies(policy: Policy, name: str, said: tuple[str, ...]) -> Iterator[Problem]:
    """What goes straight to Tier 3 must say so."""
    emergencies = tuple(key for key, each in policy.categories.items() if each.sop == name and each.emergency)
    caught_by = [trigger.id for trigger in policy.triggers if trigger.kind is EscalationKind.EMERGENCY]
    if emergencies and not set(said) & set(caught_by):
        yield Problem(
            f"sops.{name}.escalate.P1",
            f"{emergencies[0]} goes to tier 3 at once, and it names none of the emergency triggers",
        )


def _test(field: str, *values: str) -> Test:
    return Test(field=field, op="in", value=values)
