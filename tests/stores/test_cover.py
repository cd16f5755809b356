"""B23: coming gaps of cover, from the rotas as they rest to the service manager's screen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.cover import Ahead, CoverActivities, Watched
from activities.links import Links
from activities.postman import DeliveryActivities, TemporalPostman
from activities.wording import Wording
from escalation.messages import Address, Message, Receipt, WayBack
from escalation.oncall import Absence, RotaOverride
from escalation.policy import Policy
from stores.desk import Desk
from stores.live_rotas import LiveRotas
from stores.messages import Outbox
from stores.people import People
from stores.signing_keys import SigningKeys
from tests.stores.desks import NOON, policy

DAY = timedelta(days=1)
AWAY = Absence(person="sofia", start=NOON + 20 * DAY, end=NOON + 21 * DAY)


@dataclass
class Screen:
    """An outlet, and the ways out that have only this one; it keeps what was shown and to whom."""

    name: str = "screen"
    configured: bool = True
    shown: list[tuple[str | None, str, str, bool]] = field(default_factory=list)
    to: Address = field(default_factory=Address)

    def pick(self, to: Address, urgent: bool, via: str | None = None) -> Sequence["Screen"]:
        self.to = to
        return [self]

    def send(self, message_key: str, subject: str, body: str, urgent: bool, back: WayBack) -> Receipt:
        self.shown.append((self.to.email, subject, body, urgent))
        return Receipt(channel=self.name, state="accepted", provider_id=None, detail="", at=NOON)


class Texts:
    """A policy with the one text that is needed."""

    def current(self) -> Policy:
        return policy(messages={"gap_ahead": "NOBODY for {rota}: {gaps}."})

    def version(self, version: str) -> Policy:
        return self.current()


@pytest.fixture
def rotas(engine: Engine, desk: Desk) -> LiveRotas:
    return LiveRotas(engine)


async def look(engine: Engine, rotas: LiveRotas, before: Watched, days: float) -> Watched:
    """One look by the activity; no way out is configured, so that the messages rest in the outbox."""
    client = await Client.connect("127.0.0.1:9", lazy=True)
    postman = TemporalPostman(client, "tierline", Outbox(engine), configured=False)
    watching = CoverActivities(rotas, postman)
    return await ActivityEnvironment().run(watching.warn_of_gaps, Ahead(now=NOON + days * DAY, known=before.known))


def queued(engine: Engine) -> list[Message]:
    return [each.message for each in Outbox(engine).for_ticket("on-call/seniors")]


async def test_b23_a_gap_reaches_the_outbox_once_however_often_somebody_looks(engine: Engine, rotas: LiveRotas) -> None:
    assert queued(engine) == []
    rotas.be_away(AWAY, "ruth")
    first = await look(engine, rotas, Watched(), 0)
    assert first.next_at == AWAY.start - DAY
    again = await look(engine, rotas, first, 0.01)
    await look(engine, rotas, Watched(), 0.02)  # an answer that was lost: the same gap under the same key
    (message,) = queued(engine)
    assert (message.to, message.urgent, message.params["rota"]) == ("service_manager", False, "seniors")
    await look(engine, rotas, again, 19.5)
    assert [each.urgent for each in queued(engine)] == [False, True]


async def test_b23_nobody_hears_of_a_gap_that_an_override_closed(engine: Engine, rotas: LiveRotas) -> None:
    rotas.be_away(AWAY, "ruth")
    first = await look(engine, rotas, Watched(), 0)
    rotas.override(RotaOverride(rota="seniors", who="marek", start=AWAY.start, end=AWAY.end), "ruth")
    shut = await look(engine, rotas, first, 19.5)
    assert [each.open for each in shut.known] == [False]
    assert len(queued(engine)) == 1


async def test_b23_the_service_manager_reads_which_rota_when_in_its_own_zone_and_why(
    engine: Engine, rotas: LiveRotas
) -> None:
    rotas.be_away(AWAY, "ruth")
    await look(engine, rotas, Watched(), 0)
    screen = Screen()
    people, links = People(engine), Links(SigningKeys(engine), "https://desk.example")
    delivering = DeliveryActivities(people, Wording(people, Texts(), links), screen, Outbox(engine))
    assert delivering.deliver(queued(engine)[0]) == ["screen:grace"]
    assert screen.shown == [
        (
            "grace@desk.example",
            "[on-call/seniors] nobody answers in 20 days",
            "NOBODY for seniors: Mon 22 Jun 12:00 to Tue 23 Jun 12:00 CEST (nobody: sofia away).",
            False,
        )
    ]
