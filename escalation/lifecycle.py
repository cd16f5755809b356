"""The stages of a ticket, and the moves between them: topology only."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from statemachine import StateMachine
from statemachine.exceptions import TransitionNotAllowed
from statemachine.states import States

from escalation.errors import NotAllowedInStage, TicketClosed


class Stage(StrEnum):
    """Where a ticket is."""

    TRIAGE = "triage"
    TIER_1 = "tier_1"
    TIER_2 = "tier_2"
    TIER_3 = "tier_3"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


TIERS = (Stage.TIER_1, Stage.TIER_2, Stage.TIER_3)
OVER = frozenset({Stage.CLOSED, Stage.CANCELLED})
_TIER_OF = {stage: tier for tier, stage in enumerate(TIERS, start=1)}


def tier_stage(tier: int) -> Stage:
    """The stage of tier 1, 2 or 3."""
    return TIERS[tier - 1]


def tier_of(stage: Stage) -> int | None:
    """1, 2 or 3 while the ticket is at a tier, otherwise None."""
    return _TIER_OF.get(stage)


class Lifecycle(StateMachine):
    """Drawn into docs/lifecycle.md; a test keeps the two the same."""

    allow_event_without_transition = False

    stage = States.from_enum(Stage, initial=Stage.TRIAGE, final=OVER, use_enum_instance=True)

    route = (
        stage.TRIAGE.to(stage.TIER_1, cond="towards_tier_1")
        | stage.TRIAGE.to(stage.TIER_2, cond="towards_tier_2")
        | stage.TRIAGE.to(stage.TIER_3, cond="towards_tier_3")
    )
    escalate = (
        stage.TIER_1.to(stage.TIER_2, cond="towards_tier_2")
        | stage.TIER_1.to(stage.TIER_3, cond="towards_tier_3")
        | stage.TIER_2.to(stage.TIER_3, cond="towards_tier_3")
    )
    emergency = (
        stage.TRIAGE.to(stage.TIER_3)
        | stage.TIER_1.to(stage.TIER_3)
        | stage.TIER_2.to(stage.TIER_3)
        | stage.TIER_3.to.itself()
    )
    send_back = (
        stage.TIER_2.to(stage.TIER_1, cond="towards_tier_1")
        | stage.TIER_3.to(stage.TIER_1, cond="towards_tier_1")
        | stage.TIER_3.to(stage.TIER_2, cond="towards_tier_2")
    )
    resolve = stage.TIER_1.to(stage.RESOLVED) | stage.TIER_2.to(stage.RESOLVED) | stage.TIER_3.to(stage.RESOLVED)
    reopen = (
        stage.RESOLVED.to(stage.TIER_1, cond="towards_tier_1")
        | stage.RESOLVED.to(stage.TIER_2, cond="towards_tier_2")
        | stage.RESOLVED.to(stage.TIER_3, cond="towards_tier_3")
    )
    resolve_with_parent = (
        stage.TRIAGE.to(stage.RESOLVED)
        | stage.TIER_1.to(stage.RESOLVED)
        | stage.TIER_2.to(stage.RESOLVED)
        | stage.TIER_3.to(stage.RESOLVED)
    )
    close = stage.RESOLVED.to(stage.CLOSED)
    cancel = (
        stage.TRIAGE.to(stage.CANCELLED)
        | stage.TIER_1.to(stage.CANCELLED)
        | stage.TIER_2.to(stage.CANCELLED)
        | stage.TIER_3.to(stage.CANCELLED)
    )

    def towards_tier_1(self, to: Stage | None = None) -> bool:
        """The move asked for ends at Tier 1."""
        return to is Stage.TIER_1

    def towards_tier_2(self, to: Stage | None = None) -> bool:
        """The move asked for ends at Tier 2."""
        return to is Stage.TIER_2

    def towards_tier_3(self, to: Stage | None = None) -> bool:
        """The move asked for ends at Tier 3."""
        return to is Stage.TIER_3


@dataclass
class _Bearer:
    """What the machine reads and writes its stage on; restoring one runs no callback."""

    state: Stage


def move(stage: Stage, event: str, to: Stage | None = None) -> Stage:
    """The stage after `event`; NotAllowedInStage or TicketClosed where the lifecycle has no such move."""
    if stage in OVER:
        raise TicketClosed(f"The ticket is {stage.value}; nothing more can be done to it.", stage=stage.value)
    reached = _reached(stage, event, to)
    if reached is None:
        towards = f" to {_said(to)}" if to else ""
        raise NotAllowedInStage(
            f"The ticket is {_where(stage)}: it cannot {event.replace('_', ' ')}{towards}.",
            stage=stage.value,
            move=event,
        )
    return reached


@cache
def _reached(stage: Stage, event: str, to: Stage | None) -> Stage | None:
    """Where the machine goes, None if nowhere. Kept: making a machine costs 200 µs, and its answers never change."""
    bearer = _Bearer(stage)
    try:
        Lifecycle(bearer).send(event, to=to)
    except TransitionNotAllowed:
        return None
    return bearer.state


def _where(stage: Stage) -> str:
    return f"in {_said(stage)}" if stage in (Stage.TRIAGE, *TIERS) else _said(stage)


def _said(stage: Stage) -> str:
    return stage.value.replace("_", " ").replace("tier", "Tier")
