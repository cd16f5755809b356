"""Who was paged about a handoff that nobody took up, and what came of it."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.events.fact import Fact, Need


class Paged(Fact):
    """A step of the ladder was reached; `person` is empty where nobody answers the rota, and `via` says so.

    `incoming`: the shift changed while the page waited, so whoever came on is paged as well.
    """

    kind: Literal["paged"] = "paged"
    rota: str
    need: Need
    person: str = ""
    via: str = ""
    loop: int
    step: int
    notice: int
    epoch: int
    due_at: AwareDatetime
    incoming: bool = False


class CoverageGap(Fact):
    """The ladder was climbed to its end, and nobody took the ticket up."""

    kind: Literal["coverage_gap"] = "coverage_gap"
    ladder: str
    epoch: int
    paged: tuple[str, ...]


class ProgressMissed(Fact):
    """Taken up, and then silence: the owner is paged again, for the n-th time since anything was heard."""

    kind: Literal["progress_missed"] = "progress_missed"
    n: int
    since: AwareDatetime
