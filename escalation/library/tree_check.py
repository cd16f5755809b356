"""What is wrong with a decision tree, each fault with its node: ways that never end or lead nowhere, names unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from escalation.library.tree import EscalateLeaf, Question, SopLeaf, Tree, same
from escalation.policy import Policy, Trigger
from escalation.terms import Tier


class TreeFault(NamedTuple):
    """One thing that is wrong, and at which node."""

    node: str
    message: str


@dataclass(frozen=True)
class Names:
    """What the leaves of a tree may name: triggers with the tiers that each may lead to, coded reasons, documents."""

    triggers: Mapping[str, frozenset[Tier]] = field(default_factory=dict)
    reasons: frozenset[str] = frozenset()
    sops: frozenset[str] = frozenset()

    @classmethod
    def of(cls, policy: Policy, sops: frozenset[str]) -> "Names":
        """The names of a policy, and these documents."""
        moving = {trigger.id: _leads_to(trigger, policy) for trigger in policy.triggers if trigger.mode == "move"}
        moving[policy.auto_escalation.trigger] = frozenset({2})
        return cls(triggers=moving, reasons=frozenset(policy.manual_reasons), sops=sops)


def faults(tree: Tree, names: Names) -> list[TreeFault]:
    """Everything that is wrong with the tree, in its own order; empty if it may be published. Pure."""
    if tree.start not in tree.nodes:
        return [TreeFault(tree.start, "the tree begins here, and there is no such node")]
    return [*_answers(tree), *_cycles(tree), *_unreached(tree), *_leaves(tree, names)]


def _leads_to(trigger: Trigger, policy: Policy) -> frozenset[Tier]:
    tiers = {2, 3} if trigger.to.tier == "+1" else {trigger.to.tier}
    open_to = {2, 3} if trigger.id in policy.tier_three_entry else {2}
    return frozenset(tier for tier in tiers & open_to if isinstance(tier, int))


def _answers(tree: Tree) -> Iterator[TreeFault]:
    for name, node in tree.nodes.items():
        if not isinstance(node, Question):
            continue
        if len(node.answers) < 2:
            yield TreeFault(name, "a question needs two answers at least")
        seen: dict[str, str] = {}
        for label, to in node.answers.items():
            if same(label) in seen:
                yield TreeFault(name, f"the answers {seen[same(label)]!r} and {label!r} read alike")
            seen.setdefault(same(label), label)
            if to not in tree.nodes:
                yield TreeFault(name, f"the answer {label!r} leads to {to!r}, and there is no such node")


def _cycles(tree: Tree) -> Iterator[TreeFault]:
    """One fault for each answer that leads back, found depth first; the way round is named."""
    done: set[str] = set()
    for begin in tree.nodes:
        way: list[str] = []
        ahead = [(begin, False)]
        while ahead:
            name, left = ahead.pop()
            if left:
                done.add(way.pop())
            elif name in way:
                yield TreeFault(name, f"it leads back to itself: {' → '.join([*way[way.index(name) :], name])}")
            elif name not in done:
                way.append(name)
                ahead.append((name, True))
                ahead += [(to, False) for to in reversed(_next(tree, name))]


def _unreached(tree: Tree) -> Iterator[TreeFault]:
    reached: set[str] = set()
    ahead = [tree.start]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += _next(tree, name)
    yield from (TreeFault(name, "no answer leads here") for name in tree.nodes if name not in reached)


def _leaves(tree: Tree, names: Names) -> Iterator[TreeFault]:
    for name, node in tree.nodes.items():
        match node:
            case EscalateLeaf(escalate=by) if by not in names.triggers and by not in names.reasons:
                known = ", ".join(sorted({*names.triggers, *names.reasons})) or "none"
                yield TreeFault(name, f"there is no trigger and no coded reason {by!r}; known: {known}")
            case EscalateLeaf(escalate=by, tier=tier) if tier not in names.triggers.get(by, {2, 3}):
                there = " or ".join(f"Tier {each}" for each in sorted(names.triggers[by])) or "no tier above"
                yield TreeFault(name, f"{by} leads to {there}, not to Tier {tier}")
            case SopLeaf(sop=sop) if sop not in names.sops:
                yield TreeFault(name, f"there is no SOP {sop!r}; known: {', '.join(sorted(names.sops)) or 'none'}")
            case _:
                pass


def _next(tree: Tree, name: str) -> list[str]:
    """Where the answers of a node lead, as far as that is there; each once."""
    node = tree.nodes[name]
    return [to for to in dict.fromkeys(node.answers.values()) if to in tree.nodes] if isinstance(node, Question) else []
