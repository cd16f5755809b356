"""Audits: made, read in four forms, judged, and acted on. For those who lead and audit; about the whole desk."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import auditing
from api.auditing import AuditDocument, AuditLine
from api.callers import DeskWide, Handed
from api.problems import responses
from api.words import Moment, Number, WordInPath
from escalation.audit.actions import Action, ActionState, NewAction
from escalation.audit.paper import as_csv, as_markdown, as_page
from escalation.audit.verdicts import Section
from escalation.audit.window import AuditKind
from escalation.terms import Facts, Line, Text

router = APIRouter(prefix="/audits", tags=["audits"])


class AuditLines(Facts):
    """Audits, the latest window first."""

    audits: tuple[AuditLine, ...]


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
    auditing.reads(token)
    return AuditLines(audits=tuple(map(AuditLine.of, services.audits.all(kind))))


@router.post("", responses=responses("forbidden", "window_not_over", "body_too_large"))
def make(wanted: AuditBody, services: Handed, token: DeskWide) -> AuditDocument:
    """Make an audit now; one of the same kind and window that is there already is answered as it is."""
    made = auditing.make(services, token, wanted.kind, auditing.window_of(wanted.since, wanted.until))
    return auditing.document(services, token, made)


@router.get("/actions", responses=responses("forbidden"))
def actions(
    services: Handed,
    token: DeskWide,
    state: ActionState | None = None,
    audit: Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[a-zA-Z0-9-]+$")] = None,
) -> Actions:
    """What is done because of audits: of every audit or of one, in every state or in one."""
    auditing.reads(token)
    return Actions(actions=tuple(services.audits.actions(audit, state)))


@router.post("/actions/{number}/end", responses=responses("forbidden", "not_found", "action_over", "body_too_large"))
def end(number: Number, how: EndBody, services: Handed, token: DeskWide) -> Action:
    """Say that an action is done, or dropped."""
    return auditing.end(services, token, number, how.state, how.note)


@router.get("/{audit}.md", responses=_READING | {200: {"content": {"text/markdown": {}}}}, response_class=Response)
def as_text(audit: WordInPath, services: Handed, token: DeskWide) -> Response:
    """An audit as Markdown."""
    return Response(as_markdown(auditing.paper(services, token, audit)), media_type="text/markdown; charset=utf-8")


@router.get("/{audit}.csv", responses=_READING | {200: {"content": {"text/csv": {}}}}, response_class=Response)
def as_table(audit: WordInPath, services: Handed, token: DeskWide) -> Response:
    """An audit as CSV: every table, one below the other."""
    return Response(as_csv(auditing.paper(services, token, audit)), media_type="text/csv; charset=utf-8")


@router.get("/{audit}.html", responses=_READING | {200: {"content": {"text/html": {}}}}, response_class=Response)
def as_printed(audit: WordInPath, services: Handed, token: DeskWide) -> Response:
    """An audit as a page to print."""
    page = as_page(auditing.paper(services, token, audit))
    return Response(
        page, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": auditing.NOTHING_RUNS}
    )


@router.get("/{audit}", responses=_READING)
def one(audit: WordInPath, services: Handed, token: DeskWide) -> AuditDocument:
    """An audit in full, with verdicts and actions."""
    return auditing.one(services, token, audit)


@router.post(
    "/{audit}/verdicts",
    responses=responses("forbidden", "not_found", "verdict_impossible", "verdict_given", "body_too_large"),
)
def judge(audit: WordInPath, said: VerdictBody, services: Handed, token: DeskWide) -> AuditDocument:
    """Judge one item of a monthly audit; two raters judge the sample, each alone."""
    auditing.judge(services, token, audit, said.section, said.item, said.verdict, said.reason)
    return auditing.one(services, token, audit)


@router.post(
    "/{audit}/actions",
    status_code=201,
    responses=responses("forbidden", "unknown_name", "not_found", "body_too_large"),
)
def act(audit: WordInPath, new: ActionBody, services: Handed, token: DeskWide) -> Action:
    """Begin an action because of an audit; the same one again is not begun twice."""
    return auditing.act(services, token, audit, NewAction.model_validate(dict(new)))
