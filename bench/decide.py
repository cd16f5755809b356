"""`python -m bench.decide`: the rules alone, in microseconds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from bench.asked import situations
from bench.lives import LIVES, TIER_2
from bench.play import Play, default_policy
from bench.table import MarkdownFile, Table, command, show
from bench.timing import add_timed
from escalation import desk, effects
from escalation.card import card
from escalation.deadlines import next_deadline
from escalation.events import EVENT
from escalation.lifecycle import Lifecycle, Stage, move
from escalation.ticket import Ticket, fold
from escalation.view import view


@dataclass
class Bearer:
    """What a machine reads and writes its stage on."""

    state: Stage = Stage.TIER_1


def main(markdown: MarkdownFile = None) -> None:
    """decide for every command; the state machine; views, card, folding, serialising."""
    show([_decisions(), _machine(), _readings()], markdown)


def _decisions() -> Table:
    table = Table("decide, for each command", ("Command", "best µs", "median µs", "events"))
    policy = default_policy()
    cut = policy.slice_for(TIER_2.intake.client)
    now = datetime.now(UTC)
    opening = TIER_2.opening("T-1")
    add_timed(table, "open", lambda: desk.open_ticket("T-1", opening, cut, now))
    for name, play, asked in situations(cut, now):
        add_timed(table, name, partial(desk.decide, play.ticket, asked, play.policy, play.now))
    table.notes.append("A validator asks once before a command enters history, the loop once more.")
    return table


def _machine() -> Table:
    table = Table("The state machine", ("", "best µs", "median µs"))
    add_timed(table, "an instance, restored", lambda: Lifecycle(Bearer()))
    bearer = Bearer()
    machine = Lifecycle(bearer)
    add_timed(table, "a transition and the way back", lambda: (machine.resolve(), machine.reopen(to=Stage.TIER_1)))
    assert bearer.state is Stage.TIER_1
    add_timed(table, "move, as the rules ask it", lambda: move(Stage.TIER_1, "resolve"))
    add_timed(table, "move with a guard", lambda: move(Stage.TIER_1, "escalate", Stage.TIER_2))
    return table


def _readings() -> Table:
    table = Table("Around a decision", ("", "best µs", "median µs"))
    policy, now = default_policy(), datetime.now(UTC)
    play = Play(policy.slice_for(TIER_2.intake.client), "T-1", now - timedelta(hours=1)).live(LIVES["tier_3"])
    ticket, events = play.ticket, play.events
    last = events[-1]
    stored = [event.model_dump_json() for event in events]
    before = fold(events[:-1])
    recent = ["23 Nov 10:00 tomas: accepted"] * 6
    add_timed(table, "view", lambda: view(before))
    add_timed(table, "view as JSON", lambda: view(before).model_dump_json())
    add_timed(table, "card", lambda: card(before, recent))
    add_timed(table, "next_deadline", lambda: next_deadline(before))
    add_timed(table, "one event applied", lambda: before.after(last))
    add_timed(table, f"fold of {len(events)} events", lambda: fold(events))
    add_timed(table, f"{len(events)} events out of JSON", lambda: [EVENT.validate_json(each) for each in stored])
    add_timed(table, "ticket out of JSON", _out_of_json(ticket))
    add_timed(table, "messages of an escalation", _messages(play))
    add_timed(table, "a policy's slice for one client", lambda: policy.slice_for(TIER_2.intake.client))
    return table


def _out_of_json(ticket: Ticket) -> Callable[[], object]:
    stored = ticket.model_dump_json()
    return lambda: Ticket.model_validate_json(stored)


def _messages(play: Play) -> Callable[[], object]:
    place = next(n for n, event in enumerate(play.events) if event.kind == "escalated")
    ticket = fold(play.events[: place + 1])
    return lambda: effects.messages(ticket, [play.events[place]], ticket.seq, play.policy)


if __name__ == "__main__":
    command(main)
