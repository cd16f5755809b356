"""Every command once, on a ticket that it fits."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.lives import EMERGENCY, LOCKED_OUT, MANAGER, NOTE, TIER_1, TIER_2, Life, signed
from bench.play import Play
from escalation import commands as ask
from escalation.commands import AnyCommand
from escalation.policy import Slice
from escalation.terms import Flag, Role

_UNSORTED = Life("unsorted", LOCKED_OUT.model_copy(update={"category": None, "impact": None, "urgency": None}), ())
_HOLD = ask.Hold(reason="waiting_customer", evidence={"question_sent": "Which phone?"})


def situations(policy: Slice, now: datetime) -> Iterator[tuple[str, Play, AnyCommand]]:
    """The name, the ticket so far, and the command signed by whoever may ask it."""
    for play, command in _fitting(policy, now):
        play.now = now
        yield command.name, play, signed(command, play.ticket.owner, "r")


def _fitting(policy: Slice, now: datetime) -> Iterator[tuple[Play, AnyCommand]]:
    def lived(life: Life, steps: int) -> Play:
        """A ticket so many steps into a life that began an hour ago."""
        play = Play(policy, "T-1", now - timedelta(hours=1)).open(life.opening("T-1"))
        for command in life.steps[:steps]:
            play.do(command)
        return play

    fresh, worked, at_tier_2, resolved = lived(TIER_1, 0), lived(TIER_2, 2), lived(TIER_2, 4), lived(TIER_1, 3)
    dispatcher = {"by": "dana", "role": Role.DISPATCHER}
    sorted_in = ask.Triage(category="identity.password_reset", impact=2, urgency=2, **dispatcher)
    yield lived(_UNSORTED, 0), sorted_in
    yield fresh, ask.Accept(contacted=True)
    yield worked, ask.UpdateFields(flags=(Flag.SERVER_SIDE,))
    yield lived(TIER_1, 1), TIER_2.steps[1]
    yield worked, TIER_2.steps[2]
    yield worked, ask.Emergency(reason="files are being encrypted", note=NOTE)
    yield worked, ask.Coordinate(reason="the client threatens to leave", by=MANAGER)
    yield at_tier_2, ask.Return(reason="wrong_skill", what_is_missing="which phone holds the old password")
    yield worked, ask.Transfer(skill="m365", reason="a question of licences", note=NOTE)
    yield worked, ask.Consult(person="elena", question="Is a restart safe now?")
    yield worked, _HOLD
    yield lived(TIER_2, 2).do(_HOLD), ask.Resume()
    yield worked, ask.ContactMade(text="told her what we do next")
    near_miss = {"considered_trigger": "C2", "why_considered": "the first reset failed"}
    yield worked, ask.LogNearMiss(what_unblocked_it="the known issue on cached credentials", **near_miss)
    yield at_tier_2, ask.RateNote(rating="usable")
    yield lived(EMERGENCY, 2), EMERGENCY.steps[2]
    yield worked, ask.Comment(text="the user is back at two")
    yield worked, TIER_1.steps[2]
    yield resolved, ask.Reopen(reason="locked again")
    yield resolved, ask.Close(reason="confirmed by phone")
    yield worked, ask.Cancel(reason="sent by mistake", by="dana", role=Role.DISPATCHER)
    yield worked, ask.Merge(into="T-2", by="dana", role=Role.DISPATCHER)
    yield fresh, ask.Absorb(ticket_id="T-2", opened_at=now - timedelta(hours=2))
    yield fresh, ask.DeadlinePassed()
