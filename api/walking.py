"""A decision tree walked on a ticket: the answers are a person's, the tree and the way through it are the library's."""

from api.patience import patiently
from api.services import Services
from escalation.commands import WalkTree
from escalation.errors import UnknownName
from escalation.library import RevisionState
from escalation.library.documents import DecisionTree
from escalation.library.tree import walk


async def walked(services: Services, command: WalkTree) -> WalkTree:
    """The command with the way that its answers lead through the published tree, whatever the body says of it.

    UnknownName for a tree that is not published, and for an answer that it does not have.
    """
    name = command.tree.strip()
    if not name:
        return command.model_copy(update={"walked": None})  # the ticket itself says what is missing
    found = await patiently(services.library.one, name)
    if found is None or found.state is not RevisionState.PUBLISHED or not isinstance(found.document, DecisionTree):
        raise UnknownName(f"No decision tree {name!r} is published.", field="tree", value=name)
    way = walk(found.document.tree, command.answers)
    return command.model_copy(update={"tree": name, "revision": found.revision, "walked": way})
