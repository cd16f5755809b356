"""A decision tree walked on the page: one question at a time, the answers so far in the address."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from api.console.ticket.acts import leaf_words
from api.console.ticket.reading import Look
from escalation.errors import UnknownName
from escalation.library import DecisionTree, Revision
from escalation.library.tree import EscalateLeaf, SopLeaf, Walk, walk


class Asked(NamedTuple):
    """Where a walk stands: the way so far, and the next question or the leaf."""

    tree: Revision
    answers: tuple[str, ...]
    way: Walk

    @property
    def advice(self) -> str:
        """What the leaf says."""
        said = leaf_words(self.way.leaf)
        return f"{said[:1].upper()}{said[1:]}"

    @property
    def up(self) -> str:
        """The reason to escalate for, where the leaf says so."""
        return self.way.leaf.escalate if isinstance(self.way.leaf, EscalateLeaf) else ""

    @property
    def document(self) -> str:
        """The document to go on with, where the leaf names one."""
        return self.way.leaf.sop if isinstance(self.way.leaf, SopLeaf) else ""

    def answered(self, answer: str) -> str:
        """The address of the next step with this answer."""
        return way_to(self.tree.document.id, (*self.answers, answer))

    @property
    def back(self) -> str:
        """The address of the question before."""
        return way_to(self.tree.document.id, self.answers[:-1])


def asked(look: Look, tree: str, answers: Sequence[str]) -> Asked | None:
    """The walk so far; begun anew where the tree has changed under it, None for a tree that does not fit."""
    found = next((each for each in look.trees if each.document.id == tree), None)
    if found is None or not isinstance(found.document, DecisionTree):
        return None
    try:
        return Asked(found, tuple(answers), walk(found.document.tree, answers))
    except UnknownName:
        return Asked(found, (), walk(found.document.tree, ()))


def way_to(tree: str, answers: Sequence[str]) -> str:
    """What follows the ticket's address."""
    return "?" + urlencode([("walk", tree), *(("a", answer) for answer in answers)]) + "#tree"
