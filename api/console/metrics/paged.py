"""The frame that every page of the figures has: its tabs, its form, the time it tells of."""

from typing import Any

from starlette.responses import HTMLResponse

from api.console.metrics.groups import BY, choices
from api.console.metrics.headings import PLACES
from api.console.metrics.view import View
from api.console.metrics.wanted import SPANS
from escalation.metrics import GroupBy

_TABS = (
    ("", "Figures"),
    ("breakdown", "Breakdown"),
    ("flows", "Flows"),
    ("hours", "Hours"),
    ("trends", "Trends"),
)
_CHOSEN: tuple[GroupBy, ...] = ("client", "category", "technician", "shift", "partner", "hours", "priority")


def figures_page(view: View, template: str, **context: Any) -> HTMLResponse:
    """One of the pages; where the form is wrong it says so, and shows no figure."""
    here, wanted = view.here, view.wanted
    form = [(by, BY[by], choices(here, by, str(getattr(wanted, by)))) for by in _CHOSEN]
    frame = {"view": view, "wanted": wanted, "tabs": _TABS, "spans": SPANS, "groups_form": form, "places": PLACES}
    return here.page(template, status=422 if view.wrong else 200, **frame, **context)
