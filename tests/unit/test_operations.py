"""docs/operations.md says what the code does: every setting with its default, every search attribute, every view."""

import re
from pathlib import Path

import pytest

from tierline import ui_views
from tierline.settings import Settings
from tierline.ui_views import link
from workflows.attributes import ATTRIBUTES

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "operations.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(TIERLINE_\w+)` \| ?(.*?) ?\|", TEXT, re.MULTILINE))
VIEWS = re.findall(r"^- \[(.+?)\]\((http\S+query=\S+)\)", TEXT, re.MULTILINE)


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    assert list(ROWS) == [f"TIERLINE_{name.upper()}" for name in Settings.model_fields]


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "policy_path"])
def test_the_table_has_the_default_of_each_setting(name: str) -> None:
    default = Settings.model_fields[name].default
    assert ROWS[f"TIERLINE_{name.upper()}"].strip("`") == ("" if default in (None, ()) else str(default))


def test_every_search_attribute_is_explained() -> None:
    explained = "".join(line for line in TEXT.splitlines() if line.startswith("| `Tierline"))
    assert set(re.findall(r"`(Tierline\w+)`", explained)) == set(ATTRIBUTES)


def test_the_page_has_every_saved_view_and_no_other() -> None:
    assert [(view.name, link("http://127.0.0.1:8233", "default", view)) for view in ui_views.VIEWS] == VIEWS


@pytest.mark.parametrize("picture", re.findall(r"\]\((img/\S+)\)", TEXT))
def test_every_picture_of_the_page_is_there(picture: str) -> None:
    assert (DOCS / picture).stat().st_size < 200_000
