"""Decision trees for tests: one that a desk could work by, and random ones without a fault."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from escalation.library.tree import Question, Tree
from escalation.library.tree_check import Names

OFFLINE: dict[str, Any] = {
    "start": "others",
    "nodes": {
        "others": {"question": "Is anybody else offline?", "answers": {"Yes": "how_many", "No": "cable"}},
        "how_many": {"question": "How many?", "answers": {"The whole office": "office", "A few": "several"}},
        "cable": {"question": "Does another cable help?", "answers": {"Yes": "done", "No": "sop"}},
        "office": {"escalate": "I1", "tier": 2},
        "several": {"escalate": "I2", "tier": 2},
        "done": {"resolve": "Keep the new cable, and tell the site."},
        "sop": {"sop": "SOP-03"},
    },
}
NAMES = Names(
    triggers={"I1": frozenset({2}), "I2": frozenset({2}), "E1": frozenset({3})},
    reasons=frozenset({"knowledge"}),
    sops=frozenset({"SOP-03"}),
)
_LEAVES: list[dict[str, Any]] = [
    {"resolve": "Restart it."},
    {"escalate": "E1", "tier": 3},
    {"escalate": "knowledge", "tier": 2},
    {"sop": "SOP-03"},
]


def tree(**nodes: Any) -> Tree:
    """OFFLINE with these nodes added or in place of its own; None takes one away."""
    kept = {name: node for name, node in (OFFLINE["nodes"] | nodes).items() if node is not None}
    return Tree.model_validate({"start": OFFLINE["start"], "nodes": kept})


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Sound trees, whose questions may share what follows: every node is led to, and answers only lead ahead."""
    asked = draw(st.integers(0, 5))
    last = asked + draw(st.integers(1, 4))
    leads = {n: [n + 1, *draw(st.lists(st.integers(n + 1, last), min_size=1, max_size=2))] for n in range(asked)}
    labels = ("Yes", "No", "Not sure", "Later")
    nodes: dict[str, Any] = {}
    for n in range(last + 1):
        answers = {label: f"node-{to}" for label, to in zip(labels, leads.get(n, ()), strict=False)}
        leaf = draw(st.sampled_from(_LEAVES))
        nodes[f"node-{n}"] = {"question": f"Question {n}?", "answers": answers} if n < asked else leaf
    reached = {"node-0", *(to for node in nodes.values() for to in node.get("answers", {}).values())}
    return Tree.model_validate({"start": "node-0", "nodes": {n: node for n, node in nodes.items() if n in reached}})


def ways(tree: Tree) -> Iterator[tuple[str, ...]]:
    """The answers of every way from the start to a leaf."""
    ahead: list[tuple[str, tuple[str, ...]]] = [(tree.start, ())]
    while ahead:
        at, said = ahead.pop()
        node = tree.nodes[at]
        if not isinstance(node, Question):
            yield said
            continue
        ahead += [(to, (*said, label)) for label, to in node.answers.items()]
