"""The note that comes with a handoff: how it is filed, and what of it is owed."""

from escalation.events import Escalated, Handoff, Transferred
from escalation.events.moving import RELIEVED
from escalation.handoff import HandoffNote
from escalation.records import FiledNote, NoteDebt


def debt(event: Escalated | Transferred) -> NoteDebt | None:
    """What is owed of the note that came with the ticket."""
    if event.owed_by is None or event.owed_at is None:
        return None
    return NoteDebt(owed_by=event.owed_by, due_at=event.owed_at, missing=event.incomplete)


def relieved(event: Handoff) -> bool:
    """Whether somebody else has the ticket and nothing else about it changes, a hold and old debts among it."""
    return isinstance(event, Transferred) and event.why in RELIEVED


def filed(event: Handoff, note: HandoffNote, incomplete: tuple[str, ...] = ()) -> FiledNote:
    """The note as it stays on the ticket."""
    return FiledNote(
        at=event.at,
        by=event.by,
        from_tier=event.from_tier,
        to_tier=event.to_tier,
        note=note,
        incomplete=incomplete,
        shift_note=event.reason if isinstance(event, Transferred) and event.why == "shift_end" else "",
    )
