"""A back-test as it is asked for, judged piece by piece, and kept; and who does that."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import AwareDatetime

from escalation.backtest.report import Report
from escalation.terms import Facts

State = Literal["waiting", "running", "done", "failed"]

MOST_BYTES = 256 * 1024  # of a report as JSON; a heartbeat that carries one may have 2 MiB
EXAMPLES = 100


class Backtest(Facts):
    """A back-test in short: the tickets taken in from `since` up to, and not including, `until`, under a version.

    `trial`: the version is that of a document on trial, which nobody published. `total`, `judged` and `changed` are
    tickets; `why` says what went wrong with a failed one.
    """

    id: str
    version: str
    trial: bool = False
    since: AwareDatetime
    until: AwareDatetime
    made_by: str
    made_at: AwareDatetime
    state: State = "waiting"
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    total: int | None = None
    judged: int = 0
    changed: int = 0
    why: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "failed")


class BacktestResult(Backtest):
    """The same with its report, once there is one."""

    report: Report | None = None


class Trial(Facts):
    """What is judged: the policy as JSON, and the window."""

    id: str
    version: str
    policy: str
    since: AwareDatetime
    until: AwareDatetime


class Judged(Facts):
    """What came of some tickets; `last` is the greatest id among them."""

    last: str
    report: Report


class SoFar(Facts):
    """How far a back-test has come: up to which ticket, and the report on them."""

    last: str = ""
    report: Report


class BacktestBook(Protocol):
    """Where back-tests rest; a method that tells of one answers False where it was deleted meanwhile."""

    def begin(self, new: Backtest, policy: str | None, fingerprint: str) -> tuple[Backtest, str]: ...

    def all(self) -> Sequence[Backtest]: ...

    def one(self, name: str) -> BacktestResult | None: ...

    def remove(self, name: str) -> bool: ...


class BacktestRun(Protocol):
    """The same for whoever carries one out."""

    def trial(self, name: str) -> Trial | None: ...

    def progress(self, name: str, total: int, report: Report, at: datetime) -> bool: ...

    def finish(self, name: str, report: Report, at: datetime) -> bool: ...

    def fail(self, name: str, why: str, at: datetime) -> bool: ...


class PastJudge(Protocol):
    """Judges past tickets anew, in a process of its own."""

    async def count(self, trial: Trial) -> int:
        """How many tickets there are to judge."""
        ...

    def parts(self, trial: Trial, after: str, examples: int) -> AsyncGenerator[Judged]:
        """The tickets after this id in the order of their ids, piece by piece."""
        ...
