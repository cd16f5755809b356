"""What pydantic cannot see in a policy: references that lead nowhere, gaps, and rules that can never act."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from escalation.handoff import HandoffNote
from escalation.library.documents import Sop
from escalation.lint.addresses import address_problems
from escalation.lint.cover import CLIENT, calendar_problems, cover_problems
from escalation.lint.findings import TIERS, Problem, gaps, roles_of, skills_of, unknown
from escalation.lint.messages import message_problems
from escalation.lint.on_call import on_call_problems
from escalation.lint.sops import sop_problems
from escalation.lint.triggers import trigger_problems
from escalation.policy import Client, Policy, Promises, Target
from escalation.sla import BREACH
from escalation.terms import EscalationKind, Priority
from escalation.triggers import Fields, satisfied_by

__all__ = ["Problem", "problems"]

OWNER = "owner"  # may be told at a threshold, and is no role
_FROM = datetime(2026, 1, 1, tzinfo=UTC)  # where a test does not say from when on; a calendar repeats itself


def problems(policy: Policy, at: datetime = _FROM, sops: Mapping[str, Sop] | None = None) -> list[Problem]:
    """Everything that is wrong with the document, in its own order; empty if it may be published. Pure.

    Openings and shifts are looked at from `at` on: for whoever publishes, that is now. `sops` are the SOPs that people
    work by under this policy; without any, nothing is said of them.
    """
    return [
        *calendar_problems(policy, at),
        *_matrix(policy),
        *_promises(policy),
        *_thresholds(policy),
        *_inner_promises(policy),
        *_note(policy),
        *trigger_problems(policy),
        *_scope(policy),
        *_categories(policy),
        *sop_problems(policy, sops or {}),
        *_clients(policy),
        *_people(policy),
        *address_problems(policy),
        *on_call_problems(policy, at),
        *cover_problems(policy, at),
        *_fallback(policy),
        *message_problems(policy),
    ]


def _matrix(policy: Policy) -> Iterator[Problem]:
    for impact in TIERS:
        for urgency in TIERS:
            if urgency not in policy.matrix.get(impact, {}):
                yield Problem(f"matrix.{impact}", f"no priority for impact {impact} and urgency {urgency}")


def _promises(policy: Policy) -> Iterator[Problem]:
    for name, agreement in policy.agreements.items():
        path = f"agreements.{name}.promises"
        if agreement.promises:  # none at all: out of contract
            yield from gaps(path, Priority, agreement.promises, "no promise for priority")
        for priority, promise in agreement.promises.items():
            yield from _promise(policy, f"{path}.{priority}", promise)
    if policy.default_agreement:
        yield from unknown("default_agreement", "agreement", [policy.default_agreement], policy.agreements)
    yield from gaps("accept", Priority, policy.accept, "no accept target for priority")
    for priority, target in policy.accept.items():
        yield from _target(policy, f"accept.{priority}", target)


def _promise(policy: Policy, path: str, promise: Promises) -> Iterator[Problem]:
    yield from _target(policy, f"{path}.response", promise.response)
    yield from _target(policy, f"{path}.resolution", promise.resolution)
    if promise.reply:
        yield from _target(policy, f"{path}.reply", promise.reply)
    if promise.update_every:
        yield from _target(policy, f"{path}.update_every", promise.update_every)
    if promise.response.calendar == promise.resolution.calendar and promise.response.time > promise.resolution.time:
        yield Problem(path, "the first response is promised later than the resolution")


def _target(policy: Policy, path: str, target: Target) -> Iterator[Problem]:
    if target.calendar != CLIENT:
        yield from unknown(f"{path}.calendar", "calendar", [target.calendar], policy.calendars)
    if target.time <= timedelta():
        yield Problem(f"{path}.time", "no time at all is promised")


def _thresholds(policy: Policy) -> Iterator[Problem]:
    for share, roles in policy.thresholds.items():
        yield from unknown(f"thresholds.{share}", "role", roles, {OWNER, *roles_of(policy)}, why="that anybody holds")
    if int(BREACH) not in policy.thresholds:
        yield Problem("thresholds", f"there is none at {BREACH}, so nobody would hear of a breach")
    if policy.coordinate_at not in policy.thresholds:
        yield Problem("coordinate_at", f"{policy.coordinate_at} is not one of the thresholds, so it would never come")


def _inner_promises(policy: Policy) -> Iterator[Problem]:
    known = {OWNER, *roles_of(policy)}
    yield from unknown("tell_overdue", "role", policy.tell_overdue, known, why="that anybody holds")
    for tier, limits in policy.scope.items():
        for name in ("time_box", "idle"):
            limit = getattr(limits, name)
            if limit is not None and limit <= timedelta():
                yield Problem(f"scope.{tier}.{name}", "no time at all; leave it out for no limit")
    for name, hold in policy.holds.items():
        if hold.contract:
            yield from _target(policy, f"holds.{name}.contract", hold.contract)
        if hold.longest is not None and hold.longest <= max(hold.follow_up, default=timedelta()):
            yield Problem(f"holds.{name}.longest", "the hold would end before its last follow-up")


def _note(policy: Policy) -> Iterator[Problem]:
    fields = HandoffNote.model_fields
    yield from unknown("note.min_length", "field of the note", policy.note.min_length, fields)
    yield from unknown("note.minimal", "field of the note", policy.note.minimal, fields)


# ------------------------------------------------------------------------------------------- tiers and categories


def _scope(policy: Policy) -> Iterator[Problem]:
    yield from gaps("scope", TIERS, policy.scope, "says nothing of tier")
    for tier, limits in policy.scope.items():
        yield from unknown(f"scope.{tier}.skills", "skill", limits.skills, skills_of(policy), why="that anybody has")


def _categories(policy: Policy) -> Iterator[Problem]:
    for name, category in policy.categories.items():
        path = f"categories.{name}"
        scope = policy.scope.get(category.tier)
        if scope and not any(fnmatchcase(name, pattern) for pattern in scope.may):
            yield Problem(path, f"it starts at tier {category.tier}, which may not handle it")
        if category.emergency and not _is_caught(policy, name):
            yield Problem(path, "it is an emergency, and no emergency trigger fires on it")


def _is_caught(policy: Policy, category: str) -> bool:
    fields: Fields = {"category": category, "emergency_category": True}
    emergencies = (t for t in policy.triggers if t.kind is EscalationKind.EMERGENCY)
    return any(satisfied_by(trigger.when, fields) is not None for trigger in emergencies)


# ------------------------------------------------------------------------------------------- clients and people


def _clients(policy: Policy) -> Iterator[Problem]:
    for key, client in policy.clients.items():
        path = f"clients.{key}"
        yield from _same_id(path, key, client.id)
        yield from unknown(f"{path}.calendar", "calendar", [client.calendar], policy.calendars)
        yield from _agreements(policy, path, client)


def _agreements(policy: Policy, path: str, client: Client) -> Iterator[Problem]:
    named = [client.agreement] if client.agreement else []
    yield from unknown(f"{path}.agreement", "agreement", named, policy.agreements)
    for contact, agreement in client.contact_agreements.items():
        yield from unknown(f"{path}.contact_agreements.{contact}", "agreement", [agreement], policy.agreements)
    for name, site in client.sites.items():
        if site.agreement:
            yield from unknown(f"{path}.sites.{name}.agreement", "agreement", [site.agreement], policy.agreements)
        if site.calendar:
            yield from unknown(f"{path}.sites.{name}.calendar", "calendar", [site.calendar], policy.calendars)


def _people(policy: Policy) -> Iterator[Problem]:
    for key, person in policy.people.items():
        path = f"people.{key}"
        yield from _same_id(path, key, person.id)
        yield from unknown(f"{path}.calendar", "calendar", [person.calendar], policy.calendars)


def _fallback(policy: Policy) -> Iterator[Problem]:
    owners = policy.fallback.owner
    yield from gaps("fallback.owner", TIERS, owners, "nobody to fall back on at tier")
    for tier, person in owners.items():
        yield from unknown(f"fallback.owner.{tier}", "person", [person], policy.people)
    yield from unknown("fallback.manager", "person", [policy.fallback.manager], policy.people)


# ------------------------------------------------------------------------------------------------ small questions


def _same_id(path: str, key: str, own: str) -> Iterator[Problem]:
    if key != own:
        yield Problem(f"{path}.id", f"{own!r} is listed as {key!r}")
