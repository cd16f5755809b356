"""docs/operations.md says what the code does: every setting with its default, every search attribute, every view."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tierline.settings import Settings
from workflows.attributes import ATTRIBUTES

TEXT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(TIERLINE_\w+)` \| ?(.*?) ?\|", TEXT, re.MULTILINE))
VIEWS = [unquote(query) for query in re.findall(r"workflows\?query=([^)\s]+)\)", TEXT)]


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    assert list(ROWS) == [f"TIERLINE_{name.upper()}" for name in Settings.model_fields]


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "policy_path"])
def test_the_table_has_the_default_of_each_setting(name: str) -> None:
    default = Settings.model_fields[name].default
    assert ROWS[f"TIERLINE_{name.upper()}"].strip("`") == ("" if default in (None, ()) else str(default))


def test_every_search_attribute_is_explained() -> None:
    explained = "".join(line for line in TEXT.splitlines() if line.startswith("| `Tierline"))
    assert set(re.findall(r"`(Tierline\w+)`", explained)) == set(ATTRIBUTES)


def test_the_views_ask_for_attributes_that_there_are() -> None:
    assert len(VIEWS) > 5
    known = set(ATTRIBUTES) | {"ExecutionStatus", "WorkflowType"}
    asked = {word for view in VIEWS for word in re.findall(r"\b([A-Z]\w+) ?(?:=|!=|IN\b)", view)}
    assert asked <= known
