"""A decision tree as a Mermaid diagram: the same tree always gives the same text."""

from collections import deque
from collections.abc import Iterator

from escalation.library.tree import EscalateLeaf, Question, ResolveLeaf, SopLeaf, Tree

_UNSAFE = str.maketrans({character: f"#{ord(character)};" for character in '"#;<>&`[](){}|\\'})


def diagram(tree: Tree) -> str:
    """A Mermaid flowchart from the start down; the order in which the nodes were written does not matter.

    Of a tree without faults. What people wrote stands in quotes, with every sign that Mermaid or HTML reads escaped.
    """
    return "\n".join(["flowchart TD", *_lines(tree)]) + "\n"


def _lines(tree: Tree) -> Iterator[str]:
    marks = {tree.start: "n1"}
    ahead = deque([tree.start])
    while ahead:
        name = ahead.popleft()
        node = tree.nodes[name]
        yield f"    {marks[name]}{_shape(node)}"
        if not isinstance(node, Question):
            continue
        for label, to in node.answers.items():
            if to not in marks:
                marks[to] = f"n{len(marks) + 1}"
                ahead.append(to)
            yield f"    {marks[name]} -->|{_quoted(label)}| {marks[to]}"


def _shape(node: Question | ResolveLeaf | EscalateLeaf | SopLeaf) -> str:
    match node:
        case Question(question=asked):
            return f"{{{_quoted(asked)}}}"
        case ResolveLeaf(resolve=what):
            return f"[{_quoted(f'Resolve: {what}')}]"
        case EscalateLeaf(escalate=by, tier=tier):
            return f"[{_quoted(f'Escalate to Tier {tier}: {by}')}]"
        case SopLeaf(sop=sop):
            return f"[{_quoted(f'Go on with {sop}')}]"


def _quoted(said: str) -> str:
    return f'"{" ".join(said.split()).translate(_UNSAFE)}"'
