"""A decision tree as nested lists: every node once, and after that a reference to where it stands."""

from dataclasses import dataclass

from escalation.library.tree import Leaf, Question, Tree


@dataclass(frozen=True)
class Branch:
    """What an answer leads to; `again`: it is drawn further up; without node: there is none of this name."""

    answer: str
    name: str
    node: Question | Leaf | None
    again: bool = False
    branches: tuple["Branch", ...] = ()

    @property
    def question(self) -> str:
        """What is asked here; empty where nothing is."""
        return self.node.question if isinstance(self.node, Question) else ""


def branches_of(tree: Tree) -> Branch:
    """The tree from its start on; one that is no tree yet, as a draft may be, is drawn as far as it goes."""
    return _branch(tree, "", tree.start, set())


def _branch(tree: Tree, answer: str, name: str, drawn: set[str]) -> Branch:
    node = tree.nodes.get(name)
    if name in drawn or not isinstance(node, Question):
        return Branch(answer, name, node, again=isinstance(node, Question))
    drawn.add(name)
    below = tuple(_branch(tree, label, to, drawn) for label, to in node.answers.items())
    return Branch(answer, name, node, branches=below)
