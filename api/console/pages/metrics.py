"""The figures of the desk, whole and broken down; every number leads to the tickets behind it."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from fastapi import APIRouter
from starlette.responses import Response

from api.console.metrics.groups import BY, group_words
from api.console.metrics.paged import figures_page
from api.console.metrics.view import View, Viewed
from api.patience import patiently
from escalation.audit.alarm import LEAST_TICKETS, LIMIT_PCT, Alarm
from escalation.audit.record import AuditRecord
from escalation.metrics import GroupBy
from escalation.published import EscalationFigures
from escalation.terms import Role

router = APIRouter()

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_AUDIT_READERS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR})
_SHOWN = 50  # groups; the table as CSV has all of them


class Group(NamedTuple):
    """A line of the breakdown."""

    name: str
    words: str
    figures: EscalationFigures


@router.get("/metrics")
async def figures(view: Viewed) -> Response:
    """Escalation, the 40 % line, handoffs, resolution and promises."""
    if view.wrong:
        return figures_page(view, "metrics/figures.html", said=None)
    said, alarm, packs = await asyncio.gather(
        patiently(view.here.services.figures.escalation, view.scope), _alarm(view), _packs(view)
    )
    return figures_page(view, "metrics/figures.html", said=said, alarm=alarm, packs=packs, least=LEAST_TICKETS)


@router.get("/metrics/breakdown")
async def breakdown(view: Viewed, by: GroupBy = "client") -> Response:
    """The same for each client, category, technician, shift, partner, hours or priority."""
    context = {"by": by, "by_words": BY, "least": LEAST_TICKETS, "limit": LIMIT_PCT, "shown": _SHOWN}
    found: Mapping[str, EscalationFigures] = {}
    if not view.wrong:
        found = await patiently(view.here.services.figures.escalation_by, view.scope, by)
    groups = [Group(name, group_words(view.here.names, by, name), said) for name, said in found.items()]
    groups.sort(key=lambda group: (-group.figures.cases, group.words.casefold()))
    return figures_page(view, "metrics/breakdown.html", groups=groups, **context)


async def _alarm(view: View) -> Alarm | None:
    """The line over what was worked on in the window; it knows clients, and no narrower group and no log."""
    if view.wanted.imported or view.wanted.only.keys() - {"client"}:
        return None
    clients = view.here.viewer.clients
    if named := view.wanted.client:
        clients = (named,) if clients is None or named in clients else ()
    return await patiently(view.here.services.figures.alarm, view.window.since or _ALWAYS, view.until, clients)


async def _packs(view: View) -> list[AuditRecord]:
    """The weekly packs whose week lies in the window, for those who read audits."""
    viewer = view.here.viewer
    if not viewer.desk_wide or viewer.role not in _AUDIT_READERS or view.wanted.imported:
        return []
    since = view.window.since or _ALWAYS
    made = await patiently(view.here.services.audits.all, "weekly")
    return [audit for audit in made if audit.window.until > since and audit.window.since < view.until]
