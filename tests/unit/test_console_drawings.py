"""What the drawings of the figures promise: labels apart, widths that add up, every hour of the week."""

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.drawings.flows import MOST_STEPS, WIDTH, Alluvial, alluvial, way_of
from api.console.drawings.heat import STEPS, busiest, steps, week
from api.console.drawings.trend import HEIGHT, line, nice_top
from api.console.drawings.trend import WIDTH as LINE_WIDTH
from escalation.figures import Cell, Flow, Flows, HeatMap
from escalation.figures.flows import flows_of

LINE_OF_TEXT = 14.0  # units of the view box
ENDS = ("resolved", "cancelled", "open")


@st.composite
def any_flows(draw: st.DrawFn) -> Flows:
    """Flows of a few ways through the tiers, each taken by one ticket or by thousands."""
    counted: defaultdict[tuple[int, str, str], int] = defaultdict(int)
    cases = 0
    tiers = st.lists(st.sampled_from(("tier_1", "tier_2", "tier_3")), min_size=1, max_size=9)
    for way in draw(st.lists(tiers, min_size=1, max_size=12)):
        path = ["opened", *(place for n, place in enumerate(way) if n == 0 or place != way[n - 1])]
        path.append(draw(st.sampled_from(ENDS)))
        many = draw(st.sampled_from((1, 3, 40, 5000)))
        cases += many
        for step, (source, target) in enumerate(pairwise(path), start=1):
            counted[step, source, target] += many
    return flows_of(cases, counted)


@given(any_flows())
def test_the_labels_of_a_column_never_overlap_and_stay_within_the_drawing(flows: Flows) -> None:
    drawing = alluvial(flows)
    columns: defaultdict[int, list[float]] = defaultdict(list)
    for post in drawing.posts:
        columns[post.step].append(post.middle)
        assert 0 <= post.x < WIDTH
        assert post.y + post.height <= drawing.height
    for column in columns.values():
        assert all(below - above >= LINE_OF_TEXT for above, below in pairwise(column))


@given(any_flows())
def test_each_step_that_is_drawn_has_a_ribbon_for_each_flow_and_the_rest_is_told(flows: Flows) -> None:
    drawing = alluvial(flows)
    shown = [flow for flow in flows.flows if flow.step <= MOST_STEPS]
    assert sorted(ribbon.flow.name for ribbon in drawing.ribbons) == sorted(flow.name for flow in shown)
    assert drawing.beyond == sum(flow.tickets for flow in flows.flows if flow.step == MOST_STEPS + 1)
    assert sum(post.tickets for post in drawing.posts if post.step == 0) == flows.cases


def test_a_post_is_as_high_as_its_tickets_are_many() -> None:
    drawing = alluvial(
        flows_of(10, {(1, "opened", "tier_1"): 10, (2, "tier_1", "tier_2"): 4, (2, "tier_1", "open"): 6})
    )
    assert _heights(drawing) == {"opened": 300.0, "tier_1": 300.0, "tier_2": 120.0, "open": 180.0}


def _heights(drawing: Alluvial) -> dict[str, float]:
    return {post.place: post.height for post in drawing.posts}


@pytest.mark.parametrize(
    ("source", "target", "way"),
    [
        ("opened", "tier_3", "begins"),
        ("tier_1", "tier_3", "up"),
        ("tier_3", "tier_2", "down"),
        ("tier_3", "open", "ends"),
    ],
)
def test_a_flow_leads_up_down_in_or_out(source: str, target: str, way: str) -> None:
    assert way_of(Flow(step=1, source=source, target=target, tickets=1)) == way


def heat(**at: int) -> HeatMap:
    """So many tickets at `d1h10`: Monday at ten."""
    cells = [
        Cell(weekday=weekday, hour=hour, taken_in=at.get(f"d{weekday}h{hour}", 0))
        for weekday in range(1, 8)
        for hour in range(24)
    ]
    return HeatMap(zone="UTC", cells=tuple(cells))


@pytest.mark.parametrize("turned", [False, True])
def test_the_week_has_a_field_for_each_hour_and_none_lies_on_another(turned: bool) -> None:
    drawing = week(heat(d1h10=5), "taken_in", turned=turned)
    wide, high = drawing.field
    places = {(field.x, field.y) for field in drawing.fields}
    assert len(places) == 168
    assert all(x + wide <= drawing.width and y + high <= drawing.height for x, y in places)
    assert (drawing.height > drawing.width) == turned


def test_the_darkest_step_is_the_busiest_hour_and_nothing_has_none() -> None:
    drawing = week(heat(d1h10=41, d2h3=1), "taken_in")
    assert {(field.when, field.step) for field in drawing.fields if field.n} == {
        ("Monday 10:00", STEPS),
        ("Tuesday 03:00", 1),
    }
    assert {field.step for field in drawing.fields if not field.n} == {0}
    most = busiest(heat(d1h10=41, d2h3=1), "taken_in")
    assert most
    assert (most.weekday, most.hour, most.taken_in) == (1, 10, 41)
    assert busiest(heat(), "taken_in") is None


@given(st.integers(1, 500))
def test_the_steps_of_the_legend_hold_every_number_once(most: int) -> None:
    held = [n for _, least, up_to in steps(most) for n in range(least, up_to + 1)]
    assert held == list(range(1, most + 1))


@given(st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=60), st.none() | st.just(40.0))
def test_every_figure_of_a_trend_lies_within_its_drawing(values: list[float | None], limit: float | None) -> None:
    drawn = line(values, limit)
    assert len(drawn.points) == sum(value is not None for value in values)
    assert all(0 <= point.x <= LINE_WIDTH and 0 <= point.y <= HEIGHT for point in drawn.points)
    assert all(0 <= y <= HEIGHT for _, y in drawn.marks)


def test_a_line_breaks_where_nothing_is_known() -> None:
    assert len(line([1, 2, None, 3, 4]).paths) == 2
    assert line([1, None, 2]).paths == ()


@pytest.mark.parametrize(("most", "top"), [(1, 1), (41, 50), (1292, 2000), (100, 100), (101, 200)])
def test_the_scale_ends_at_a_round_number(most: float, top: float) -> None:
    assert nice_top(most) == top
