"""`python -m bench.decide`: the rules alone, in microseconds."""

import time
import timeit
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from bench.asked import situations
from bench.lives import LIVES, TIER_2
from bench.play import Play, default_policy
from bench.table import MarkdownFile, Table, command, percentile, show
from escalation import desk, effects
from escalation.card import card
from escalation.deadlines import next_deadline
from escalation.events import EVENT
from escalation.lifecycle import Lifecycle, Stage, move
from escalation.ticket import Ticket, fold
from escalation.view import view

_REPEATS, _LEAST = 9, 0.02


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
    _add(table, "open", lambda: desk.open_ticket("T-1", opening, cut, now))
    for name, play, asked in situations(cut, now):
        _add(table, name, partial(desk.decide, play.ticket, asked, play.policy, play.now))
    table.notes.append("A validator asks once before a command enters history, the loop once more.")
    return table


def _machine() -> Table:
    table = Table("The state machine", ("", "best µs", "median µs"))
    _add(table, "an instance, restored", lambda: Lifecycle(Bearer()))
    bearer = Bearer()
    machine = Lifecycle(bearer)
    _add(table, "a transition and the way back", lambda: (machine.resolve(), machine.reopen(to=Stage.TIER_1)))
    assert bearer.state is Stage.TIER_1
    _add(table, "move, as the rules ask it", lambda: move(Stage.TIER_1, "resolve"))
    _add(table, "move with a guard", lambda: move(Stage.TIER_1, "escalate", Stage.TIER_2))
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
    _add(table, "view", lambda: view(before))
    _add(table, "view as JSON", lambda: view(before).model_dump_json())
    _add(table, "card", lambda: card(before, recent))
    _add(table, "next_deadline", lambda: next_deadline(before))
    _add(table, "one event applied", lambda: before.after(last))
    _add(table, f"fold of {len(events)} events", lambda: fold(events))
    _add(table, f"{len(events)} events out of JSON", lambda: [EVENT.validate_json(each) for each in stored])
    _add(table, "ticket out of JSON", _out_of_json(ticket))
    _add(table, "messages of an escalation", _messages(play))
    _add(table, "a policy's slice for one client", lambda: policy.slice_for(TIER_2.intake.client))
    return table


def _out_of_json(ticket: Ticket) -> Callable[[], object]:
    stored = ticket.model_dump_json()
    return lambda: Ticket.model_validate_json(stored)


def _messages(play: Play) -> Callable[[], object]:
    place = next(n for n, event in enumerate(play.events) if event.kind == "escalated")
    ticket = fold(play.events[: place + 1])
    return lambda: effects.messages(ticket, [play.events[place]], ticket.seq, play.policy)


def _add(table: Table, name: str, do: Callable[[], object]) -> None:
    """A row with one call's processor time: the best and the median of nine series, each of 20 ms at least."""
    made = do()
    timer = timeit.Timer(do, timer=time.process_time)
    number = 1
    while timer.timeit(number) < _LEAST:
        number *= 2
    took = [seconds / number * 1e6 for seconds in timer.repeat(_REPEATS, number)]
    events = [len(made)] if isinstance(made, list) and "events" in table.columns else []
    table.add(name, _short(min(took)), _short(percentile(took, 0.5)), *events)


def _short(microseconds: float) -> str:
    return f"{microseconds:,.0f}" if microseconds >= 10 else f"{microseconds:.1f}"


if __name__ == "__main__":
    command(main)
