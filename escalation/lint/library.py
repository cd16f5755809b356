"""Whether documents may be published beside those that are, or one of them be taken away, under a policy."""

from collections.abc import Iterator, Mapping, Sequence

from escalation.library.documents import AnyDocument, DecisionTree, DocumentKind, Sop
from escalation.library.refusals import DocumentInUse, DocumentUnsound
from escalation.library.tree import SopLeaf
from escalation.library.tree_check import Names, faults
from escalation.lint.documents import form_problems, link_problems, links_of, name_problems
from escalation.lint.findings import Problem, listed
from escalation.lint.sops import contradictions, uncovered
from escalation.policy import Policy

Documents = Mapping[str, AnyDocument]
_MOST_TOLD = 50


def document_problems(document: AnyDocument, among: Documents, policy: Policy) -> list[Problem]:
    """Everything that is wrong with one document; `among` are all those that would be published."""
    return [
        *form_problems(document),
        *name_problems(document, policy),
        *link_problems(document, {name: DocumentKind(each.kind) for name, each in among.items()}),
        *_of_kind(document, among, policy),
    ]


def lost_paths(policy: Policy, before: Documents, after: Documents) -> list[Problem]:
    """The escalation paths that had an SOP before and would have none after."""
    had = set(uncovered(policy, sops_of(before)))
    return [Problem(*each) for each in uncovered(policy, sops_of(after)) if each not in had]


def sops_of(documents: Documents) -> dict[str, Sop]:
    """The SOPs among them."""
    return {name: each for name, each in documents.items() if isinstance(each, Sop)}


def judge_publication(policy: Policy, documents: Sequence[AnyDocument], published: Documents) -> None:
    """Raise DocumentUnsound with every fault of documents that are about to be published."""
    after = {**published, **{each.id: each for each in documents}}
    found = [
        Problem(f"{each.id}.{problem.path}", problem.message)
        for each in documents
        for problem in document_problems(each, after, policy)
    ] + lost_paths(policy, published, after)
    if found:
        first = "; ".join(f"{path}: {message}" for path, message in found[:3])
        errors = [{"field": path, "message": message} for path, message in found[:_MOST_TOLD]]
        raise DocumentUnsound(f"Not fit to be published, first of all {first}.", errors=errors)


def judge_retirement(policy: Policy, document: AnyDocument, published: Documents) -> None:
    """Raise DocumentInUse where the policy or another published document counts on this one."""
    after = {name: each for name, each in published.items() if name != document.id}
    users = [each.id for each in after.values() if document.id in (*links_of(each), *_leaves_of(each))]
    left = [*users, *(path for path, _ in lost_paths(policy, published, after))]
    if left:
        raise DocumentInUse(f"{listed(left)} would be left without {document.id}.", used_by=left)


def _of_kind(document: AnyDocument, among: Documents, policy: Policy) -> Iterator[Problem]:
    match document:
        case Sop():
            yield from (Problem(each.where, each.message) for each in contradictions(policy, [document]))
        case DecisionTree():
            names = Names.of(policy, frozenset(sops_of(among)))
            yield from (Problem(f"tree.nodes.{each.node}", each.message) for each in faults(document.tree, names))
        case _:
            pass


def _leaves_of(document: AnyDocument) -> tuple[str, ...]:
    if not isinstance(document, DecisionTree):
        return ()
    return tuple(node.sop for node in document.tree.nodes.values() if isinstance(node, SopLeaf))
