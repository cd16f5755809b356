"""The default policy with promises of seconds, so that a test can wait for what a desk waits hours for."""

from datetime import timedelta
from pathlib import Path

from ruamel.yaml import YAML

from escalation.library import Sop
from escalation.library.markdown import written
from tierline.library_files import read_directory

SHIPPED = Path(__file__).parents[2] / "policies" / "library"
DEFAULT = Path(__file__).parents[2] / "policies" / "default.yaml"
ROUND_THE_CLOCK = {"zone": "UTC", "hours": {"daily": ["00:00-24:00"]}}
RESPONSE, RESOLUTION, ACCEPT = timedelta(seconds=60), timedelta(seconds=135), timedelta(seconds=45)
AUTO = timedelta(seconds=90)  # an unresolved Tier 1 ticket moves up by itself, with 45 s left
NOTE_OWED = timedelta(seconds=15)
SHARES = (50, 90, 100)  # fewer than a desk has: two cores are to be busy, not swamped


def hasty_policy(path: Path) -> Path:
    """Write the policy: every promise counts round the clock, and nobody is ever off duty or full."""
    yaml = YAML()
    policy = yaml.load(DEFAULT)
    policy["version"] = "hasty"
    policy["calendars"] = dict.fromkeys(policy["calendars"], ROUND_THE_CLOCK)
    accept, response, resolution = (
        {"time": f"{time.seconds}s", "calendar": "x24"} for time in (ACCEPT, RESPONSE, RESOLUTION)
    )
    promised = {p: {"response": response, "resolution": resolution} for p in policy["accept"]}
    for agreement in policy["agreements"].values():
        agreement["promises"] = promised if agreement else {}  # out of contract, nothing is promised
    policy["accept"] = dict.fromkeys(policy["accept"], accept)
    _library(path.parent / "library")
    policy["recurs_within"] = "0s"  # hundreds of tickets of one kind are no fault that keeps coming back (C4)
    policy["auto_escalation"]["at_least"] = f"{(RESOLUTION - AUTO).seconds}s"
    policy["thresholds"] = {share: policy["thresholds"][share] for share in SHARES}
    policy["note"]["auto_debt"] = f"{NOTE_OWED.seconds}s"
    for person in policy["people"].values():
        person["capacity"] = 1_000
    yaml.representer.ignore_aliases = lambda _: True
    yaml.dump(policy, path)
    return path


def _library(directory: Path) -> None:
    """The shipped documents; an SOP may not tell people anything else than the engine holds them to."""
    directory.mkdir()
    for file in read_directory(SHIPPED).files:
        document = file.document
        if isinstance(document, Sop):
            document = document.model_copy(update={"accept_within": dict.fromkeys(document.accept_within, ACCEPT)})
        (directory / file.path.name).write_text(written(document), encoding="utf-8")
