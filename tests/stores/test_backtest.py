"""Back-tests of the journal, and tickets alike, on a real database."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from bench.lives import LOCKED_OUT
from bench.past import keep, lives, multiply, pass_time
from bench.play import Play, default_policy
from escalation.commands import Accept, AdoptPolicy, AnyCommand, ChangeAgreement, Open, Resolve
from escalation.events import Entry, Event
from escalation.recurrence import Kin
from escalation.terms import Role
from stores.journal import Journal
from stores.kin import Record
from stores.policies import Policies
from stores.stories import Stories, stories_of
from tests.stores.stories import MONDAY
from tests.unit.rules.story import Story
from tests.unit.rules.test_trigger_promises import FAILED
from tierline import PARTS_ROOT
from tierline.backtest_cli import BacktestError, Wanted, backtest, run
from tierline.policy_file import load_policy
from tierline.settings import Settings

DEFAULT = PARTS_ROOT / "policies" / "default.yaml"


@pytest.fixture
def settings(database: str, engine: Engine) -> Settings:
    policy = default_policy()
    Policies(engine).publish(DEFAULT.read_text(encoding="utf-8"), policy, by="test", at=MONDAY)
    return Settings(database_url=SecretStr(database))


@pytest.mark.parametrize("workers", [1, 2])
def test_the_policy_in_force_changes_nothing_on_a_made_up_past(
    settings: Settings, engine: Engine, workers: int
) -> None:
    keep(engine, lives(default_policy(), 30))
    multiply(engine, 4)
    report = backtest(settings, Wanted(policy=DEFAULT, workers=workers), load_policy(DEFAULT))
    assert (report.tickets, report.changed, report.refused.total()) == (150, 0, 0)
    assert report.recorded.as_json() == report.replayed.as_json()
    assert report.recorded.escalations


def test_a_policy_that_escalates_sooner_changes_tickets_and_writes_each(
    settings: Settings, engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(engine, lives(default_policy(), 30))
    trial, details = tmp_path / "trial.yaml", tmp_path / "changes.jsonl"
    text = DEFAULT.read_text(encoding="utf-8").replace('version: "2026.1"', 'version: "trial"')
    trial.write_text(text.replace("share: 0.2", "share: 0.6"), encoding="utf-8")
    run(settings, Wanted(policy=trial, workers=1, details=details, examples=2))
    said = capsys.readouterr().out
    assert "30 tickets, " in said
    assert "S1" in said
    assert len(details.read_text(encoding="utf-8").splitlines()) > 0


def test_tickets_that_went_over_to_another_version_or_agreement_are_judged_by_what_each_of_them_had(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    text = DEFAULT.read_text(encoding="utf-8").replace('version: "2026.1"', 'version: "sooner"')
    sooner = tmp_path / "sooner.yaml"
    sooner.write_text(text.replace("share: 0.2", "share: 0.6"), encoding="utf-8")
    other = load_policy(sooner, range(2025, 2030))
    Policies(engine).publish(text, other, by="test", at=MONDAY)
    over = AdoptPolicy(by="grace", role=Role.SERVICE_MANAGER, version="sooner", policy=other.slice_for("acme-dental"))
    premium = ChangeAgreement(
        by="grace", role=Role.SERVICE_MANAGER, agreement="premium", reason="The new contract",
        policy=other.slice_for("acme-dental", agreement="premium"),
    )  # fmt: skip
    keep(engine, iter([_went_over(f"T-{n}", over, premium) for n in range(3)]))
    in_force = backtest(settings, Wanted(workers=1), None)
    assert (in_force.tickets, in_force.changed, in_force.refused.total()) == (3, 0, 0)
    assert in_force.recorded.escalations["functional to Tier 2"] == 3
    assert in_force.recorded.as_json() == in_force.replayed.as_json()
    throughout = backtest(settings, Wanted(policy=DEFAULT, workers=1), load_policy(DEFAULT, range(2025, 2030)))
    assert throughout.changed == 3
    assert any("later" in change.how for ticket in throughout.examples for change in ticket.changes)


def _went_over(ticket_id: str, *over: AnyCommand) -> list[Entry]:
    """A ticket of Tier 1 that goes over while it is worked on, moves up by itself, and is resolved and closed."""
    play = Play(default_policy().slice_for("acme-dental"), ticket_id, MONDAY)
    play.open(Open(by="portal", role=Role.INTEGRATION, intake=LOCKED_OUT))
    play.do(Accept())
    for command in over:
        play.now += timedelta(minutes=5)
        play.do(command)
    pass_time(play, timedelta(days=2))
    play.do(Resolve(code="fixed", cause="identity", resolution="Excluded the device from the policy"))
    pass_time(play, timedelta(days=20))
    return [entry for decision in play.decisions for entry in decision]


def test_without_a_policy_a_log_has_nothing_to_be_judged_by(settings: Settings) -> None:
    with pytest.raises(BacktestError, match="name the one to judge it by"):
        run(settings, Wanted(imported=True))


def test_a_window_takes_the_tickets_that_came_in_during_it(settings: Settings, engine: Engine) -> None:
    keep(engine, lives(default_policy(), 20))
    everything = sorted(t for batch in Stories(engine).ids(7) for t in batch)
    assert (len(everything), Stories(engine).count()) == (20, 20)
    opened = {story[0].ticket_id: story[0].event.at for story in stories_of(engine, everything)}
    middle = sorted(opened.values())[10]
    late = [t for batch in Stories(engine, since=middle).ids(3) for t in batch]
    early = [t for batch in Stories(engine, until=middle).ids(100) for t in batch]
    assert sorted(early + late) == everything
    assert {t for t, at in opened.items() if at >= middle} == set(late)


def test_a_database_that_is_away_is_said_so() -> None:
    away = Settings(database_url=SecretStr("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    with pytest.raises(BacktestError, match="is `tierline up` running"):
        run(away, Wanted(policy=DEFAULT, workers=1))


def test_r37_tickets_alike_are_those_of_the_client_and_category_that_came_to_tier_2(engine: Engine) -> None:
    def told(ticket_id: str, *, fails: int, **fields: object) -> None:
        story = Story().open(**fields)
        for _ in range(fails):
            story.do(FAILED)
        named = [e.model_copy(update={"ticket_id": ticket_id}) if e.kind == "opened" else e for e in story.events]
        Journal(engine).append(entries(ticket_id, named))

    told("T-1", fails=2)
    told("T-2", fails=2)
    told("T-3", fails=0)
    told("T-4", fails=2, category="printing.device")
    kin = Kin(
        ticket_id="T-9", client="acme-dental", category="identity.password_reset", since=MONDAY.replace(year=2020)
    )
    record = Record(engine)
    assert record.alike(kin) == ["T-1", "T-2"]
    assert record.alike(kin.model_copy(update={"ticket_id": "T-2"})) == ["T-1"]
    assert record.alike(kin.model_copy(update={"since": MONDAY.replace(year=2030)})) == []
    assert (record.client_of("T-4"), record.client_of("T-404")) == ("acme-dental", None)


def test_r37_a_problem_has_all_the_tickets_that_it_made(engine: Engine) -> None:
    story = Story()
    story.alike = ("T-7", "T-8")
    story.open(category="email.flow")
    Journal(engine).append(entries("T-1", story.events))
    (problem,) = Record(engine).problems()
    assert (problem.id, problem.tickets) == ("PRB-acme-dental-email.flow", ("T-1", "T-7", "T-8"))
    assert Record(engine).problems(("harbor-law",)) == []


def entries(ticket_id: str, events: list[Event]) -> list[Entry]:
    return [
        Entry(ticket_id=ticket_id, seq=n, policy_version="2026.1", event=event) for n, event in enumerate(events, 1)
    ]
