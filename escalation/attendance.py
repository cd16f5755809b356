"""What every event may change beside its own matter: since when nothing happened, and who has the ticket."""

from typing import TYPE_CHECKING

from escalation.events import Event, Nudged
from escalation.records import Idle, Spell

if TYPE_CHECKING:
    from escalation.ticket import Ticket


def beside(before: "Ticket", event: Event, after: "Ticket") -> dict[str, object]:
    """What every event may change as well: since when nothing happened, and who has the ticket from now on."""
    changed: dict[str, object] = {}
    idle = _idle(before, event, after)
    if idle != after.idle:
        changed["idle"] = idle
    owner, tier, hold = after.owner, after.tier, after.hold.reason if after.hold else None
    last = before.spells[-1] if before.spells else None
    if last is None or (last.owner, last.tier, last.hold) != (owner, tier, hold):
        changed["spells"] = (*before.spells, Spell(since=event.at, owner=owner, tier=tier, hold=hold))
    if after.stay != before.stay and after.under_escalated:
        changed["under_escalated"] = None
    return changed


def _idle(before: "Ticket", event: Event, after: "Ticket") -> Idle | None:
    """A nudge changes nothing of since when; whatever hands the ticket over, holds or ends it, ends the waiting."""
    if isinstance(event, Nudged):
        return Idle(since=event.idle_since, at=event.idle_at, level=event.level)
    if event.idle_at:
        return Idle(since=event.at, at=event.idle_at)
    worked_on = after.tier is not None and after.accepted_at is not None and after.hold is None and after.parent is None
    return before.idle if worked_on and after.owner == before.owner else None
