"""`tierline views`: views that the Temporal UI can keep, and a script, links and bookmarks that bring them in."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from tierline.ui_views import COLUMNS, VIEWS, View, bookmarks, link, script, views_of
from workflows.attributes import ATTRIBUTES

UI = "http://desk.example:8233"
# What the UI's own dialog takes as a name; its own columns; what a filter may name beside search attributes of ours.
NAME = re.compile(r"(?![.-])[A-Za-z0-9 _.-]+(?<![.-])")
OF_THE_UI = {"Status", "Workflow ID", "Start"}
OF_TEMPORAL = {"ExecutionStatus", "WorkflowType"}


@pytest.mark.parametrize("view", views_of("marek"), ids=lambda view: view.name)
def test_a_view_has_a_name_that_the_ui_takes_and_asks_for_attributes_that_there_are(view: View) -> None:
    assert NAME.fullmatch(view.name)
    asked = set(re.findall(r"\b([A-Z]\w+)(?:!?=| IN\b)", view.query))
    assert asked
    assert asked <= set(ATTRIBUTES) | OF_TEMPORAL


def test_names_and_keys_are_told_apart() -> None:
    views = views_of("marek")
    assert len({view.name.lower() for view in views}) == len({view.key for view in views}) == len(views)


def test_columns_are_the_ui_s_own_or_attributes_of_ours() -> None:
    assert set(COLUMNS) <= set(ATTRIBUTES) | OF_THE_UI


def test_a_link_carries_the_query_as_it_is_to_the_namespace() -> None:
    for view in views_of('o"neill & sons'):
        parts = urlsplit(link(UI, "desk/eu", view))
        assert parts.path == "/namespaces/desk%2Feu/workflows"
        assert parse_qs(parts.query) == {"query": [view.query]}


def test_a_person_has_views_of_what_they_hold() -> None:
    assert views_of(None) == VIEWS
    assert views_of('a"b')[0].query.endswith('TierlineOwner="a\\"b"')


def test_the_script_holds_every_view_for_the_namespace_as_the_ui_writes_it() -> None:
    written = script("desk", VIEWS)
    kept = json.loads(re.findall(r"const views = (.*);", written)[0])
    assert [(view["name"], view["query"], view["type"]) for view in kept] == [(v.name, v.query, "user") for v in VIEWS]
    assert 'const namespace = "desk";' in written


class Links(HTMLParser):
    """The links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs)["href"])


def test_the_bookmarks_are_the_links_in_the_format_that_browsers_import() -> None:
    page = bookmarks(UI, "desk", VIEWS)
    links = Links()
    links.feed(page)
    assert page.startswith("<!DOCTYPE NETSCAPE-Bookmark-file-1>")
    assert links.found == [link(UI, "desk", view) for view in VIEWS]
