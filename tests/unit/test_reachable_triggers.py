"""What the check calls reachable can be made to fire, what it calls unreachable cannot, and explain says the same."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from escalation.explain import explain
from escalation.firing import reactions
from escalation.firings import firing
from escalation.lifecycle import tier_stage
from escalation.lint.triggers import trigger_problems
from escalation.policy import Slice, Trigger
from escalation.situation import Situation
from escalation.terms import SYSTEM, Flag, Kind, Priority, Scope
from escalation.ticket import Ticket
from escalation.triggers import All, Any, Condition, Test
from tests.unit.rules.story import FACTS, MONDAY, POLICY, Story, policy_of

CATEGORIES = ("identity.lockout_mfa", "network.firewall", "security.alert", "outage.site", "vendor.coordination")
FLAGS = (Flag.SERVER_SIDE, Flag.VENDOR_NEEDED, Flag.RECURRING, Flag.ACTIVE_BREACH)
COUNTS = ("users_affected", "failed_attempts", "inbound_contacts", "technicians", "returns", "recurrences")
DERIVED = ("beyond_scope", "must_escalate", "emergency_category", "access_beyond_tier", "skill_beyond_tier")
ACCESS, SKILLS = (None, "firewall_rw", "tenant_admin"), (None, "firewall", "security_ir")


TESTS = st.one_of(
    st.builds(Test, field=st.just("category"), value=st.sampled_from(CATEGORIES)),
    st.builds(Test, field=st.just("tier"), value=st.integers(0, 4)),
    st.builds(Test, field=st.just("tier"), op=st.sampled_from(["at_least", "more_than"]), value=st.integers(1, 3)),
    st.builds(Test, field=st.just("flags"), op=st.just("has"), value=st.sampled_from([flag.value for flag in FLAGS])),
    st.builds(Test, field=st.just("flags"), op=st.just("has_any"), value=st.just(("server_side", "vendor_needed"))),
    st.builds(Test, field=st.sampled_from(COUNTS), value=st.integers(0, 3)),
    st.builds(Test, field=st.sampled_from(COUNTS), op=st.just("at_least"), value=st.integers(0, 3)),
    st.builds(Test, field=st.sampled_from([*DERIVED, *DERIVED, "vip"]), value=st.booleans()),
    st.builds(Test, field=st.just("priority"), value=st.sampled_from([p.value for p in Priority])),
    st.builds(Test, field=st.just("kind"), value=st.sampled_from([k.value for k in Kind])),
    st.builds(Test, field=st.just("scope"), op=st.just("in"), value=st.just(("one_user", "whole_office"))),
)
CONDITIONS: st.SearchStrategy[Condition] = st.one_of(
    TESTS,
    st.builds(lambda parts: All(all=tuple(parts)), st.lists(TESTS, min_size=2, max_size=4)),
    st.builds(
        lambda parts, more: All(all=(Any(any=tuple(parts)), more)), st.lists(TESTS, min_size=2, max_size=2), TESTS
    ),
)


@st.composite
def triggers(draw: st.DrawFn) -> Trigger:
    """A trigger that moves to a tier, or tells somebody."""
    when = draw(CONDITIONS)
    said: dict[str, object] = {"id": "X1", "class": "complexity", "when": when.model_dump(), "says": "Made up"}
    if draw(st.booleans()):
        return Trigger.model_validate(
            said | {"kind": "functional", "to": {"tier": draw(st.sampled_from([2, 3, "+1"]))}}
        )
    return Trigger.model_validate(said | {"kind": "hierarchical", "mode": "inform", "to": {"role": "service_manager"}})


def called_unreachable(trigger: Trigger) -> bool:
    policy = POLICY.model_copy(update={"triggers": (trigger,), "tier_three_entry": ()})
    return any("never reached" in problem.message for problem in trigger_problems(policy))


def candidates(trigger: Trigger) -> Iterator[Ticket]:
    """Tickets that differ in whatever the condition looks at."""
    base = Story().open().ticket.model_copy(update={"fired": (), "inbound_contacts": 0, "technicians": ()})
    asked = set(fields(trigger.when))

    def choice(*names: str, of: tuple[object, ...]) -> tuple[object, ...]:
        return of if asked & set(names) else of[:1]

    signs = choice("flags", "must_escalate", of=tuple(each for n in range(5) for each in combinations(FLAGS, n)))
    kinds_of_fault = choice("category", "beyond_scope", "emergency_category", of=CATEGORIES)
    for tier, category, flags, access, skill, vip, priority, kind, known in product(
        (1, 2, 3), kinds_of_fault, signs,
        choice("access_beyond_tier", of=ACCESS), choice("skill_beyond_tier", of=SKILLS),
        choice("vip", of=(False, True)), choice("priority", of=tuple(Priority)), choice("kind", of=tuple(Kind)),
        choice("beyond_scope", of=(None, "KI-1")),
    ):  # fmt: skip
        like = {
            "stage": tier_stage(tier), "category": category, "flags": flags, "needed_access": access, "vip": vip,
            "required_skill": skill, "priority": priority, "kind": kind, "known_issue": known, "scope": Scope.ONE_USER,
        }  # fmt: skip
        yield base.model_copy(update=like)


def counted(ticket: Ticket, trigger: Trigger) -> Iterator[Ticket]:
    """The ticket with each count that the condition looks at, from none to four."""
    asked = [name for name in COUNTS if name in set(fields(trigger.when))]
    for numbers in product(range(5), repeat=len(asked)):
        count = dict(zip(asked, numbers, strict=True))
        like: dict[str, object] = {
            n: v for n, v in count.items() if n in ("failed_attempts", "inbound_contacts", "returns")
        }
        like["facts"] = FACTS.model_copy(update={"users_affected": count.get("users_affected", 1)})
        like["technicians"] = tuple(f"p{n}" for n in range(count.get("technicians", 0)))
        if "recurrences" in count and count["recurrences"] < 1:
            continue
        like["alike"] = tuple(f"T-{n}" for n in range(count.get("recurrences", 1) - 1))
        yield ticket.model_copy(update=like)


def fields(condition: Condition) -> Iterator[str]:
    match condition:
        case Test():
            yield condition.field
        case All(all=parts) | Any(any=parts):
            for part in parts:
                yield from fields(part)


def fires(ticket: Ticket, policy: Slice) -> bool:
    events = reactions(Situation(ticket, policy, MONDAY, SYSTEM))
    return any(each.trigger == "X1" for event in events if (each := firing(event, ticket.stay)))


def witness(trigger: Trigger) -> Ticket | None:
    """A ticket on which the trigger fires; None if none of the candidates is one."""
    policy = alone(trigger)
    found = (each for like in candidates(trigger) for each in counted(like, trigger))
    return next((ticket for ticket in found if fires(ticket, policy)), None)


def alone(trigger: Trigger) -> Slice:
    return policy_of().model_copy(update={"triggers": (trigger,)})


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(triggers())
def test_r20_a_trigger_fires_on_some_ticket_exactly_if_the_check_calls_it_reachable(trigger: Trigger) -> None:
    ticket = witness(trigger)
    assert (ticket is None) is called_unreachable(trigger), f"{trigger.when} to {trigger.to}: {ticket and ticket.stage}"
    if ticket is None:
        return
    explained = explain(ticket, alone(trigger), MONDAY)
    (said,) = [each for each in explained.triggers if each.id == "X1"]
    assert (said.state, said.needs) == ("holds", ())
    if trigger.mode == "move":
        assert explained.ruling.winner == "X1"


@cache
def _met() -> frozenset[bool]:
    met: set[bool] = set()

    @settings(max_examples=150, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(triggers())
    def look(trigger: Trigger) -> None:
        met.add(called_unreachable(trigger))

    look()
    return frozenset(met)


@pytest.mark.parametrize("unreachable", [True, False])
def test_the_triggers_that_are_tried_are_of_both_sorts(unreachable: bool) -> None:
    assert unreachable in _met()
