"""Back-tests as they rest, and the worker's own judge over a real journal."""

from contextlib import aclosing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from bench.past import keep, lives, multiply
from bench.play import default_policy
from escalation.backtest import Report
from escalation.backtest.kept import EXAMPLES, Backtest, BacktestResult, Trial
from stores.backtests import Backtests
from stores.journal import Journal
from stores.news import Watcher
from stores.policies import Policies
from tests.stores.stories import MONDAY
from tierline import PARTS_ROOT
from tierline.backtest_cli import Wanted, backtest
from tierline.backtest_judge import ProcessJudge
from tierline.policy_file import load_sound_policy
from tierline.settings import Settings

DAY = timedelta(days=1)
TEXT = (PARTS_ROOT / "policies" / "default.yaml").read_text(encoding="utf-8")


def new(name: str = "B-1", **changes: object) -> Backtest:
    said = Backtest(
        id=name, version="2026.1", since=MONDAY - DAY, until=MONDAY + 40 * DAY, made_by="grace", made_at=MONDAY
    )
    return said.model_copy(update=changes)


def report(judged: int = 2) -> Report:
    said = Report(most_examples=EXAMPLES, tickets=judged, changed=1)
    said.not_judged["unknown_client_or_agreement"] = 1
    said.replayed.escalations["functional to Tier 2"] = 3
    return said


@pytest.fixture
def published(engine: Engine) -> None:
    Policies(engine).publish(TEXT, default_policy(), by="test", at=MONDAY)


def test_a_back_test_is_kept_as_it_was_first_asked_for(engine: Engine) -> None:
    book = Backtests(engine)
    assert book.begin(new(), None, "one") == (new(), "one")
    again, fingerprint = book.begin(new(made_by="olaf", version="other"), None, "two")
    assert (again, fingerprint) == (new(), "one")
    assert book.one("B-1") == BacktestResult.model_validate(new().model_dump())
    assert book.one("B-2") is None


def test_its_progress_and_its_report_are_read_back_as_they_were_written(engine: Engine) -> None:
    book = Backtests(engine)
    book.begin(new(), None, "one")
    assert book.progress("B-1", 7, report(), MONDAY + DAY)
    assert book.progress("B-1", 7, report(4), MONDAY + 2 * DAY)
    (line,) = book.all()
    assert (line.state, line.started_at, line.total, line.judged, line.changed) == ("running", MONDAY + DAY, 7, 5, 1)
    assert book.finish("B-1", report(6), MONDAY + 3 * DAY)
    kept = book.one("B-1")
    assert kept is not None
    assert (kept.state, kept.ended_at, kept.over) == ("done", MONDAY + 3 * DAY, True)
    assert kept.report is not None
    assert kept.report.as_json() == report(6).as_json()
    assert book.fail("B-1", "too late", MONDAY + 4 * DAY)  # said twice over; the result stands
    assert book.all()[0].state == "done"


def test_one_that_is_deleted_is_told_nothing_any_more(engine: Engine) -> None:
    book = Backtests(engine)
    book.begin(new(), None, "one")
    assert book.remove("B-1")
    assert not book.remove("B-1")
    assert not book.progress("B-1", 7, report(), MONDAY)
    assert not book.finish("B-1", report(), MONDAY)
    assert not book.fail("B-1", "why", MONDAY)
    assert (book.trial("B-1"), book.all()) == (None, [])


@pytest.mark.usefixtures("published")
def test_the_policy_judged_by_is_the_published_one_or_the_one_on_trial(engine: Engine) -> None:
    book = Backtests(engine)
    book.begin(new(), None, "one")
    other = default_policy().model_copy(update={"name": "On trial"})
    book.begin(new("B-2", trial=True), other.model_dump_json(), "two")
    policies = {name: _policy_name(book.trial(name)) for name in ("B-1", "B-2")}
    assert policies == {"B-1": default_policy().name, "B-2": "On trial"}


def _policy_name(trial: Trial | None) -> str:
    assert trial is not None
    return default_policy().model_validate_json(trial.policy).name


def test_an_open_page_hears_of_its_beginning_and_end_and_not_of_every_step(engine: Engine) -> None:
    book, watcher = Backtests(engine), Watcher(engine, Journal(engine))
    marks = [watcher.news().mark]
    book.begin(new(), None, "one")
    marks.append(watcher.news().mark)
    book.progress("B-1", 7, report(), MONDAY + DAY)
    marks.append(watcher.news().mark)
    book.progress("B-1", 7, report(4), MONDAY + 2 * DAY)
    assert watcher.news().mark == marks[-1]
    book.finish("B-1", report(6), MONDAY + 3 * DAY)
    marks.append(watcher.news().mark)
    book.remove("B-1")
    marks.append(watcher.news().mark)
    assert all(one != other for one, other in pairwise(marks))


async def test_r107_the_result_at_the_console_is_that_of_the_terminal(
    engine: Engine, database: str, tmp_path: Path
) -> None:
    Policies(engine).publish(TEXT, default_policy(), by="test", at=MONDAY)
    keep(engine, lives(default_policy(), 26))
    multiply(engine, 4)
    path = tmp_path / "trial.yaml"
    text = TEXT.replace('version: "2026.1"', 'version: "trial"').replace("share: 0.2", "share: 0.6")
    path.write_text(text, encoding="utf-8")
    policy = load_sound_policy(path)
    Backtests(engine).begin(new(version="trial", trial=True, since=MONDAY - 200 * DAY), policy.model_dump_json(), "one")
    trial = Backtests(engine).trial("B-1")
    assert trial is not None
    window = Wanted(policy=path, since=trial.since, until=trial.until, workers=1, examples=EXAMPLES)
    expected = backtest(Settings(database_url=SecretStr(database)), window, policy)
    judge = ProcessJudge(engine, database)
    found, lasts = Report(most_examples=EXAMPLES), list[str]()
    async with aclosing(judge.parts(trial, "", EXAMPLES)) as parts:
        async for part in parts:
            found.absorb(part.report)
            lasts.append(part.last)
    assert found.as_json() == expected.as_json()
    assert found.changed > 0
    assert await judge.count(trial) == found.judged == 130
    async with aclosing(judge.parts(trial, lasts[0], EXAMPLES)) as parts:
        assert [part.report.tickets async for part in parts] == [30]
