"""Major incidents: one commander, one voice to the clients, and an alarm when that voice is silent for too long."""

from datetime import timedelta

from escalation import promises
from escalation.commands import DeclareMajor, PostUpdate, StandDown
from escalation.errors import IncompleteCommand, NotAllowedInStage, NothingChanges, NotMajor, ParentImpossible
from escalation.events import Contacted, Event, MajorDeclared, MajorEnded, MajorUpdated, MajorUpdateMissed
from escalation.family import CHANNEL
from escalation.handoff import is_blank
from escalation.records import Major
from escalation.situation import Situation

_SHORTEST = timedelta(minutes=5)


def judge_declare(at: Situation, command: DeclareMajor) -> list[Event]:
    """Of a ticket at a tier; declared again, it changes who leads or how often the clients hear."""
    ticket, now = at.ticket, at.ticket.major if at.ticket.is_major else None
    if ticket.tier is None:
        raise NotAllowedInStage(f"{ticket.id} is in {ticket.stage.value}.", stage=ticket.stage.value)
    if ticket.parent:
        raise ParentImpossible(f"{ticket.id} is a child of {ticket.parent}: declare that one.", parent=ticket.parent)
    commander = command.commander.strip() or (now.commander if now else "")
    communicator = command.communicator.strip() or (now.communicator if now else "")
    lacks = [name for name, said in (("commander", commander), ("communicator", communicator)) if not said]
    if not now and is_blank(command.reason, at.policy.note):
        lacks.append("reason")
    if lacks:
        raise IncompleteCommand(f"A major incident needs {', '.join(lacks)}.", lacks)
    every = command.update_every or (now.update_every if now else at.policy.major_incidents.update_every)
    if every < _SHORTEST:
        raise IncompleteCommand("Updates come five minutes apart at least.", ["update_every"])
    if now and (now.commander, now.communicator, now.update_every) == (commander, communicator, every):
        raise NothingChanges(f"{ticket.id} is a major incident already, led like this.")
    return [
        MajorDeclared(
            at=at.now,
            by=at.by,
            commander=commander,
            communicator=communicator,
            update_every=every,
            update_due_at=at.now + every,
            reason=command.reason,
        )
    ]


def judge_update(at: Situation, command: PostUpdate) -> list[Event]:
    """The client of the ticket is told, as are those of its children; the next word is due anew."""
    major = _major(at)
    if is_blank(command.text, at.policy.note):
        raise IncompleteCommand("Say how it stands, in words for the clients.", ["text"])
    due_at = at.now + major.update_every
    told = Contacted(
        at=at.now,
        by=at.by,
        direction="outbound",
        channel=CHANNEL,
        text=command.text,
        clocks=promises.stopped(at.ticket, at.policy, at.now, promises.FIRST_RESPONSE),
    )
    return [MajorUpdated(at=at.now, by=at.by, text=command.text, update_due_at=due_at), told]


def judge_stand_down(at: Situation, command: StandDown) -> list[Event]:
    """Somebody says why it is none any more; the fault may last."""
    _major(at)
    if is_blank(command.reason, at.policy.note):
        raise IncompleteCommand("Say why it is no major incident any more.", ["reason"])
    return [MajorEnded(at=at.now, by=at.by, reason=command.reason)]


def update_missed(at: Situation) -> list[Event]:
    """The clients should have heard by now: an alarm, and again each time they should have."""
    major = at.ticket.major
    if major is None:
        return []
    after = at.now + major.update_every
    return [MajorUpdateMissed(at=at.now, n=major.missed + 1, due_at=major.update_due_at, update_due_at=after)]


def _major(at: Situation) -> Major:
    if at.ticket.major is None or not at.ticket.is_major:
        raise NotMajor(f"{at.ticket.id} is no major incident.")
    return at.ticket.major
