"""Who may do what with a document, and what is looked at before it is done."""

from functools import partial

from api.callers import leads_library
from api.faults import Forbidden, InvalidRequest, KeyReused
from api.services import Services
from escalation.library.documents import AnyDocument
from escalation.library.markdown import written
from escalation.library.refusals import KeyUsed, UnknownDocument
from escalation.library.revisions import Draft, Revision, may_see
from escalation.lint.findings import Problem
from escalation.lint.library import document_problems, judge_publication, judge_retirement
from escalation.ports import Token
from escalation.terms import Role

_WRITERS = frozenset({Role.TECHNICIAN, Role.DISPATCHER, Role.TEAM_LEAD, Role.SERVICE_MANAGER})


def seen(services: Services, token: Token, document: str, revision: int | None = None) -> Revision:
    """The revision; UnknownDocument also for one about clients that the token is not for."""
    found = services.library.one(document, revision) if document.isprintable() else None
    if found is None or not may_see(found.document.clients, token.clients):
        raise UnknownDocument("There is no such document, or no such revision of it.", document=document)
    return found


def revisions(services: Services, token: Token, document: str) -> list[Revision]:
    """Every revision that the caller may see, the newest first; UnknownDocument for none."""
    seen(services, token, document)
    found = services.library.revisions(document)
    return [each for each in found if may_see(each.document.clients, token.clients)]


def judge_draft(token: Token, document: AnyDocument | None = None) -> None:
    """Raise Forbidden for a role that writes no documents, or for a document of other clients."""
    if token.role not in _WRITERS:
        raise Forbidden("This role reads documents and writes none.", role=token.role.value)
    if document is not None:
        _its_own(token, document)


def judge_decision(token: Token, document: AnyDocument) -> None:
    """Raise Forbidden for a role that decides nothing about documents, or for a document of other clients."""
    leads_library(token)
    _its_own(token, document)


def draft(
    services: Services,
    token: Token,
    document: AnyDocument,
    note: str,
    based_on: int | None,
    key: str | None,
    text: str = "",
) -> Revision:
    """Write the next revision in the caller's name, once for each key; `text` is the file, where people wrote one."""
    judge_draft(token, document)
    said = Draft(
        document=document,
        text=text or written(document),
        author=token.person,
        at=services.now(),
        based_on=based_on,
        note=note,
        asked=key and f"{token.person}/{key}",
    )
    try:
        return services.library.draft(said)
    except KeyUsed:
        raise KeyReused("This key was used for another document.") from None


def decides(services: Services, token: Token, document: str, revision: int | None = None) -> Revision:
    """The revision, for somebody who may decide on it."""
    found = seen(services, token, document, revision)
    judge_decision(token, found.document)
    return found


def check(services: Services, token: Token, document: AnyDocument) -> list[Problem]:
    """Every fault that publishing the document now would find."""
    published = {
        name: each for name, each in services.library.published().items() if may_see(each.clients, token.clients)
    }
    return document_problems(document, {**published, document.id: document}, services.policies.current())


def publish(services: Services, token: Token, document: str, revision: int) -> Revision:
    """Publish under the current policy."""
    judge = partial(judge_publication, services.policies.current())
    return services.library.publish(document, revision, judge, by=token.person, at=services.now())


def retire(services: Services, document: str) -> Revision:
    """Retire under the current policy."""
    return services.library.retire(document, partial(judge_retirement, services.policies.current()), at=services.now())


def same_id(document: str, said: AnyDocument) -> None:
    """Raise InvalidRequest where the path names another document than the body."""
    if said.id != document:
        fault = {"field": "document.id", "message": f"is {said.id}, and the path says {document}"}
        raise InvalidRequest("A document keeps its id.", errors=[fault])


def _its_own(token: Token, document: AnyDocument) -> None:
    """A token for some clients changes documents that are for these alone."""
    if token.clients is not None and not (document.clients and set(document.clients) <= set(token.clients)):
        raise Forbidden("This token changes documents of its own clients alone.", clients=list(token.clients))
