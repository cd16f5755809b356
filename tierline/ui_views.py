"""The saved views of the Temporal UI: what an operator looks for, as a link, as bookmarks, and for the UI itself.

The UI keeps saved views and columns in the browser (`localStorage`), a list for each namespace; the server knows
nothing of them. So they are brought in by a script that is pasted into the browser's console, or link by link.
"""

import json
from collections.abc import Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import quote

VIEWS_KEY, COLUMNS_KEY = "saved-workflow-queries", "namespace-workflow-table-columns"
COLUMNS = (
    *("Status", "Workflow ID", "TierlinePriority", "TierlineStage", "TierlineOwner", "TierlineAccepted"),
    *("TierlineSla", "TierlineClient", "Start"),
)
_RUNNING = 'ExecutionStatus="Running"'


class View(NamedTuple):
    """A name that the UI takes (letters, digits, blanks, `_`, `.`, `-`), and a list filter."""

    name: str
    query: str

    @property
    def key(self) -> str:
        """The id under which the UI keeps it: the same at each import, so that a repeat changes nothing."""
        return "tierline-" + self.name.lower().replace(" ", "-")


def _running(name: str, condition: str) -> View:
    return View(name, f"{_RUNNING} AND {condition}")


VIEWS: tuple[View, ...] = (
    _running("Not accepted", "TierlineAccepted=false"),
    _running("At risk or breached", 'TierlineSla IN ("at_risk","breached")'),
    _running("Open P1", 'WorkflowType="Ticket" AND TierlinePriority="P1"'),
    _running("Tier 3", 'TierlineStage="tier_3"'),
    _running("Triage", 'TierlineStage="triage"'),
    _running("Managed", 'WorkflowType="Ticket" AND TierlineCoordinator!="service_desk"'),
    _running("Reviews to decide", 'WorkflowType="Review"'),
    _running("Reviews overdue", 'WorkflowType="Review" AND TierlineReview="overdue"'),
    _running("Messages on their way", 'WorkflowType="Delivery"'),
    View("Failed workflows", 'ExecutionStatus IN ("Failed","Terminated","TimedOut")'),
)


def views_of(person: str | None) -> tuple[View, ...]:
    """All of them; with a person, what they hold and owe as well."""
    if person is None:
        return VIEWS
    held = f'TierlineOwner="{_quoted(person)}"'
    mine = (_running("Mine", held), _running("Mine not accepted", f"{held} AND TierlineAccepted=false"))
    return (*mine, *VIEWS)


def link(ui: str, namespace: str, view: View) -> str:
    """Where the UI shows the view."""
    return f"{ui}/namespaces/{quote(namespace, safe='')}/workflows?query={quote(view.query, safe='')}"


def bookmarks(ui: str, namespace: str, views: Sequence[View]) -> str:
    """A file that every browser can import as bookmarks."""
    lines = [f'<DT><A HREF="{escape(link(ui, namespace, view))}">{escape(view.name)}</A>' for view in views]
    return "\n".join(
        [
            "<!DOCTYPE NETSCAPE-Bookmark-file-1>",
            '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">',
            "<TITLE>Bookmarks</TITLE>",
            "<H1>Bookmarks</H1>",
            "<DL><p>",
            f"<DT><H3>Tierline: {escape(namespace)}</H3>",
            "<DL><p>",
            *lines,
            "</DL><p>",
            "</DL><p>",
        ]
    )


def script(namespace: str, views: Sequence[View]) -> str:
    """JavaScript for the browser's console on the UI's page: views and columns of the namespace, then a reload.

    Views of the same id are replaced, others stay as they are; so do columns that somebody has chosen.
    """
    ours = [{"id": view.key, "name": view.name, "query": view.query, "type": "user"} for view in views]
    columns = [{"label": label} for label in COLUMNS]
    return f"""(() => {{
  const namespace = {json.dumps(namespace)};
  const views = {json.dumps(ours)};
  const columns = {json.dumps(columns)};
  const change = (key, what) => {{
    const kept = JSON.parse(localStorage.getItem(key) || "{{}}");
    kept[namespace] = what(kept[namespace] || []);
    localStorage.setItem(key, JSON.stringify(kept));
  }};
  const ids = new Set(views.map((view) => view.id));
  change("{VIEWS_KEY}", (kept) => [...kept.filter((view) => !ids.has(view.id)), ...views]);
  change("{COLUMNS_KEY}", (kept) => (kept.length ? kept : columns));
  location.reload();
}})();
"""


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
