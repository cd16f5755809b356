"""What a decision left to do is done as far as it can be: a page never waits for the journal."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig

from activities import effects
from activities.effects import Done, EffectActivities, Errand
from activities.measures import Measures
from escalation.events import Commented, Entry
from escalation.messages import Message
from escalation.ports import Unavailable

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
ENTRY = Entry(
    ticket_id="T-1", seq=4, policy_version="1", request_id="", event=Commented(at=NOW, by="tomas", text="called her")
)
PAGE = Message(
    key="k", ticket_id="T-1", template="page_owner", urgent=True, to="x", recipient_kind="person", params={}, at=NOW
)


class Refusing:
    """A journal that answers each append with this; None: it takes them."""

    def __init__(self, answer: Exception | None) -> None:
        self._answer = answer

    def append(self, entries: Sequence[Entry]) -> None:
        if self._answer is not None:
            raise self._answer

    def entries(self, ticket_id: str) -> list[Entry]:
        return []


class Hanging(Refusing):
    """A journal that says nothing."""

    def __init__(self) -> None:
        self.freed = threading.Event()

    def append(self, entries: Sequence[Entry]) -> None:
        self.freed.wait(20)


class Post:
    def __init__(self) -> None:
        self.taken: list[str] = []

    async def take(self, messages: Sequence[Message]) -> None:
        self.taken += [message.key for message in messages]


@pytest.mark.parametrize("answer", [Unavailable("away"), ValueError("a gap"), KeyError("resolution")], ids=repr)
async def test_a_page_goes_out_whatever_the_journal_says_to_the_entries(answer: Exception) -> None:
    post = Post()
    done = await EffectActivities(Refusing(answer), post).carry_out(Errand(entries=[ENTRY], messages=[PAGE]))
    assert (done, post.taken) == (Done(written=False, sent=True), ["k"])


async def test_a_page_goes_out_while_the_journal_hangs() -> None:
    post, journal = Post(), Hanging()
    try:
        done = await EffectActivities(journal, post).carry_out(Errand(entries=[ENTRY], messages=[PAGE]))
    finally:
        journal.freed.set()
    assert (done, post.taken) == (Done(written=False, sent=True), ["k"])
    assert effects.WRITE_WITHIN.total_seconds() < 5


async def test_every_errand_to_the_journal_is_counted_by_what_came_of_it() -> None:
    buffer = MetricBuffer(1000)
    measures = Measures(Runtime(telemetry=TelemetryConfig(metrics=buffer)).metric_meter)
    for answer in (Unavailable("away"), ValueError("a gap"), None):
        doing = EffectActivities(Refusing(answer), Post(), measures)
        await doing.carry_out(Errand(entries=[ENTRY]))
    told = [(update.metric.name, update.attributes.get("outcome")) for update in buffer.retrieve_updates()]
    writes = [outcome for name, outcome in told if name == "tierline_journal_writes"]
    assert writes == ["away", "refused", "written"]
    assert ("tierline_journal_lag_seconds", None) in told


def test_a_channel_is_counted_without_the_mark_of_its_address() -> None:
    buffer = MetricBuffer(1000)
    measures = Measures(Runtime(telemetry=TelemetryConfig(metrics=buffer)).metric_meter)
    measures.tried("apprise:slack:5d41402abc4b", "sent")
    (told,) = buffer.retrieve_updates()
    assert (told.attributes["channel"], told.attributes["outcome"]) == ("apprise:slack", "sent")
