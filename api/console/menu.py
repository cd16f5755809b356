"""The pages of the console, in the order of the menu."""

from typing import NamedTuple

from api.auditing import READERS
from api.console.who import Viewer
from escalation.terms import Role


class Page(NamedTuple):
    """An entry of the menu: `desk_wide` ones are not for tokens of some clients alone; `roles` None is every role."""

    path: str
    title: str
    group: str
    desk_wide: bool = False
    roles: frozenset[Role] | None = None


class Entry(NamedTuple):
    """The same for one who looks."""

    path: str
    title: str
    group: str
    current: bool


PAGES = (
    Page("/console/", "Now", "Desk"),
    Page("/console/mine", "My work", "Desk"),
    Page("/console/triage", "Triage", "Desk"),
    Page("/console/tickets", "Tickets", "Desk"),
    Page("/console/on-call", "On call", "Desk", desk_wide=True),
    Page("/console/intake", "Intake", "Desk", desk_wide=True),
    Page("/console/psa", "PSA", "Desk", desk_wide=True),
    Page("/console/maintenance", "Maintenance", "Desk"),
    Page("/console/contact", "Contact", "Desk", desk_wide=True),
    Page("/console/policy", "Policy", "Rules", desk_wide=True),
    Page("/console/webhooks", "Webhooks", "Rules", desk_wide=True, roles=frozenset({Role.SERVICE_MANAGER})),
    Page("/console/metrics", "Metrics", "Service"),
    Page("/console/library", "Library", "Learning"),
    Page("/console/reviews", "Reviews", "Learning"),
    Page("/console/audits", "Audits", "Learning", desk_wide=True, roles=READERS),
)


def menu_for(viewer: Viewer, path: str) -> list[Entry]:
    """The entries that this viewer can open, and which of them is open."""
    shown = [page for page in PAGES if _opens(page, viewer)]
    return [Entry(page.path, page.title, page.group, _open(page.path, path)) for page in shown]


def _opens(page: Page, viewer: Viewer) -> bool:
    return (viewer.desk_wide or not page.desk_wide) and (page.roles is None or viewer.role in page.roles)


def _open(entry: str, path: str) -> bool:
    return path == entry if entry == "/console/" else path == entry or path.startswith(f"{entry}/")
