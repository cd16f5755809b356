"""B4, B11, B13: the table of conditions is what clocks do, over random lives; and the page that shows it."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from escalation.clockwork import TABLE
from escalation.events import Event
from escalation.promises import ACCEPT
from escalation.sla import Clock
from escalation.ticket import fold
from tests.unit.rules.histories import History, histories
from tierline.docs_cli import CLOCKS, clocks_page

LISTED = {
    (name, does) for name, row in TABLE.items()
    for does in ("starts", "stops", "pauses", "resumes", "resets", "retargets") if getattr(row, does)
}  # fmt: skip

# No hold of the default policy pauses these.
UNUSED = {(name, does) for name in ("first_response", "next_reply") for does in ("pauses", "resumes")}


def changes(before: Clock | None, after: Clock) -> Iterator[str]:
    """What happened to one clock, in the words of the table."""
    if before is None:
        yield "starts"
        return
    if before.stopped_at and not after.stopped_at:
        yield "resumes" if len(after.pauses) > len(before.pauses) else "resets"
        return
    if after.started_at > before.started_at or (after.name == ACCEPT and after.generation > before.generation):
        yield "resets"
        return
    if before.paused and not after.paused and not after.stopped_at:
        yield "resumes"
    elif after.generation > before.generation:
        yield "retargets"
    if after.stopped_at and not before.stopped_at:
        yield "stops"
    if after.paused and not before.paused:
        yield "pauses"


def seen(events: list[Event]) -> Iterator[tuple[str, str, str]]:
    """(clock, what it did, kind of event) of a whole story."""
    ticket = fold(events[:1])
    yield from ((name, "starts", events[0].kind) for name in ticket.clocks)
    for event in events[1:]:
        after = ticket.after(event)
        for name, clock in after.clocks.items():
            if clock != ticket.clocks.get(name):
                row = "tier" if name.startswith("tier_") else name
                yield from ((row, did, event.kind) for did in changes(ticket.clocks.get(name), clock))
        ticket = after


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_clocks_do_what_the_table_says_and_nothing_else(history: History) -> None:
    for clock, did, kind in seen(history.story.events):
        assert kind in getattr(TABLE[clock], did), f"{clock} {did} at {kind}"


def test_the_page_says_what_the_table_says() -> None:
    assert (Path(__file__).parents[3] / CLOCKS).read_text(encoding="utf-8") == clocks_page()
