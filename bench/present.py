"""A desk in the middle of its day, made up: open tickets of every kind, age and stage, played by the rules."""

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from bench.lives import FACTS, MANAGER, NOTE
from bench.past import pass_time
from bench.play import Play
from escalation.commands import Accept, AnyCommand, Contact, Escalate, Hold, Intake, LogAttempt, Open
from escalation.desk import fallback
from escalation.errors import Refusal
from escalation.events import Entry, Need
from escalation.policy import Policy, Slice
from escalation.ports import Named
from escalation.terms import Role

_SUBJECTS = {
    "identity": ("Cannot sign in since this morning", "Locked out after the holiday", "New phone, no second factor"),
    "access": ("Shared calendar is read-only", "New colleague needs the finance folder"),
    "connectivity": ("No internet at the front desk", "VPN drops every few minutes", "Wi-Fi slow in the meeting room"),
    "software": ("How to install the label printer's driver", "PDF editor asks for a licence"),
    "printing": ("Printer on the second floor jams", "Labels come out blank"),
    "email": ("Mail to one supplier bounces", "Outlook asks for the password again and again"),
    "network": ("The site in the north is slow", "Remote access blocked since the firewall change"),
    "server": ("File server does not answer", "Host reports a failed disk"),
    "backup": ("Backup failed for the third night", "Restore of last week's project"),
    "app": ("Invoices cannot be posted: error 500", "Patient records load for minutes"),
    "security": ("Mail with a strange attachment was opened", "Alert: sign-ins from two countries"),
    "outage": ("The whole office is offline", "Phones and internet are down at the plant"),
    "vendor": ("Provider moved the line without notice",),
}
_CONTACTS = ("Bob Miller", "Evelyn Harbor", "Katarzyna Wolska", "Front desk", "Duty nurse", "Ana Torres")
_WORK: tuple[AnyCommand, ...] = (
    LogAttempt(step="Read the log", result="Nothing in it", outcome="partly"),
    LogAttempt(step="Restarted the service", result="The same again", outcome="partly"),
    Hold(reason="waiting_customer", evidence={"question_sent": "Which device was it?"}),
    Escalate(by=MANAGER, role=Role.SERVICE_MANAGER, reason="knowledge", note=NOTE, override_reason="Takes too long"),
)


def open_lives(policy: Policy, number: int, now: datetime, seed: int = 11) -> Iterator[list[Entry]]:
    """So many stories of tickets that are open at `now`; the same seed gives the same."""
    dice, made = random.Random(seed), 0
    while made < number:
        play = _played(policy, f"T-{made:012}", dice, now)
        if play.ticket.tier is not None or play.ticket.stage.value == "triage":
            made += 1
            yield [entry for decision in play.decisions for entry in decision]


def _anybody(policy: Policy, dice: random.Random, need: Need, rules: Slice) -> Named:
    """One of those who could, skill or not: a desk on which everything lies with three people is none."""
    usual = fallback(need, rules)
    able = [each.id for each in policy.people.values() if each.tier == need.tier and each.id not in need.exclude]
    if need.person or need.rota or need.role is not Role.TECHNICIAN or not able:
        return usual
    return Named(person=dice.choice(able), via="on_shift")


def _played(policy: Policy, ticket_id: str, dice: random.Random, now: datetime) -> Play:
    """Taken in within the last two days, mostly within hours, and worked on until now or not yet."""
    client, category = dice.choice(list(policy.clients)), dice.choice(list(policy.categories))
    sorted_out = dice.random() > 0.06
    intake = Intake(
        client=client,
        contact=Contact(name=dice.choice(_CONTACTS)),
        subject=dice.choice(_SUBJECTS[category.partition(".")[0]]),
        category=category if sorted_out else None,
        impact=dice.choice((1, 2, 3, 3, 3, 3)) if sorted_out else None,
        urgency=dice.choice((1, 2, 2, 3)) if sorted_out else None,
        facts=FACTS,
    )
    age = timedelta(minutes=min(dice.expovariate(1 / 240), 2880))
    who = partial(_anybody, policy, dice)
    play = Play(policy.slice_for(client), ticket_id, now - age, who=who)
    play.open(Open(by="portal", role=Role.INTEGRATION, intake=intake, request_id=f"open/{ticket_id}"))
    while play.now < now and dice.random() < 0.8:
        pass_time(play, min(timedelta(minutes=dice.randrange(2, 60)), now - play.now))
        with suppress(Refusal):
            play.do(dice.choice(_WORK) if play.ticket.accepted_at else Accept(contacted=dice.random() < 0.7))
    pass_time(play, now - play.now)
    return play
