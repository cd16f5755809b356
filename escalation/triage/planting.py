"""How a ticket comes about on which a certain trigger acts: an intake, and what happens after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from escalation.commands import Contact, Intake, IntakeFacts, Open
from escalation.lint.wanted import Wanted, Way
from escalation.policy import Category, Policy, Slice
from escalation.situation import access_of
from escalation.terms import Flag, Kind, Role, Scope
from escalation.triage.draw import Draw
from escalation.triage.life import Life
from escalation.triage.words import subjects

HAPPENINGS = ("recurrences", "inbound_contacts", "technicians", "returns", "failed_attempts")


@dataclass(frozen=True)
class Seedling:
    """What the ticket has to be like: values of fields, how often things happen, for which trigger time passes."""

    way: Way = field(default_factory=dict)
    tier: int | None = None
    waits_for: str | None = None
    taken_up: bool = True


def grown(policy: Policy, cut: Slice, seedling: Seedling, draw: Draw, now: datetime) -> tuple[Life, tuple[str, ...]]:
    """The ticket as the rules have it after all of that, and what happened in words; a Refusal where they say no."""
    counts = {name: counted(seedling.way[name]) for name in HAPPENINGS if name in seedling.way}
    alike = max(counts.get("recurrences", 1) - 1, 0)
    opening = Open(by="portal", role=Role.INTEGRATION, intake=_intake(policy, cut, seedling, draw))
    life = Life(policy, cut, opening, now, alike)
    said: list[str] = []
    if (counts or seedling.waits_for) and seedling.taken_up:
        life.take_up()
        said.append("Its owner has taken it up and called the client back.")
    for name, times in counts.items():
        said.append(_happen(life, cut, name, times))
    if seedling.waits_for:
        life.wait_for(seedling.waits_for)
    return life, tuple(said)


def counted(wanted: Wanted) -> int:
    """How often something has to happen."""
    numbers = [value for value in wanted.among or () if isinstance(value, int)]
    return max([wanted.least or 0, *numbers])


def _happen(life: Life, cut: Slice, name: str, times: int) -> str:
    tier = life.ticket.tier
    match name:
        case "recurrences":
            life.recur()
            days = cut.recurs_within.days
            others = "1 other ticket" if times == 2 else f"{times - 1} other tickets"
            return f"{others} of this client and category came to Tier 2 within {days} days."
        case "inbound_contacts":
            life.call(times)
            return f"The client has called {_often(times)} since."
        case "technicians":
            life.pass_on(times)
            return f"It was passed on within the tier; {times} technicians have had it by now."
        case "returns":
            life.come_back(times)
            return f"It was escalated and handed back {_often(times)}."
        case _:
            life.try_and_fail(times)
            steps = "One approved step was" if times == 1 else f"{times} approved steps were"
            return f"{steps} tried at Tier {tier}, and the fault is still there."


def _often(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _intake(policy: Policy, cut: Slice, seedling: Seedling, draw: Draw) -> Intake:
    way = seedling.way
    name = draw.one(_categories(policy, seedling))
    category = policy.categories[name]
    contact = draw.one([*policy.clients[cut.client.id].contacts, "New colleague"])
    wanted_vip = _says(way, "vip", wanted=True)
    users = counted(way["users_affected"]) + draw.number(3) if "users_affected" in way else 1
    scope = _of(way, "scope", draw, Scope.SEVERAL_USERS.value if users > 1 else Scope.ONE_USER.value)
    subject = draw.one(subjects(name))
    return Intake(
        client=cut.client.id,
        contact=Contact(name=contact, email=f"{contact.split()[0].lower()}@client.example", vip=wanted_vip),
        subject=subject,
        description=f"{subject}. It began this morning; nothing was changed that we know of.",
        kind=Kind(_of(way, "kind", draw, Kind.INCIDENT.value)),
        category=name,
        urgency=1 + draw.number(3),
        scope=Scope(scope),
        flags=_flags(policy, way, category, draw),
        facts=IntakeFacts(
            affected_systems=(name.partition(".")[0],),
            error_messages=subject,
            users_affected=users if scope in ("one_user", "several_users") else max(users, 20),
            recent_changes="none known",
            steps_attempted="restarted once",
        ),
        required_skill=_beyond_skill(policy, category, draw) if "skill_beyond_tier" in way else None,
        needed_access=_beyond_access(policy, cut, category, draw) if "access_beyond_tier" in way else None,
    )


def _categories(policy: Policy, seedling: Seedling) -> list[str]:
    """Those that fit; where none does, every one: the rules say in the end what came of it."""
    way = seedling.way
    among = way["category"].among if "category" in way else None
    tiers = {seedling.tier} if seedling.tier else way["tier"].among if "tier" in way else None
    tiers = {1} if tiers is None and "returns" in way else tiers  # from there it can go up for a reason of the policy
    named = [name for name in policy.categories if among is None or name in among]
    fit = [name for name in named if tiers is None or policy.categories[name].tier in tiers]
    if _says(way, "beyond_scope", wanted=True):
        fit = [name for name in fit if _outside(policy, name)] or fit
    if among is None and "emergency_category" not in way:
        fit = [name for name in fit if not policy.categories[name].emergency] or fit
    return fit or named or list(policy.categories)


def _outside(policy: Policy, name: str) -> bool:
    may = policy.scope[policy.categories[name].tier].may
    return not any(fnmatchcase(name, pattern) for pattern in may)


def _flags(policy: Policy, way: Way, category: Category, draw: Draw) -> tuple[Flag, ...]:
    flags = [Flag(str(flag)) for flag in sorted(map(str, way["flags"].flags))] if "flags" in way else []
    signs = policy.scope[category.tier].must_escalate
    if _says(way, "must_escalate", wanted=True) and signs:
        flags.append(draw.one(signs))
    if draw.number(4) == 0:
        flags.append(Flag.CRITICAL_ASSET)  # it reaches further, and moves nothing
    return tuple(dict.fromkeys(flags))


def _beyond_skill(policy: Policy, category: Category, draw: Draw) -> str | None:
    held = policy.scope[category.tier].skills
    above = sorted({s for tier, at in policy.scope.items() if tier > category.tier for s in at.skills} - {*held})
    return draw.one(above) if above else None


def _beyond_access(policy: Policy, cut: Slice, category: Category, draw: Draw) -> str | None:
    above = sorted(access_of(cut, max(policy.scope)) - access_of(cut, category.tier))
    return draw.one(above) if above else None


def _of(way: Mapping[str, Wanted], name: str, draw: Draw, default: str) -> str:
    values = sorted(map(str, way[name].among or ())) if name in way else []
    return draw.one(values) if values else default


def _says(way: Way, name: str, *, wanted: bool) -> bool:
    return name in way and wanted in (way[name].among or set())
