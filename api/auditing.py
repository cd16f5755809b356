"""Audits, made, read, judged and acted on: the same for the API and for the console."""

from base64 import b64encode
from hashlib import sha256
from typing import Literal

from pydantic import AwareDatetime

from api.callers import leads
from api.faults import Forbidden, InvalidRequest, NotFound
from api.services import Services
from escalation.audit.actions import Action, NewAction
from escalation.audit.monthly import MonthlyAudit
from escalation.audit.paper import STYLE, Paper
from escalation.audit.record import AuditRecord
from escalation.audit.record_text import headline
from escalation.audit.record_text import paper as paper_of
from escalation.audit.verdicts import Judged, Section, Verdict, judged, seen_by
from escalation.audit.window import AuditKind, Window
from escalation.ports import Token
from escalation.terms import Facts, Role

READERS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR})
"""Who reads audits and judges what they put before people."""
_NO_AUDIT = "There is no audit of this name."
NOTHING_RUNS = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
"""What an audit's page to print may load: its own styles and nothing else."""


class AuditLine(Facts):
    """An audit in short."""

    id: str
    kind: AuditKind
    window: Window
    made_by: str
    made_at: AwareDatetime
    headline: str

    @classmethod
    def of(cls, record: AuditRecord) -> "AuditLine":
        """The line of a record."""
        said = record.model_dump(include=set(cls.model_fields))
        return cls.model_validate(said | {"headline": headline(record)})


class AuditDocument(AuditRecord):
    """An audit with what was said of it and is done about it; `judged` of a monthly one.

    Verdicts of others on the sample are shown once both raters have given theirs.
    """

    headline: str
    judged: Judged | None = None
    verdicts: tuple[Verdict, ...] = ()
    actions: tuple[Action, ...] = ()


def reads(token: Token) -> None:
    """Raise Forbidden for a role that has nothing to do with audits."""
    if token.role not in READERS:
        raise Forbidden("A team lead, a service manager or an auditor may do this.", role=token.role.value)


def make(services: Services, token: Token, kind: AuditKind, window: Window | None) -> AuditRecord:
    """The audit of the window, or of the last whole one; one that is there already stays as it is."""
    leads(token)
    return services.audits.make(kind, window, by=token.person, at=services.now())


def one(services: Services, token: Token, audit: str) -> AuditDocument:
    """An audit in full; NotFound for none of this name."""
    reads(token)
    return document(services, token, record(services, audit))


def record(services: Services, audit: str) -> AuditRecord:
    """An audit as it was made; NotFound for none of this name."""
    found = services.audits.record(audit)
    if found is None:
        raise NotFound(_NO_AUDIT)
    return found


def document(services: Services, token: Token, found: AuditRecord) -> AuditDocument:
    """The audit with verdicts and actions, as far as this rater may see them."""
    given = services.audits.verdicts(found.id)
    return AuditDocument(
        **dict(found),
        headline=headline(found),
        judged=judged(found.said, given) if isinstance(found.said, MonthlyAudit) else None,
        verdicts=seen_by(token.person, given),
        actions=tuple(services.audits.actions(found.id)),
    )


def paper(services: Services, token: Token, audit: str) -> Paper:
    """The audit to be read or printed."""
    reads(token)
    found = record(services, audit)
    given = seen_by(token.person, services.audits.verdicts(audit))
    return paper_of(found, given, services.audits.actions(audit))


def judge(services: Services, token: Token, audit: str, section: Section, item: str, verdict: str, reason: str) -> None:
    """Keep what its rater says of one item; two raters judge the sample, each alone."""
    reads(token)
    said = Verdict(section=section, item=item, verdict=verdict, reason=reason, rater=token.person, at=services.now())
    try:
        services.audits.judge(audit, said)
    except KeyError:
        raise NotFound(_NO_AUDIT) from None


def act(services: Services, token: Token, audit: str, new: NewAction) -> Action:
    """Begin an action because of an audit; the same one again is not begun twice."""
    leads(token)
    try:
        return services.audits.act(audit, new, by=token.person, at=services.now())
    except KeyError:
        raise NotFound(_NO_AUDIT) from None


def end(services: Services, token: Token, number: int, state: Literal["done", "dropped"], note: str) -> Action:
    """Say that an action is done, or dropped."""
    leads(token)
    try:
        return services.audits.end(number, state, note=note, by=token.person, at=services.now())
    except KeyError:
        raise NotFound("There is no action of this number.") from None


def window_of(since: AwareDatetime | None, until: AwareDatetime | None) -> Window | None:
    """The window between both; None for none; InvalidRequest for half of one."""
    if (since is None) != (until is None):
        missing = "to" if until is None else "from"
        errors = [{"field": missing, "message": "A window has two ends."}]
        raise InvalidRequest("Name both ends of a window, or none.", errors=errors)
    return Window(since=since, until=until) if since and until else None
