"""Time zones come out of the pinned package, whatever the machine has."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from escalation.zones import zone_named
from tierline import PARTS_ROOT

PARTS = ("escalation", "workflows", "activities", "stores", "channels", "api", "tierline")
ASK = """
from datetime import UTC, datetime
from escalation.calendar import Calendar, next_opening
office = Calendar(zone="Europe/Warsaw", hours={"mon": ("08:00-09:00",)})
print(next_opening(office, datetime(2026, 6, 1, tzinfo=UTC)).isoformat())
"""
ASK_THE_MACHINE = """
from datetime import datetime
from zoneinfo import ZoneInfo
print(datetime(2026, 6, 1, tzinfo=ZoneInfo("Europe/Warsaw")).utcoffset())
"""


def test_tzdata_is_pinned_to_the_version_that_is_installed() -> None:
    wanted = tomllib.loads((PARTS_ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"tzdata=={version('tzdata')}" in wanted


def test_a_machine_with_other_zone_files_gets_the_same_opening_hours(tmp_path: Path) -> None:
    """Its Warsaw lies in Tokyo; zoneinfo would believe it, the calendars do not."""
    (tmp_path / "Europe").mkdir()
    tokyo = next(path for path in map(Path, sys.path) if (path / "tzdata").is_dir()) / "tzdata/zoneinfo/Asia/Tokyo"
    (tmp_path / "Europe" / "Warsaw").write_bytes(tokyo.read_bytes())
    said = {**os.environ, "PYTHONTZPATH": str(tmp_path)}
    asked = [sys.executable, "-c", ASK]
    answer = subprocess.run(asked, env=said, cwd=PARTS_ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "2026-06-01T06:00:00+00:00"
    fooled = subprocess.run(
        [sys.executable, "-c", ASK_THE_MACHINE], env=said, capture_output=True, text=True, check=True
    )
    assert fooled.stdout == "9:00:00\n"


def test_nothing_else_of_the_product_asks_the_machine_for_a_zone() -> None:
    asking = [
        path.relative_to(PARTS_ROOT).as_posix()
        for part in PARTS
        for path in sorted((PARTS_ROOT / part).rglob("*.py"))
        if re.search(r"\bZoneInfo\(", path.read_text(encoding="utf-8"))
    ]
    assert asking == []


@pytest.mark.parametrize("name", ["Mars/Olympus", "Europe", "", "../zones", "/etc/passwd", "zone.tab", "iso3166.tab"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        zone_named(name)
