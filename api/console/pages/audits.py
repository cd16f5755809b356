"""Audits: what is overdue because of them, each of them in full, and the same to take away."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import auditing
from api.auditing import AuditDocument, AuditLine
from api.callers import leads
from api.console.allowed import allowed
from api.console.here import DeskLooking, Here
from api.console.names import said
from api.console.rules_said import RulesSaid
from api.patience import patiently
from api.words import WordInPath
from escalation.audit.monthly import MonthlyAudit
from escalation.audit.paper import Sheet, as_csv, as_markdown, as_page
from escalation.audit.patterns import Finding
from escalation.audit.seen import AtTierThree, Upward
from escalation.audit.verdicts import CHOICES, RATERS, Section, Verdict
from escalation.audit.week_figures import figure_sheets
from escalation.audit.weekly import WeeklyAudit
from escalation.audit.window import KINDS, AuditKind
from escalation.terms import TEXT

router = APIRouter()

Judgeable = TypeVar("Judgeable", Upward, AtTierThree)

_A_PAGE = 25
SHOWN = 50  # lines of a table on the page; all of them are in the file


@dataclass(frozen=True)
class Refused:
    """What was not done: which form, what it said, and what is wrong at which field."""

    form: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    def at(self, form: str) -> Mapping[str, str]:
        """What is wrong in this form."""
        return self.wrong if form == self.form else {}

    def typed(self, form: str, name: str, otherwise: str = "") -> str:
        """What was typed into a field of this form."""
        return self.said.get(name, otherwise) if form == self.form else otherwise


NOTHING = Refused()


@router.get("/audits")
async def audits(
    here: DeskLooking, kind: AuditKind | Literal[""] = "", skip: Annotated[int, Query(ge=0, le=100_000)] = 0
) -> Response:
    """Overdue actions first, then the other open ones, then the audits, the latest window first."""
    return await listed(here, kind, skip)


@router.get("/audits/{audit}.json")
async def as_data(audit: WordInPath, here: DeskLooking) -> Response:
    """An audit in full, as data."""
    found = await patiently(auditing.one, here.services, here.token, audit)
    return _file(found.model_dump_json(indent=2), "application/json", f"{found.id}.json")


@router.get("/audits/{audit}.csv")
async def as_table(audit: WordInPath, here: DeskLooking) -> Response:
    """Every table of an audit, one below the other."""
    paper = await patiently(auditing.paper, here.services, here.token, audit)
    return _file(as_csv(paper), "text/csv; charset=utf-8", f"{audit}.csv")


@router.get("/audits/{audit}.md")
async def as_text(audit: WordInPath, here: DeskLooking) -> Response:
    """An audit as Markdown."""
    paper = await patiently(auditing.paper, here.services, here.token, audit)
    return _file(as_markdown(paper), "text/markdown; charset=utf-8", f"{audit}.md")


@router.get("/audits/{audit}.html")
async def as_printed(audit: WordInPath, here: DeskLooking) -> Response:
    """An audit as a page to print."""
    paper = await patiently(auditing.paper, here.services, here.token, audit)
    headers = {"Content-Security-Policy": auditing.NOTHING_RUNS}
    return Response(as_page(paper), media_type="text/html; charset=utf-8", headers=headers)


@router.get("/audits/{audit}")
async def one(audit: WordInPath, here: DeskLooking, pattern: Annotated[str, Query(max_length=TEXT)] = "") -> Response:
    """An audit in full: what stands out, what is to be judged, and what is done about it."""
    return await shown(here, audit, pattern=pattern)


async def listed(here: Here, kind: AuditKind | Literal[""] = "", skip: int = 0, refused: Refused = NOTHING) -> Response:
    """The page of all audits."""
    auditing.reads(here.token)
    book = here.services.audits
    found, actions = await asyncio.gather(
        patiently(book.all, kind or None, _A_PAGE + 1, skip), patiently(book.actions, None, "open")
    )
    today = _today(here)
    overdue = [each for each in actions if each.overdue(today)]
    return here.page(
        "audits.html",
        status=refused.status,
        kind=kind,
        kinds=KINDS,
        audits=[AuditLine.of(each) for each in found[:_A_PAGE]],
        skip=skip,
        more=skip + _A_PAGE if len(found) > _A_PAGE else 0,
        overdue=overdue,
        actions=[each for each in actions if each not in overdue],
        today=today,
        refused=refused,
        leads=allowed(leads, here.token),
    )


async def shown(here: Here, audit: str, *, pattern: str = "", refused: Refused = NOTHING) -> Response:
    """The page of one audit."""
    it = await patiently(auditing.one, here.services, here.token, audit)
    today, verdicts = _today(here), _Verdicts(it, here.viewer.person)
    return here.page(
        "audit.html",
        status=refused.status,
        it=it,
        said=it.said,
        pattern=pattern,
        actions=sorted(it.actions, key=lambda each: (not each.overdue(today), each.state != "open", each.due_on)),
        today=today,
        refused=refused,
        rules=RulesSaid(here.policy),
        leads=allowed(leads, here.token),
        choices=CHOICES,
        verdicts=verdicts,
        sample=verdicts.first("sample", it.said.sample) if isinstance(it.said, MonthlyAudit) else [],
        three=verdicts.first("tier_3", it.said.tier_3) if isinstance(it.said, MonthlyAudit) else [],
        in_words=lambda finding: _in_words(here, finding),
        figures=_figures(it),
        most=SHOWN,
    )


class _Verdicts:
    """What was said of each item, as far as this rater may see it, and whether they are still asked."""

    def __init__(self, it: AuditDocument, rater: str) -> None:
        self._given, self._rater = it.verdicts, rater

    def of(self, section: Section, item: str) -> list[Verdict]:
        """What this rater may see."""
        return [each for each in self._given if (each.section, each.item) == (section, item)]

    def asked(self, section: Section, item: str) -> bool:
        """Whether this rater has not judged it, and it still lacks a verdict as far as they can know."""
        said = self.of(section, item)
        return len(said) < RATERS[section] and all(each.rater != self._rater for each in said)

    def first(self, section: Section, listed: Sequence[Judgeable]) -> list[Judgeable]:
        """Those that this rater is asked about before the others, as many as a page shows."""
        return sorted(listed, key=lambda each: not self.asked(section, item_of(each)))[:SHOWN]


def item_of(each: Upward | AtTierThree) -> str:
    """What a verdict names it by."""
    return each.item if isinstance(each, Upward) else each.ticket_id


def _figures(it: AuditDocument) -> list[tuple[str, Sheet]]:
    """The published figures of a weekly audit, those of the whole week first; each with what it is broken down by."""
    figures = it.said.figures if isinstance(it.said, WeeklyAudit) else None
    return list(zip(("", *figures.by), figure_sheets(figures), strict=True)) if figures else []


def _in_words(here: Here, finding: Finding) -> str:
    """A group by its name: a client, a technician, a category, or an hour as it is."""
    of_what = finding.of_what
    if of_what.startswith("category"):
        return said(finding.name)
    named = {"client": here.names.client, "technician": here.names.person}
    return named[of_what](finding.name) if of_what in named else finding.name


def _today(here: Here) -> date:
    return here.now.astimezone(here.viewer.zone).date()


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(text, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
