"""`python -m tests.replay.record`: play the standard lives on a dev server and keep their histories for this release.

Histories are only ever added to: a release that has been recorded is not recorded again, unless `--again` says so.
"""

import argparse
import asyncio
from importlib.metadata import version
from pathlib import Path

from tests.replay.lives import LIVES, Recorded
from tests.replay.recordings import HISTORIES, named, runs, write
from tests.workflow.devserver import dev_desk
from tierline import PARTS_ROOT
from tierline.policy_file import load_policy


def main() -> None:
    """Record every life, or those named, and print what each weighs."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("lives", nargs="*", choices=[*LIVES, []], help="which lives; all of them if none is named")
    asked.add_argument("--release", default=version("tierline"))
    asked.add_argument("--again", action="store_true", help="overwrite what this release has recorded")
    said = asked.parse_args()
    into = HISTORIES / said.release
    for name in said.lives or LIVES:
        if any(into.glob(f"*.{name}.*")) and not said.again:
            raise SystemExit(f"{said.release} has recorded {name} already; say --again to record it anew")
        asyncio.run(_record(LIVES[name], into))


async def _record(life: Recorded, into: Path) -> None:
    policy = life.policy(load_policy(PARTS_ROOT / "policies" / "default.yaml"))
    async with dev_desk(policy, cached=100, continue_after=life.continue_after) as desk:
        await life.live(desk)
        for workflow_id in life.workflows:
            for name, history in named(workflow_id, await runs(desk.client, workflow_id)):
                write(history, into / name)
                print(f"{name:<32} {len(history.events):>4} events {(into / name).stat().st_size:>8} bytes")


if __name__ == "__main__":
    main()
