"""Who is on call: rotas in layers, and what changes them by hand, to the second."""

from escalation.oncall.board import Board, LiveAbsence, LiveOverride
from escalation.oncall.live import Absence, RotaOverride, absence_of
from escalation.oncall.outlook import LAST_CALL, KnownGap, Outlook, outlook
from escalation.oncall.rota import Layer, Rota, Turns, boundary, shift_at
from escalation.oncall.schedule import HORIZON, WARNED_AHEAD, Answer, Duty, answer, duty_at, gaps, on_call, rendered
from escalation.oncall.shifts import is_here, shift_end
from escalation.oncall.swap import Stretch, Swap, SwapLine, SwapState

__all__ = [
    "HORIZON",
    "LAST_CALL",
    "WARNED_AHEAD",
    "Absence",
    "Answer",
    "Board",
    "Duty",
    "KnownGap",
    "Layer",
    "LiveAbsence",
    "LiveOverride",
    "Outlook",
    "Rota",
    "RotaOverride",
    "Stretch",
    "Swap",
    "SwapLine",
    "SwapState",
    "Turns",
    "absence_of",
    "answer",
    "boundary",
    "duty_at",
    "gaps",
    "is_here",
    "on_call",
    "outlook",
    "rendered",
    "shift_at",
    "shift_end",
]
