"""Back-tests, kept in memory; whoever tests says how far one has come."""

from dataclasses import dataclass, field
from datetime import datetime

from api.faults import NotConfirmed
from escalation.backtest import Report
from escalation.backtest.kept import Backtest, BacktestResult


@dataclass
class MemoryBacktests:
    """The book."""

    kept: dict[str, BacktestResult] = field(default_factory=dict)
    policies: dict[str, str | None] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)

    def begin(self, new: Backtest, policy: str | None, fingerprint: str) -> tuple[Backtest, str]:
        if new.id not in self.kept:
            self.kept[new.id] = BacktestResult.model_validate(new.model_dump())
            self.policies[new.id], self.fingerprints[new.id] = policy, fingerprint
        return Backtest.model_validate(self.kept[new.id].model_dump()), self.fingerprints[new.id]

    def all(self) -> list[Backtest]:
        latest = sorted(self.kept.values(), key=lambda each: each.made_at, reverse=True)
        return [Backtest.model_validate(each.model_dump()) for each in latest]

    def one(self, name: str) -> BacktestResult | None:
        return self.kept.get(name)

    def remove(self, name: str) -> bool:
        return self.kept.pop(name, None) is not None

    def say(self, name: str, **said: object) -> None:
        """How it stands from now on."""
        self.kept[name] = self.kept[name].model_copy(update=said)

    def finish(self, name: str, report: Report, at: datetime) -> None:
        counted = {"total": report.judged, "judged": report.judged, "changed": report.changed}
        self.say(name, state="done", started_at=at, ended_at=at, report=report, **counted)


@dataclass
class MemoryJudging:
    """The judge, who is only told."""

    begun: list[str] = field(default_factory=list)
    away: bool = False

    async def begin(self, backtest: Backtest) -> None:
        if self.away:
            raise NotConfirmed("Temporal does not answer; ask again.")
        self.begun.append(backtest.id)
