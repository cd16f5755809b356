"""A decision tree as data: questions with labelled answers, and leaves that say what to do. Walking one is pure.

tree_check.py finds what is wrong with a tree, tree_diagram.py draws one.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, StringConstraints, Tag

from escalation.errors import UnknownName
from escalation.terms import Facts, Name, Tier

MOST_NODES = 200
_SAYS = {True: "yes", False: "no"}  # what YAML makes of an answer without quotes


def _labelled(answers: object) -> object:
    if not isinstance(answers, Mapping):
        return answers
    said = {_SAYS[label] if isinstance(label, bool) else str(label): to for label, to in answers.items()}
    if len(said) < len(answers):
        raise ValueError("two answers read alike")
    return said


Label = Annotated[str, StringConstraints(pattern=r"\S", max_length=60)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class _Node(Facts):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(_Node):
    """What to look at or ask, and to which node each answer leads."""

    question: Said
    answers: Annotated[dict[Label, Name], BeforeValidator(_labelled)]


class ResolveLeaf(_Node):
    """The end: do this, and the ticket is solved here."""

    resolve: Said


class EscalateLeaf(_Node):
    """The end: up to `tier`, by a trigger or for a coded reason of the policy."""

    escalate: Name
    tier: Tier = Field(ge=2, le=3)


class SopLeaf(_Node):
    """The end: go on with this document."""

    sop: Name


_KINDS: dict[str, type[_Node]] = {
    "question": Question,
    "resolve": ResolveLeaf,
    "escalate": EscalateLeaf,
    "sop": SopLeaf,
}


def _kind(node: object) -> str | None:
    """Which kind of node this is, of data or of a model; None for neither."""
    if isinstance(node, Mapping):
        return next((kind for kind in _KINDS if kind in node), None)
    return next((kind for kind, model in _KINDS.items() if isinstance(node, model)), None)


Leaf = ResolveLeaf | EscalateLeaf | SopLeaf
Node = Annotated[
    Annotated[Question, Tag("question")]
    | Annotated[ResolveLeaf, Tag("resolve")]
    | Annotated[EscalateLeaf, Tag("escalate")]
    | Annotated[SopLeaf, Tag("sop")],
    Discriminator(
        _kind,
        custom_error_type="node_kind",
        custom_error_message="a node asks a question, or says resolve, escalate or sop",
    ),
]


class Tree(_Node):
    """Nodes by their ids, and the one to begin with."""

    start: Name
    nodes: dict[Name, Node] = Field(min_length=1, max_length=MOST_NODES)


class Step(Facts):
    """One question as it was answered, in the words of the tree."""

    node: Name
    question: str
    answer: Label


class Walk(Facts):
    """The way through a tree so far: where it stands, and the leaf or the choices that it has there."""

    steps: tuple[Step, ...] = ()
    node: Name
    leaf: Leaf | None = None
    question: str | None = None
    choices: tuple[Label, ...] = ()


def same(label: str) -> str:
    """What two answers that read alike have in common: neither case nor spaces tell them apart."""
    return " ".join(label.split()).casefold()


def walk(tree: Tree, answers: Sequence[str]) -> Walk:
    """The way that these answers lead, to a leaf or to the next question. Pure: same answers, same leaf.

    UnknownName, with the choices, for an answer that the question does not have or that nothing asks for.
    """
    steps: list[Step] = []
    at = tree.start
    for answer in answers:
        step, to = _answered(at, tree.nodes[at], answer)
        steps.append(step)
        at = to
    node = tree.nodes[at]
    if isinstance(node, Question):
        return Walk(steps=tuple(steps), node=at, question=node.question, choices=tuple(node.answers))
    return Walk(steps=tuple(steps), node=at, leaf=node)


def _answered(at: str, node: Question | Leaf, answer: str) -> tuple[Step, str]:
    """The step that this answer is, and the node that it leads to."""
    if not isinstance(node, Question):
        raise _unknown(at, answer, [], "nothing more is asked")
    for label, to in node.answers.items():
        if same(label) == same(answer):
            return Step(node=at, question=node.question, answer=label), to
    raise _unknown(at, answer, list(node.answers), f"the answers are {', '.join(node.answers)}")


def _unknown(at: str, answer: str, choices: list[str], there: str) -> UnknownName:
    said = answer[:60]
    return UnknownName(f"{said!r} is no answer at {at}: {there}.", field=at, value=said, choices=choices)
