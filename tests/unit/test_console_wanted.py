"""The form over the figures: which time it means, on whose clock, and what stands in the address."""

from datetime import UTC, datetime

import pytest

from api.console.metrics.wanted import SPANS, Wanted, Window, usual_every
from escalation.zones import zone_named

CHICAGO = zone_named("America/Chicago")
NOW = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)  # in Chicago still the 2nd, two days after the clocks were put back


def wanted(**said: str) -> Wanted:
    return Wanted.model_validate(said)


def utc(month: int, day: int, hour: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "window"),
    [
        ({}, Window(datetime(2026, 8, 5, 2, 30, tzinfo=UTC), None)),
        ({"log": "imported"}, Window(None, None)),
        ({"span": "7"}, Window(datetime(2026, 10, 27, 2, 30, tzinfo=UTC), None)),
        ({"span": "month"}, Window(utc(11, 1, 5), None)),
        ({"span": "last_month"}, Window(utc(10, 1, 5), utc(11, 1, 5))),
        ({"span": "quarter"}, Window(utc(10, 1, 5), None)),
        ({"span": "last_quarter"}, Window(utc(7, 1, 5), utc(10, 1, 5))),
        ({"span": "dates", "from": "2026-10-31", "to": "2026-11-01"}, Window(utc(10, 31, 5), utc(11, 2, 6))),
        ({"to": "2026-10-31"}, Window(None, utc(11, 1, 5))),
        ({"from": "2026-10-31T10:00:00+00:00"}, Window(utc(10, 31, 10), None)),
    ],
)
def test_a_time_begins_and_ends_at_midnight_where_the_viewer_is(said: dict[str, str], window: Window) -> None:
    form = wanted(**said)
    assert form.wrong() == {}
    assert form.window(NOW, CHICAGO) == window


@pytest.mark.parametrize("span", [span for span, _ in SPANS if span != "dates"])
def test_each_span_has_a_time(span: str) -> None:
    since, until = wanted(span=span).window(NOW, CHICAGO)
    assert since is None or since < (until or NOW)


def test_the_address_says_what_was_asked_and_nothing_else() -> None:
    form = wanted(span="30", client="acme", **{"from": "2026-10-31"})
    assert form.asked(by="shift") == {"span": "30", "client": "acme", "by": "shift"}
    assert wanted(**{"from": "2026-10-31"}).asked() == {"from": "2026-10-31"}
    assert form.asked(client="") == {"span": "30"}


def test_a_form_is_about_the_groups_that_it_names() -> None:
    scope = wanted(client="acme", shift="(none)").scope(Window(None, NOW), ("acme", "other"))
    assert (scope.only, scope.clients, scope.imported) == (
        {"client": "acme", "shift": "(none)"},
        ("acme", "other"),
        False,
    )


@pytest.mark.parametrize(("said", "every"), [({"span": "30"}, "day"), ({}, "week"), ({"span": "all"}, "month")])
def test_a_longer_time_is_looked_at_in_longer_steps(said: dict[str, str], every: str) -> None:
    assert usual_every(wanted(**said).window(NOW, CHICAGO), NOW) == every
