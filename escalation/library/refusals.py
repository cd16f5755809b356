"""Why the library says no."""

from escalation.errors import Refusal


class DocumentChanged(Refusal, code="document_changed"):
    """Somebody changed the document since; look at what `newest` says and edit that."""


class DocumentExists(Refusal, code="document_exists"):
    """There is a document of this id; a change of it says which revision it is based on."""


class DocumentUnsound(Refusal, code="document_unsound"):
    """The document is not fit to be published; `errors` names every fault."""


class NotInState(Refusal, code="document_state"):
    """The revision is not in the state from which this can be done."""


class OwnApproval(Refusal, code="own_approval"):
    """Nobody but the service manager approves what they wrote themselves."""


class DocumentInUse(Refusal, code="document_in_use"):
    """The policy or another document counts on it; change that first."""


class UnknownDocument(Refusal, code="unknown_document"):
    """There is no such document, or no such revision of it."""


class KeyUsed(Exception):
    """The key of a request made another revision before."""
