"""Tierline: the command, the settings and the wiring of the parts.

In a checkout the parts (`escalation`, `workflows`, `api`, …) are folders beside this one. In a wheel they are nested
under `tierline/parts/`, because top-level packages of such names collide with those of other projects; there this
module makes them importable by their own names.
"""

import sys
from pathlib import Path

_NESTED = Path(__file__).parent / "parts"

PARTS_ROOT = _NESTED if _NESTED.is_dir() else Path(__file__).parent.parent
"""The directory that holds `escalation/`, `api/`, `policies/` and `worker.py`."""

if _NESTED.is_dir() and str(_NESTED) not in sys.path:
    sys.path.insert(0, str(_NESTED))
