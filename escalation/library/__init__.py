"""The documents to work by: SOPs, runbooks, checklists, known issues, vendor contacts, messages, decision trees.

A document is Markdown with what machines read of it in its front matter. Its revisions never change: a revision is a
draft, is approved, published and in the end retired. stores/library.py keeps them, lint/documents.py holds them to
form, lint/sops.py holds SOPs to the policy, markdown.py writes them as text and staleness.py says which are in doubt.
"""

from escalation.library.documents import (
    DOCUMENT,
    MOST_BODY,
    AnyDocument,
    Checklist,
    DecisionTree,
    DocumentKind,
    KnownIssue,
    MessageTemplate,
    Runbook,
    Sop,
    Step,
    VendorContact,
    VendorPerson,
    Written,
)
from escalation.library.revisions import Draft, Mark, Revision, RevisionState, Wanted, may_see
from escalation.library.tree import Tree

__all__ = [
    "DOCUMENT",
    "MOST_BODY",
    "AnyDocument",
    "Checklist",
    "DecisionTree",
    "DocumentKind",
    "Draft",
    "KnownIssue",
    "Mark",
    "MessageTemplate",
    "Revision",
    "RevisionState",
    "Runbook",
    "Sop",
    "Step",
    "Tree",
    "VendorContact",
    "VendorPerson",
    "Wanted",
    "Written",
    "may_see",
]
