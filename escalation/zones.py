"""Time zones out of the pinned `tzdata` package, whatever the machine has: one answer on every worker.

`zoneinfo` itself would look at the system's files first, which differ from machine to machine and change with its
updates. Nothing else of the product makes a `ZoneInfo`; a test holds that.
"""

import re
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

_NAME = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")


@cache
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of this name; ValueError if `tzdata` has none."""
    if _NAME.fullmatch(name):
        try:
            with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
                return ZoneInfo.from_file(file, key=name)
        except (OSError, ValueError):  # no such file, a folder, or one of the tables beside the zones
            pass
    raise ValueError(f"unknown time zone {name!r}")
