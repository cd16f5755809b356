"""A desk's past, made up: lives of many kinds, played by the rules with time passing, and multiplied in the journal."""

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from bench.lives import FACTS, MANAGER, NOTE
from bench.play import Play
from escalation.commands import (
    Accept,
    AnyCommand,
    Contact,
    ContactMade,
    DeadlinePassed,
    Escalate,
    Hold,
    Intake,
    LogAttempt,
    Open,
    Resolve,
    Return,
    UpdateFields,
)
from escalation.deadlines import next_deadline
from escalation.desk import decide
from escalation.errors import Refusal
from escalation.events import Entry
from escalation.policy import Policy
from escalation.terms import Flag, Role
from stores.journal import Journal

MONDAY = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
_UNTIL_CLOSED = timedelta(days=20)
_FAILED = LogAttempt(step="Reset the password", result="Blocked again", outcome="failed", sop_step="SOP-01/2")
_STEPS: tuple[AnyCommand, ...] = (
    _FAILED,
    _FAILED,
    LogAttempt(step="Read the log", result="Nothing in it", outcome="partly"),
    Hold(reason="waiting_customer", evidence={"question_sent": "Which device was it?"}),
    ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", text="Any news?"),
    ContactMade(direction="outbound", text="We are on it"),
    Escalate(reason="knowledge", note=NOTE),
    Escalate(by=MANAGER, role=Role.SERVICE_MANAGER, reason="knowledge", note=NOTE, override_reason="It takes too long"),
    Return(reason="resolvable_at_lower_tier", what_is_missing="Only the printer was off"),
    UpdateFields(flags=(Flag.SERVER_SIDE,)),
    UpdateFields(facts=FACTS.model_copy(update={"users_affected": 4})),
)
_RESOLVED = Resolve(code="fixed", cause="identity", resolution="Excluded the device from the policy and enrolled it")


def lives(policy: Policy, number: int, seed: int = 7, since: datetime = MONDAY) -> Iterator[list[Entry]]:
    """So many different stories from intake to close, begun within sixty days; the same seed gives the same."""
    dice = random.Random(seed)
    for n in range(number):
        yield _life(policy, f"PAST-{n:04}", dice, since)


def multiply(engine: Engine, copies: int) -> None:
    """Every story in the journal so many more times, each under an id of its own; by the database, which is quick."""
    for statement in (_COPY_JOURNAL, *map(_COPY_ROWS.format, _COPIED)):
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(statement), {"copies": copies})


def keep(engine: Engine, stories: Iterator[list[Entry]]) -> int:
    """Write the stories down; the number of entries."""
    journal, entries = Journal(engine), 0
    for story in stories:
        journal.append(story)
        entries += len(story)
    return entries


def _life(policy: Policy, ticket_id: str, dice: random.Random, since: datetime) -> list[Entry]:
    client = dice.choice(list(policy.clients))
    intake = Intake(
        client=client,
        contact=Contact(name="Bob Miller", email="bob@acme-dental.example", vip=dice.random() < 0.1),
        subject="Cannot sign in since this morning",
        category=dice.choice(list(policy.categories)),
        impact=dice.choice((1, 2, 3, 3, 3)),
        urgency=dice.choice((1, 2, 2, 3)),
        facts=FACTS,
    )
    now = since + timedelta(minutes=dice.randrange(60 * 24 * 60))
    play = Play(policy.slice_for(client), ticket_id, now)
    play.open(Open(by="portal", role=Role.INTEGRATION, intake=intake, request_id=f"open/{ticket_id}"))
    pass_time(play, timedelta(minutes=dice.randrange(1, 45)))
    _ask(play, Accept(contacted=dice.random() < 0.7))
    for _ in range(dice.randrange(1, 5)):
        _ask(play, dice.choice(_STEPS))
        pass_time(play, timedelta(minutes=dice.randrange(2, 400)))
        if play.ticket.accepted_at is None:
            _ask(play, Accept())
    _ask(play, _RESOLVED)
    pass_time(play, _UNTIL_CLOSED)
    return [entry for decision in play.decisions for entry in decision]


def _ask(play: Play, command: AnyCommand) -> None:
    with suppress(Refusal):
        play.do(command)


def pass_time(play: Play, time: timedelta) -> None:
    """Time passes, and every deadline is met at its moment."""
    until = play.now + time
    while (coming := next_deadline(play.ticket)) and coming.at <= until:
        play.now = max(play.now, coming.at)
        if not decide(play.ticket, DeadlinePassed(), play.policy, play.now):
            break
        play.do(DeadlinePassed())
    play.now = until


_COPY_JOURNAL = """
INSERT INTO journal (ticket_id, seq, at, kind, actor, policy_version, request_id, event)
SELECT ticket_id || '-' || n, seq, at, kind, actor, policy_version, request_id,
       CASE WHEN seq = 1 THEN jsonb_set(event, '{ticket_id}', to_jsonb(ticket_id || '-' || n)) ELSE event END
FROM journal, generate_series(1, :copies) AS n
"""
_COPIED = ("tickets", "ticket_figures", "ticket_stays", "tier_one_events")
_COPY_ROWS = """
INSERT INTO {0}
SELECT copied.*
FROM {0} AS t, generate_series(1, :copies) AS copy,
     LATERAL jsonb_populate_record(t, jsonb_build_object('ticket_id', t.ticket_id || '-' || copy)) AS copied
"""
