"""The README's five minutes, pasted block after block into one shell, as a newcomer would."""

import asyncio
import re
import sysconfig
from pathlib import Path

import pytest

from tests.e2e.stack import Stack, running
from tierline import PARTS_ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

README = PARTS_ROOT / "README.md"
WITHIN = 240  # seconds, the demo's day included
_END = "=== end of block"


def blocks() -> list[str]:
    """What stands in the tour's boxes, in order."""
    _, _, tour = README.read_text(encoding="utf-8").partition("## Five minutes")
    tour, _, _ = tour.partition("\n## ")
    return re.findall(r"```sh\n(.*?)```", tour, re.DOTALL)


async def pasted(stack: Stack, place: Path) -> list[str]:
    """What each block printed."""
    (place / ".venv").symlink_to(Path(sysconfig.get_path("scripts")).parent)
    (place / "policies").symlink_to(PARTS_ROOT / "policies")
    script = f"\necho; echo '{_END}' $?\n".join([*blocks(), ""])
    script = script.replace("http://127.0.0.1:8000", stack.url).replace("/tmp/", f"{place}/")  # noqa: S108
    shell = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=place, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(shell.communicate(), WITHIN)
    return said.decode().split(_END)[:-1]


async def test_the_tour_of_the_readme_works_when_it_is_pasted(place: Path) -> None:
    async with running(place / ".tierline") as stack:
        printed = await pasted(stack, place)
    assert len(printed) == len(blocks()) > 10
    failed = [text for text, following in zip(printed, [*printed[1:], " 0"], strict=True) if following[:2] != " 0"]
    assert failed == []
    everything = "".join(printed)
    for sign in ("Traceback", "tierline: ", "No such file", "command not found"):
        assert sign not in everything
    for milestone in ("incomplete_handoff", "tier_2", "resolved", "'total': 3", "All 9 stories went as they should"):
        assert milestone in everything
