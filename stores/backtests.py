"""Where back-tests rest, from the moment they are asked for."""

import json
from datetime import datetime

from sqlalchemy import Engine, Text, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.backtest.kept import MOST_BYTES, Backtest, BacktestResult, Trial
from escalation.backtest.report import REPORT, Report
from stores.database import transaction
from stores.schema import backtests, policies

_MOST = 200
_SHORT = [backtests.c[name] for name in Backtest.model_fields]
_POLICY = func.coalesce(cast(backtests.c.policy, Text), cast(policies.c.body, Text))
_TRIAL = select(
    backtests.c.id, backtests.c.version, backtests.c.since, backtests.c.until, _POLICY.label("policy")
).select_from(backtests.outerjoin(policies, policies.c.version == backtests.c.version))


class Backtests:
    """Implements `escalation.backtest.kept.BacktestBook` and `BacktestRun`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # ------------------------------------------------------------------------------------------ asked and read
    def begin(self, new: Backtest, policy: str | None, fingerprint: str) -> tuple[Backtest, str]:
        """Keep it with the policy on trial as JSON, None for a published one; what is there under its id already
        stays. What is kept, and its fingerprint."""
        row = new.model_dump() | {"fingerprint": fingerprint}
        body = json.loads(policy) if policy else None
        with transaction(self._engine) as connection:
            connection.execute(insert(backtests).values(**row, policy=body).on_conflict_do_nothing())
            kept = connection.execute(select(*_SHORT, backtests.c.fingerprint).where(backtests.c.id == new.id)).one()
        return Backtest.model_validate(kept, from_attributes=True), kept.fingerprint

    def all(self) -> list[Backtest]:
        """The latest two hundred, the latest first, without their reports."""
        asked = select(*_SHORT).order_by(backtests.c.made_at.desc(), backtests.c.id).limit(_MOST)
        with transaction(self._engine) as connection:
            return [Backtest.model_validate(row, from_attributes=True) for row in connection.execute(asked)]

    def one(self, name: str) -> BacktestResult | None:
        """One of them; None if there is none of this id."""
        asked = select(*_SHORT, backtests.c.report).where(backtests.c.id == name)
        with transaction(self._engine) as connection:
            row = connection.execute(asked).one_or_none()
        return BacktestResult.model_validate(row, from_attributes=True) if row else None

    def remove(self, name: str) -> bool:
        """Forget it; False if there was none. One that is still judged ends with its next tickets."""
        with transaction(self._engine) as connection:
            return bool(connection.execute(delete(backtests).where(backtests.c.id == name)).rowcount)

    # ---------------------------------------------------------------------------------------------- carried out
    def trial(self, name: str) -> Trial | None:
        """What it judges; None if it was deleted."""
        with transaction(self._engine) as connection:
            row = connection.execute(_TRIAL.where(backtests.c.id == name)).one_or_none()
        return Trial.model_validate(row, from_attributes=True) if row else None

    def progress(self, name: str, total: int, report: Report, at: datetime) -> bool:
        """So many tickets of `total` are judged; False if it was deleted."""
        began = func.coalesce(backtests.c.started_at, at)
        return self._told(
            name, state="running", started_at=began, total=total, judged=report.judged, changed=report.changed
        )

    def finish(self, name: str, report: Report, at: datetime) -> bool:
        """It is done; False if it was deleted."""
        said = REPORT.dump_python(report.within(MOST_BYTES), mode="json")
        return self._told(
            name, state="done", ended_at=at, total=report.judged, judged=report.judged, changed=report.changed,
            report=said, why="",
        )  # fmt: skip

    def fail(self, name: str, why: str, at: datetime) -> bool:
        """It came to nothing; False if it was deleted."""
        return self._told(name, state="failed", ended_at=at, why=why)

    def _told(self, name: str, **said: object) -> bool:
        """A result stays a result, however late somebody says something else."""
        row = update(backtests).where(backtests.c.id == name, backtests.c.state != "done").values(**said)
        there = select(backtests.c.id).where(backtests.c.id == name)
        with transaction(self._engine) as connection:
            return bool(connection.execute(row).rowcount) or connection.execute(there).first() is not None
