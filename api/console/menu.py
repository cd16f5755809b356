"""The pages of the console, in the order of the menu."""

from typing import NamedTuple

from api.console.who import Viewer


class Page(NamedTuple):
    """An entry of the menu; `desk_wide` ones are not for tokens of some clients alone."""

    path: str
    title: str
    group: str
    desk_wide: bool = False


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
    Page("/console/policy", "Policy", "Rules", desk_wide=True),
    Page("/console/metrics", "Metrics", "Service"),
)


def menu_for(viewer: Viewer, path: str) -> list[Entry]:
    """The entries that this viewer can open, and which of them is open."""
    shown = [page for page in PAGES if viewer.desk_wide or not page.desk_wide]
    return [Entry(page.path, page.title, page.group, _open(page.path, path)) for page in shown]


def _open(entry: str, path: str) -> bool:
    return path == entry if entry == "/console/" else path == entry or path.startswith(f"{entry}/")
