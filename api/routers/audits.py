"""Audits: made, read in four forms, judged, and acted on. For those who lead and audit; about the whole desk."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.callers import DeskWide, Handed, leads
from api.faults import Forbidden, InvalidRequest, NotFound
from api.problems import responses
from api.services import Services
from api.words import Moment, Number, WordInPath
from escalation.audit.actions import Action, ActionState, NewAction
from escalation.audit.monthly import MonthlyAudit
from escalation.audit.paper import Paper, as_csv, as_markdown, as_page
from escalation.audit.record import AuditRecord
from escalation.audit.record_text import headline, paper
from escalation.audit.verdicts import Judged, Section, Verdict, judged, seen_by
from escalation.audit.window import AuditKind, Window
from escalation.ports import Token
from escalation.terms import Facts, Line, Role, Text

router = APIRouter(prefix="/audits", tags=["audits"])

_READERS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR})


class AuditLine(Facts):
    """An audit in short."""

    id: str
    kind: AuditKind
    window: Window
    made_by: str
    made_at: AwareDatetime
    headline: str


class AuditLines(Facts):
    """Audits, the latest window first."""

    audits: tuple[AuditLine, ...]


class AuditDocument(AuditRecord):
    """An audit with what was said of it and is done about it; `judged` of a monthly one.

    Verdicts of others on the sample are shown once both raters have given theirs.
    """

    headline: str
    judged: Judged | None = None
    verdicts: tuple[Verdict, ...] = ()
    actions: tuple[Action, ...] = ()


class Actions(Facts):
    """Actions, those due first at the head."""

    actions: tuple[Action, ...]


class AuditBody(BaseModel):
    """Which audit to make: of the last whole week, month or quarter, or of another window."""

    model_config = ConfigDict(extra="forbid")

    kind: AuditKind
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")


class VerdictBody(BaseModel):
    """What its rater says of one item; the words are in docs/audits.md."""

    model_config = ConfigDict(extra="forbid")

    section: Section = "sample"
    item: Line
    verdict: Line
    reason: Text = ""


class ActionBody(NewAction):
    """What is to be done, by whom and until when."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EndBody(BaseModel):
    """How an action ended."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["done", "dropped"]
    note: Text = ""


_READING = responses("forbidden", "not_found")


@router.get("", responses=responses("forbidden"))
def find(services: Handed, token: DeskWide, kind: AuditKind | None = None) -> AuditLines:
    """Every audit in short, or those of one kind."""
    _reads(token)
    return AuditLines(audits=tuple(_line(record) for record in services.audits.all(kind)))


@router.post("", responses=responses("forbidden", "window_not_over", "body_too_large"))
def make(wanted: AuditBody, services: Handed, token: DeskWide) -> AuditDocument:
    """Make an audit now; one of the same kind and window that is there already is answered as it is."""
    leads(token)
    if (wanted.since is None) != (wanted.until is None):
        raise InvalidRequest("Name both ends of a window, or none.", errors=[{"field": "from", "message": "with `to`"}])
    window = Window(since=wanted.since, until=wanted.until) if wanted.since and wanted.until else None
    record = services.audits.make(wanted.kind, window, by=token.person, at=services.now())
    return _document(services, token, record)


@router.get("/actions", responses=responses("forbidden"))
def actions(
    services: Handed,
    token: DeskWide,
    state: ActionState | None = None,
    audit: Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[a-zA-Z0-9-]+$")] = None,
) -> Actions:
    """What is done because of audits: of every audit or of one, in every state or in one."""
    _reads(token)
    return Actions(actions=tuple(services.audits.actions(audit, state)))


@router.post("/actions/{number}/end", responses=responses("forbidden", "not_found", "action_over", "body_too_large"))
def end(number: Number, how: EndBody, services: Handed, token: DeskWide) -> Action:
    """Say that an action is done, or dropped."""
    leads(token)
    try:
        return services.audits.end(number, how.state, note=how.note, by=token.person, at=services.now())
    except KeyError:
        raise NotFound("There is no action of this number.") from None


@router.get("/{audit}.md", responses=_READING | {200: {"content": {"text/markdown": {}}}}, response_class=Response)
def as_text(audit: WordInPath, services: Handed, token: DeskWide) -> Response:
    """An audit as Markdown."""
    return Response(as_markdown(_paper(services, token, audit)), media_type="text/markdown; charset=utf-8")


@router.get("/{audit}.csv", responses=_READING | {200: {"content": {"text/csv": {}}}}, response_class=Response)
def as_table(audit: WordInPath, services: Handed, token: DeskWide) -> Response:
    """An audit as CSV: every table, one below the other."""
    return Response(as_csv(_paper(services, token, audit)), media_type="text/csv; charset=utf-8")


@router.get("/{audit}.html", responses=_READING | {200: {"content": {"text/html": {}}}}, response_class=Response)
def as_printed(audit: WordInPath, services: Handed, token: DeskWide) -> Response:
    """An audit as a page to print."""
    page = as_page(_paper(services, token, audit))
    return Response(page, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _NOTHING_RUNS})


@router.get("/{audit}", responses=_READING)
def one(audit: WordInPath, services: Handed, token: DeskWide) -> AuditDocument:
    """An audit in full, with verdicts and actions."""
    _reads(token)
    return _document(services, token, _record(services, audit))


@router.post(
    "/{audit}/verdicts",
    responses=responses("forbidden", "not_found", "verdict_impossible", "verdict_given", "body_too_large"),
)
def judge(audit: WordInPath, said: VerdictBody, services: Handed, token: DeskWide) -> AuditDocument:
    """Judge one item of a monthly audit; two raters judge the sample, each alone."""
    _reads(token)
    verdict = Verdict(**said.model_dump(), rater=token.person, at=services.now())
    try:
        services.audits.judge(audit, verdict)
    except KeyError:
        raise NotFound(_NO_AUDIT) from None
    return _document(services, token, _record(services, audit))


@router.post(
    "/{audit}/actions",
    status_code=201,
    responses=responses("forbidden", "unknown_name", "not_found", "body_too_large"),
)
def act(audit: WordInPath, new: ActionBody, services: Handed, token: DeskWide) -> Action:
    """Begin an action because of an audit; the same one again is not begun twice."""
    leads(token)
    try:
        return services.audits.act(audit, NewAction.model_validate(dict(new)), by=token.person, at=services.now())
    except KeyError:
        raise NotFound(_NO_AUDIT) from None


_NO_AUDIT = "There is no audit of this name."
_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'"


def _reads(token: Token) -> None:
    if token.role not in _READERS:
        raise Forbidden("A team lead, a service manager or an auditor may do this.", role=token.role.value)


def _record(services: Services, audit: str) -> AuditRecord:
    record = services.audits.record(audit)
    if record is None:
        raise NotFound(_NO_AUDIT)
    return record


def _line(record: AuditRecord) -> AuditLine:
    said = record.model_dump(include=set(AuditLine.model_fields))
    return AuditLine.model_validate(said | {"headline": headline(record)})


def _document(services: Services, token: Token, record: AuditRecord) -> AuditDocument:
    given = services.audits.verdicts(record.id)
    return AuditDocument(
        **dict(record),
        headline=headline(record),
        judged=judged(record.said, given) if isinstance(record.said, MonthlyAudit) else None,
        verdicts=seen_by(token.person, given),
        actions=tuple(services.audits.actions(record.id)),
    )


def _paper(services: Services, token: Token, audit: str) -> Paper:
    _reads(token)
    record = _record(services, audit)
    given = seen_by(token.person, services.audits.verdicts(audit))
    return paper(record, given, services.audits.actions(audit))
