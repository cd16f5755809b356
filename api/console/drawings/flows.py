"""An alluvial drawing of how tickets went from tier to tier: a column for each step, a ribbon for each flow."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from escalation.figures import Flow, Flows

Way = Literal["begins", "up", "down", "ends"]
WIDTH, HEAD, FOOT = 1000.0, 26.0, 10.0
MOST_STEPS = 6
_ORDER = ("opened", "tier_3", "tier_2", "tier_1", "open", "resolved", "cancelled")
_ENDS = frozenset({"open", "resolved", "cancelled"})
_BODY, _APART, _POST, _LEFT, _RIGHT = 300.0, 20.0, 9.0, 4.0, 132.0


class Post(NamedTuple):
    """A place at one step; its label stands beside it. `goes_on`: further than the drawing does."""

    place: str
    step: int
    tickets: int
    x: float
    y: float
    height: float
    goes_on: bool

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.y + self.height / 2, 1)


class Ribbon(NamedTuple):
    """A flow, as wide as its tickets are many."""

    flow: Flow
    way: Way
    path: str


@dataclass(frozen=True)
class Alluvial:
    """The drawing; `beyond` are the tickets whose way is longer than it shows."""

    height: float
    post_width: float
    steps: tuple[tuple[int, float], ...]
    posts: tuple[Post, ...]
    ribbons: tuple[Ribbon, ...]
    beyond: int


def alluvial(flows: Flows, most_steps: int = MOST_STEPS) -> Alluvial:
    """The first steps of these flows; labels never overlap, however few tickets a place has."""
    drawn = [flow for flow in flows.flows if flow.step <= most_steps]
    columns = _columns(drawn)
    scale = _BODY / max((sum(column.values()) for column in columns), default=1)
    apart = (WIDTH - _LEFT - _RIGHT - _POST) / max(len(columns) - 1, 1)
    posts = {(post.step, post.place): post for post in _posts(columns, scale, apart, len(columns) - 1)}
    tallest = max((post.y + post.height for post in posts.values()), default=HEAD)
    return Alluvial(
        height=round(tallest + FOOT, 1),
        post_width=_POST,
        steps=tuple((step, round(_LEFT + step * apart, 1)) for step in range(len(columns))),
        posts=tuple(posts.values()),
        ribbons=tuple(_ribbons(drawn, posts, scale)),
        beyond=sum(post.tickets for post in posts.values() if post.goes_on),
    )


def way_of(flow: Flow) -> Way:
    """Whether a flow leads up, down, in or out."""
    if flow.source == "opened":
        return "begins"
    if flow.target in _ENDS:
        return "ends"
    return "up" if flow.target > flow.source else "down"  # tier_1 < tier_2 < tier_3


def _columns(flows: Sequence[Flow]) -> list[dict[str, int]]:
    """How many tickets are at each place after so many steps: what came in, or for the first what goes out."""
    columns: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for flow in flows:
        columns[flow.step][flow.target] += flow.tickets
        if flow.step == 1:
            columns[0][flow.source] += flow.tickets
    return [dict(columns[step]) for step in sorted(columns)]


def _posts(columns: Sequence[Mapping[str, int]], scale: float, apart: float, last: int) -> Iterator[Post]:
    for step, column in enumerate(columns):
        y = HEAD
        for place in sorted(column, key=_ORDER.index):
            height = max(column[place] * scale, 1.0)
            goes_on = step == last and place not in _ENDS and place != "opened"
            yield Post(
                place, step, column[place], round(_LEFT + step * apart, 1), round(y, 1), round(height, 1), goes_on
            )
            y += height + _APART


def _ribbons(flows: Sequence[Flow], posts: Mapping[tuple[int, str], Post], scale: float) -> Iterator[Ribbon]:
    """They leave and reach a post in the order of the posts on the other side, so that few of them cross."""
    out_at: defaultdict[tuple[int, str], float] = defaultdict(float)
    in_at: defaultdict[tuple[int, str], float] = defaultdict(float)
    for flow in sorted(flows, key=lambda each: (each.step, _ORDER.index(each.source), _ORDER.index(each.target))):
        start, end = (flow.step - 1, flow.source), (flow.step, flow.target)
        width = flow.tickets * scale
        path = _ribbon(posts[start], posts[end], out_at[start], in_at[end], max(width, 0.8))
        out_at[start] += width
        in_at[end] += width
        yield Ribbon(flow, way_of(flow), path)


def _ribbon(start: Post, end: Post, out_at: float, in_at: float, width: float) -> str:
    left, right = start.x + _POST, end.x
    middle = (left + right) / 2
    (a, b), (c, d) = ((y, y + width) for y in (start.y + out_at, end.y + in_at))
    there = f"M{left:.1f},{a:.1f} C{middle:.1f},{a:.1f} {middle:.1f},{c:.1f} {right:.1f},{c:.1f}"
    back = f"L{right:.1f},{d:.1f} C{middle:.1f},{d:.1f} {middle:.1f},{b:.1f} {left:.1f},{b:.1f} Z"
    return f"{there} {back}"
