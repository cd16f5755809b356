"""`tierline import` on a real database."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, event, select, text

from escalation.audit.seen import Seen
from escalation.compliance import recorded
from escalation.events import Held
from escalation.facts import TicketFacts
from escalation.figures import FIGURES, ONLY, Place, Scope
from escalation.figures.folded import FoldedFigures
from escalation.log.importing import PREFIX
from escalation.metrics import escalation_figures, grouped
from escalation.ports import TicketFilter
from stores.database import engine_for
from stores.journal import Journal, entry_of
from stores.migrations import upgrade
from stores.read_side import ReadSide
from stores.rebuild import rebuild
from stores.schema import journal
from tests.reference import LOG, case_as_row, in_seconds, move_as_row, promises_as_row, reference_folder, rows
from tests.stores.past import figures_in
from tests.stores.server import Server
from tests.stores.stories import MONDAY, short_life
from tests.unit.logs import HOUR, OPENED, raw_rows
from tests.unit.logs import Event as Row
from tierline.faults import OperatorError
from tierline.import_cli import ImportFailedError, run
from tierline.log_files import LogFileError
from tierline.settings import Settings

UP: list[Row] = [(0, "Accepted", 1), (1, "Queued", 2), (3, "Accepted", 2), (4, "Completed", 2)]
WAITING: list[Row] = [(0, "Accepted", 2), (1, "Accepted/Wait", 2)]
TABLES = ("journal", "tickets", "messages", "assignments", "answers", "reviews")


def settings_for(database: str) -> Settings:
    return Settings(database_url=SecretStr(database))


def write(path: Path, **cases: Sequence[Row]) -> Path:
    lines = [raw for case_id, events in cases.items() for raw in raw_rows(events, case_id)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)
    return path


def counts(engine: Engine) -> dict[str, int]:
    with engine.begin() as connection:
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES}  # noqa: S608


# --------------------------------------------------------------------------------------------- against the reference


@pytest.fixture(scope="module")
def data() -> Path:
    return reference_folder()


@pytest.fixture(scope="module")
def volvo(data: Path, server: Server) -> Iterator[Engine]:
    """A database into which the reference log was imported."""
    database = server.new_database()
    upgrade(database)
    run(settings_for(database), data / LOG)
    engine = engine_for(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def facts(volvo: Engine, data: Path) -> dict[str, TicketFacts]:
    """By case, in the order of the log."""
    found = {ticket.ticket_id.removeprefix(PREFIX): ticket for ticket in ReadSide(volvo).facts(imported=True)}
    return {row["case_id"]: found[row["case_id"]] for row in rows(data / "sla_reference.csv.gz")}


def test_the_imported_log_gives_the_figures_of_the_reference(data: Path, facts: dict[str, TicketFacts]) -> None:
    figures = escalation_figures(facts.values(), recorded)
    assert json.loads(figures.model_dump_json()) == json.loads((data / "reference.json").read_text())


def test_r81_r82_r83_r84_r90_the_figures_in_sql_are_those_of_the_reference(data: Path, volvo: Engine) -> None:
    figures = figures_in(volvo).escalation(Scope(imported=True))
    assert json.loads(figures.model_dump_json()) == json.loads((data / "reference.json").read_text())


def test_r91_every_answer_about_the_log_is_that_of_the_fold(volvo: Engine, facts: dict[str, TicketFacts]) -> None:
    sql, fold = figures_in(volvo), FoldedFigures(lambda _: list(facts.values()), lambda *_: Seen())
    every = Scope(imported=True)
    assert sql.flows(every) == fold.flows(every)
    assert sql.heat(every, "Europe/Brussels") == fold.heat(every, "Europe/Brussels")
    assert sql.trend(every, "month", "Europe/Brussels") == fold.trend(every, "month", "Europe/Brussels")
    for by in ONLY:
        assert sql.escalation_by(every, by) == fold.escalation_by(every, by)
    for figure in FIGURES:
        place = Place(tier=1, of="1->2", weekday=1, hour=9, zone="Europe/Brussels")
        assert sql.behind(every, figure, place, 100) == fold.behind(every, figure, place, 100)


def test_an_imported_log_has_no_rates_by_the_time_of_opening(volvo: Engine) -> None:
    trend = figures_in(volvo).trend(Scope(imported=True), "week", "UTC")
    assert sum(week.cases for week in trend.periods) == 1933
    assert {(week.rate.pct, week.mttr_median_h) for week in trend.periods} == {(None, None)}
    assert "would mislead" in trend.note


def test_every_imported_case_equals_the_reference(data: Path, volvo: Engine, facts: dict[str, TicketFacts]) -> None:
    impact = {"P1": "Major", "P2": "High", "P3": "Medium", "P4": "Low"}
    for_user = _beginnings_of_waits(volvo, "Wait - User")
    ours = {
        case_id: case_as_row(case_id, ticket, impact[ticket.priority or ""], for_user[ticket.ticket_id])
        for case_id, ticket in facts.items()
    }
    assert ours == {row["case_id"]: row for row in rows(data / "case_reference.csv.gz")}


def _beginnings_of_waits(engine: Engine, words: str) -> dict[str, set[datetime]]:
    found: defaultdict[str, set[datetime]] = defaultdict(set)
    with engine.begin() as connection:
        for row in connection.execute(select(journal).where(journal.c.kind == "held")):
            held = entry_of(row).event
            if isinstance(held, Held) and held.evidence["log"] == words:
                found[row.ticket_id].add(held.at)
    return found


def test_every_imported_move_equals_the_reference(data: Path, facts: dict[str, TicketFacts]) -> None:
    ours = [move_as_row(case_id, n, move) for case_id, ticket in facts.items() for n, move in enumerate(ticket.moves)]
    assert ours == list(rows(data / "moves_reference.csv.gz"))


def test_every_imported_promise_equals_the_reference(data: Path, facts: dict[str, TicketFacts]) -> None:
    kept = [(case_id, ticket, ticket.kept) for case_id, ticket in facts.items()]
    ours = [in_seconds(promises_as_row(case_id, ticket, kept)) for case_id, ticket, kept in kept if kept]
    assert ours == [in_seconds(row) for row in rows(data / "sla_reference.csv.gz")]


def test_importing_the_reference_again_adds_nothing(data: Path, volvo: Engine, facts: dict[str, TicketFacts]) -> None:
    before = counts(volvo)
    run(settings_for(volvo.url.render_as_string(hide_password=False)), data / LOG)
    assert counts(volvo) == before
    assert before["tickets"] == len(facts)


def test_the_read_side_of_an_import_can_be_rebuilt(volvo: Engine, facts: dict[str, TicketFacts]) -> None:
    told = figures_in(volvo).escalation_by(Scope(imported=True), "category")
    assert rebuild(volvo) == len(facts)
    assert figures_in(volvo).escalation_by(Scope(imported=True), "category") == told
    assert {ticket.ticket_id: ticket for ticket in ReadSide(volvo).facts(imported=True)} == {
        ticket.ticket_id: ticket for ticket in facts.values()
    }


# ------------------------------------------------------------------------------------------------- what it promises


def test_b39_the_import_of_the_real_log_sends_no_message_and_gives_nobody_anything(volvo: Engine) -> None:
    kept = counts(volvo)
    assert kept["journal"] > 10 * kept["tickets"] > 10_000
    assert {name: kept[name] for name in ("messages", "assignments", "answers", "reviews")} == {
        "messages": 0, "assignments": 0, "answers": 0, "reviews": 0,
    }  # fmt: skip


def test_b39_nothing_is_sent_and_nobody_is_given_anything(database: str, engine: Engine, tmp_path: Path) -> None:
    run(settings_for(database), write(tmp_path / "log.csv", c1=UP, c2=WAITING))
    assert {name: n for name, n in counts(engine).items() if n} == {"journal": 13, "tickets": 2}


def test_b39_imported_tickets_are_history_with_the_times_of_the_log(
    database: str, engine: Engine, tmp_path: Path
) -> None:
    run(settings_for(database), write(tmp_path / "log.csv", c1=UP, c2=WAITING))
    page = ReadSide(engine).tickets(TicketFilter(), 10, None)
    assert {each.ticket.id for each in page.tickets} == {"IMP-c1", "IMP-c2"}
    assert all(each.imported and each.next_due_at is None for each in page.tickets)
    assert {each.ticket.opened_at for each in page.tickets} == {OPENED}
    assert sum(tier.open for tier in ReadSide(engine).queues(OPENED).tiers) == 0


def test_a_log_that_grew_adds_only_what_is_new(database: str, engine: Engine, tmp_path: Path) -> None:
    settings, log = settings_for(database), tmp_path / "log.csv"
    run(settings, write(log, c1=UP[:3]))
    before = Journal(engine).entries("IMP-c1")
    run(settings, write(log, c1=UP, c2=WAITING))
    assert Journal(engine).entries("IMP-c1")[: len(before)] == before
    (ticket,) = (ticket for ticket in ReadSide(engine).facts() if ticket.ticket_id == "IMP-c1")
    assert ticket.time_to_resolve == 4 * HOUR


def test_a_log_in_gzip_is_read_as_it_is(database: str, engine: Engine, tmp_path: Path) -> None:
    zipped = tmp_path / "log.csv.gz"
    zipped.write_bytes(gzip.compress(write(tmp_path / "log.csv", c1=UP).read_bytes()))
    run(settings_for(database), zipped)
    assert counts(engine)["tickets"] == 1


def test_live_and_imported_tickets_are_told_apart(database: str, engine: Engine, tmp_path: Path) -> None:
    Journal(engine).append(short_life("T-1", at=MONDAY))
    run(settings_for(database), write(tmp_path / "log.csv", c1=UP))
    read = ReadSide(engine)
    assert [ticket.ticket_id for ticket in read.facts(imported=False)] == ["T-1"]
    assert [ticket.ticket_id for ticket in read.facts(imported=True)] == ["IMP-c1"]
    assert [ticket.ticket_id for ticket in read.facts(clients=("acme",))] == ["T-1"]


def test_the_figures_of_the_imported_tickets_can_be_broken_down(database: str, engine: Engine, tmp_path: Path) -> None:
    run(settings_for(database), write(tmp_path / "log.csv", c1=UP, c2=WAITING))
    facts = ReadSide(engine).facts(imported=True)
    assert {name: figures.cases for name, figures in grouped(facts, "client", recorded).items()} == {"volvo-it": 2}
    assert {name: figures.cases for name, figures in grouped(facts, "category", recorded).items()} == {"PROD1": 2}
    assert list(grouped(facts, "technician", recorded)) == ["owner 0", "owner 1"]


def test_the_facts_cost_the_same_few_statements_however_many_tickets(
    database: str, engine: Engine, tmp_path: Path
) -> None:
    settings = settings_for(database)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
    numbers = []
    for n in (1, 30):
        run(settings, write(tmp_path / "log.csv", **{f"c{k}": UP for k in range(n)}))
        asked.clear()
        assert len(ReadSide(engine).facts()) == n
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


# ---------------------------------------------------------------------------------------------------- bad input


def test_a_log_that_breaks_off_in_the_middle_leaves_no_trace(database: str, engine: Engine, tmp_path: Path) -> None:
    log = write(tmp_path / "log.csv", **{f"c{k}": UP for k in range(150)})
    log.write_text(log.read_text() + "c999,0,yesterday,Queued,,T1,1,Medium,ann,PROD1\n")
    with pytest.raises(LogFileError, match=r"log\.csv: line 602, column 'ts_utc': 'yesterday' is not an ISO 8601 time"):
        run(settings_for(database), log)
    assert counts(engine)["journal"] == 0


def test_another_story_of_a_case_is_refused_and_the_journal_stays(
    database: str, engine: Engine, tmp_path: Path
) -> None:
    settings = settings_for(database)
    run(settings, write(tmp_path / "log.csv", c1=UP))
    before = Journal(engine).entries("IMP-c1")
    other = write(tmp_path / "other.csv", c0=WAITING, c1=WAITING)
    with pytest.raises(ImportFailedError, match=r"other\.csv: line 4: case 'c1' was imported before"):
        run(settings, other)
    assert Journal(engine).entries("IMP-c1") == before
    assert counts(engine)["tickets"] == 1


def test_a_case_whose_words_are_too_long_is_refused_by_its_line(database: str, tmp_path: Path) -> None:
    log = write(tmp_path / "log.csv", c1=UP, c2=WAITING)
    log.write_text(log.read_text().replace("PROD1", "P" * 600))
    with pytest.raises(LogFileError, match=r"log\.csv: line 2: case 'c1': String should have at most 500 characters"):
        run(settings_for(database), log)


def test_a_missing_log_is_refused_by_its_name(database: str, tmp_path: Path) -> None:
    with pytest.raises(LogFileError, match=r"nowhere\.csv: No such file"):
        run(settings_for(database), tmp_path / "nowhere.csv")


def test_a_database_without_tables_is_refused_with_what_to_do(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError, match="run `tierline prepare`"):
        run(settings_for(server.new_database()), write(tmp_path / "log.csv", c1=UP))


def test_a_database_that_is_away_is_refused_with_what_to_do(tmp_path: Path) -> None:
    away = settings_for("postgresql://tierline@127.0.0.1:1/tierline")
    with pytest.raises(OperatorError, match="is `tierline up` running"):
        run(away, write(tmp_path / "log.csv", c1=UP))


def test_a_log_without_cases_says_so(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = write(tmp_path / "log.csv", c1=UP)
    log.write_text(log.read_text().splitlines()[0] + "\n")
    run(settings_for(database), log)
    assert "holds no case" in capsys.readouterr().out
