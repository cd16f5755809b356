"""The default policy with one priority whose promises break within a minute, so that a browser sees it happen."""

from pathlib import Path

from tierline import PARTS_ROOT

_SHIPPED = PARTS_ROOT / "policies" / "default.yaml"
_USUAL = "P3: {response: {time: 4h}, resolution: {time: 24h}, reply: {time: 8h}, update_every: {time: 20h}}"
_SHORT = "P3: {response: {time: 40s, calendar: x24}, resolution: {time: 90s, calendar: x24}}"
_AHEAD = "at_least: 30m}"


def short_promises(place: Path) -> Path:
    """The document, in this directory: a P3 of the standard agreement is at risk half a minute after its intake."""
    document = _SHIPPED.read_text(encoding="utf-8")
    assert _USUAL in document
    assert _AHEAD in document
    path = place / "policy.yaml"
    path.write_text(document.replace(_USUAL, _SHORT, 1).replace(_AHEAD, "at_least: 5s}"), encoding="utf-8")
    return path
