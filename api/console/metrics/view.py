"""One look at the figures: what was asked for, of which tickets, and where its numbers lead."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.console.here import Here, Looking
from api.console.metrics.groups import group_words
from api.console.metrics.wanted import Wanted, Window
from api.console.times import day
from escalation.figures import FigureName, Period, Scope

PATH = "/console/metrics"


@dataclass(frozen=True)
class View:
    """What the pages of the figures share."""

    here: Here
    wanted: Wanted
    wrong: dict[str, str]
    window: Window

    @property
    def scope(self) -> Scope:
        """The tickets that the figures are about."""
        return self.wanted.scope(self.window, self.here.viewer.clients)

    @property
    def zone(self) -> str:
        """By whose clocks days and hours count."""
        return self.here.viewer.zone.key

    @property
    def until(self) -> datetime:
        """Where the window ends, at the latest now."""
        return self.window.until or self.here.now

    def page(self, name: str = "", **changes: object) -> str:
        """The address of one of the pages, of the same tickets but for the changes."""
        query = urlencode(self.wanted.asked(**{key: str(value) for key, value in changes.items()}))
        return PATH + (f"/{name}" if name else "") + (f"?{query}" if query else "")

    def behind(self, figure: FigureName, **place: object) -> str:
        """The address of the tickets behind a number, where `place` says which one it is; and of a group alone."""
        return self.page("tickets", figure=figure, **place)

    def within(self, period: Period) -> "View":
        """The same of the tickets taken in within one period of the window alone."""
        since, until = self.window
        first, end = max(period.since, since or period.since), min(period.until, until or period.until)
        said = {"since": first.isoformat(), "until": end.isoformat()}
        return replace(self, wanted=self.wanted.model_copy(update={"span": "dates", **said}))

    @property
    def words(self) -> str:
        """Of which tickets the figures are."""
        whose = "Tickets of imported logs" if self.wanted.imported else "This desk's tickets"
        only = [f"{by}: {group_words(self.here.names, by, name)}" for by, name in self.wanted.only.items()]
        return f"{whose}, taken in {self._when()}{''.join(f', {each}' for each in only)}."

    def file(self, name: str) -> str:
        """What a file of these figures is called."""
        since = f"{self.window.since:%Y%m%d}-" if self.window.since else ""
        return f"tierline-{name}-{since}{self.until:%Y%m%d}.csv"

    def _when(self) -> str:
        zone, (since, until) = self.here.viewer.zone, self.window
        first = f"from {day(since, zone)}" if since else ""
        last = f"up to, not including, {day(until, zone)}" if until else "until now" if since else "at any time"
        return f"{first} {last}".strip()


async def _view(here: Looking, wanted: Annotated[Wanted, Query()]) -> View:
    wrong = wanted.wrong()
    window = Wanted().window(here.now, here.viewer.zone) if wrong else wanted.window(here.now, here.viewer.zone)
    return View(here, wanted, wrong, window)


Viewed = Annotated[View, Depends(_view)]
