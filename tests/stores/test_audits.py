from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from escalation.audit.actions import ActionOver, NewAction
from escalation.audit.monthly import MonthlyAudit
from escalation.audit.quarterly import QuarterlyAudit
from escalation.audit.verdicts import Verdict, VerdictGiven, VerdictImpossible, judged
from escalation.audit.week_figures import week_figures
from escalation.audit.weekly import WeeklyAudit
from escalation.audit.window import Window, WindowNotOver
from escalation.compliance import recorded
from escalation.errors import UnknownName
from escalation.events import (
    AttemptLogged,
    NearMissLogged,
    NoteRated,
    Nudged,
    UnderEscalated,
)
from escalation.metrics import escalation_figures, grouped
from escalation.terms import EscalationKind
from stores.audit_reading import AuditReading, journalled
from stores.audits import Audits
from stores.desk import Desk
from stores.journal import Journal
from stores.news import Watcher
from stores.policies import Policies
from stores.read_side import ReadSide
from tests.stores.desks import policy
from tests.stores.stories import HOUR, MONDAY, accepted, closed, escalated, intake, queued, resolved, story

WEEK = Window(since=MONDAY - timedelta(hours=9), until=MONDAY - timedelta(hours=9) + timedelta(weeks=1))
LATER = MONDAY + timedelta(weeks=2)


@pytest.fixture
def audits(engine: Engine, desk: Desk) -> Audits:
    policies = Policies(engine)
    policies.publish("version: v1", policy(), by="grace", at=MONDAY)
    return Audits(engine, AuditReading(engine, ReadSide(engine)), policies)


def a_week(engine: Engine) -> None:
    """Four tickets of Tier 1, of which two went up; one emergency; one of the week before; one imported."""
    ups = escalated("marek", MONDAY + 2 * HOUR).model_copy(update={"previous_owner": "tomas", "trigger": "C2"})
    ticked = AttemptLogged(at=MONDAY + HOUR, by="tomas", step="restart", result="no", outcome="failed", tier=1)
    stories = [
        story(
            "T-1",
            intake("T-1"),
            queued("tomas"),
            accepted("tomas", MONDAY + HOUR / 2),
            ticked.model_copy(update={"sop_step": "SOP-01/2"}),
            ups.model_copy(update={"in_scope": True, "incomplete": ("symptoms",)}),
            ticked.model_copy(update={"at": MONDAY + 3 * HOUR, "by": "marek", "repeated": True, "tier": 2}),
            NoteRated(at=MONDAY + 3 * HOUR, by="marek", rating="unusable", comment="says nothing"),
        ),
        story(
            "T-2",
            intake("T-2", client="zenith"),
            queued("priya"),
            ups.model_copy(update={"previous_owner": "priya"}),
            escalated("sofia", MONDAY + 4 * HOUR, 2, 3).model_copy(update={"previous_owner": "marek"}),
        ),
        story(
            "T-3",
            intake("T-3"),
            queued("tomas"),
            accepted("tomas", MONDAY + HOUR),
            NearMissLogged(
                at=MONDAY + 2 * HOUR,
                by="tomas",
                considered_trigger="I2",
                why_considered="two users",
                what_unblocked_it="KI-1",
            ),
            resolved("tomas", MONDAY + 3 * HOUR),
        ),
        story(
            "T-4",
            intake("T-4"),
            queued("priya"),
            Nudged(
                at=MONDAY + HOUR,
                level=1,
                due_at=MONDAY + HOUR,
                idle_since=MONDAY,
                limit=HOUR,
                tier=1,
                ask=(),
                inform="owner",
            ),
            UnderEscalated(at=MONDAY + 2 * HOUR, tier=1, due_at=MONDAY + 2 * HOUR, values={"flags": ["server_side"]}),
        ),
        story(
            "T-5",
            intake("T-5"),
            queued("tomas"),
            escalated("sofia", MONDAY + HOUR, 1, 3).model_copy(update={"escalation": EscalationKind.EMERGENCY}),
        ),
        story(
            "T-6",
            intake("T-6", MONDAY - timedelta(days=5)),
            queued("tomas", MONDAY - timedelta(days=5)),
            resolved("tomas", MONDAY - timedelta(days=4)),
            closed(MONDAY + HOUR),
        ),
        story("IMP-1", intake("IMP-1", source="import"), queued("tomas"), escalated("marek", MONDAY + HOUR)),
    ]
    Journal(engine).append([entry for told in stories for entry in told])


def test_r92_the_weekly_audit_reads_what_happened_in_its_week_and_nothing_else(audits: Audits, engine: Engine) -> None:
    a_week(engine)
    record = audits.make("weekly", WEEK, by="grace", at=LATER)
    said = record.said
    assert isinstance(said, WeeklyAudit)
    assert (said.worked, said.escalations) == (5, 4)
    assert (said.alarm.worked, said.alarm.escalated, said.alarm.raised) == (4, 2, False)
    by = {of: {line.name: (line.worked, line.escalated) for line in lines} for of, lines in said.groups.items()}
    assert by["client"] == {"acme": (3, 1), "zenith": (1, 1)}
    assert by["category"] == {"mail": (4, 2)}
    assert by["technician"]["tomas"] == (2, 1)
    assert by["shift"]["office"] == (4, 2)
    assert [up.item for up in said.in_scope] == ["T-1#5"]
    assert (said.incomplete_notes.n, said.near_misses.by_trigger) == (1, {"I2": 1})
    assert [note.ticket_id for note in said.under_escalated] == ["T-4"]
    assert [(note.by, note.detail) for note in said.repeated_steps] == [("marek", "restart")]
    assert [note.detail for note in said.notes_unusable] == ["says nothing"]
    figures = {f.name: f.n for suspect in said.alarm.suspects for f in suspect.figures}
    assert figures["tickets with an attempt along the SOP"] == 1
    assert figures["tickets asked about because nothing happened"] == 1


def test_r89_the_weekly_audit_carries_the_figures_of_its_week_and_of_the_one_before(
    audits: Audits, engine: Engine
) -> None:
    a_week(engine)
    said = audits.make("weekly", WEEK, by="grace", at=LATER).said
    assert isinstance(said, WeeklyAudit)
    assert said.figures is not None
    facts = ReadSide(engine).facts(WEEK.since, WEEK.until, imported=False)
    before = ReadSide(engine).facts(WEEK.since - timedelta(weeks=1), WEEK.since, imported=False)
    assert said.figures.week == escalation_figures(facts, recorded, own=True)
    assert said.figures.week_before == escalation_figures(before, recorded, own=True)
    assert (said.figures.week.cases, said.figures.week_before.cases) == (len(facts), len(before)) != (0, 0)
    for by in ("client", "category", "shift", "technician"):
        assert said.figures.by[by] == grouped(facts, by, recorded, own=True)


def test_r89_the_figures_of_a_week_can_be_made_again_and_do_not_change_with_what_comes_later(
    audits: Audits, engine: Engine
) -> None:
    a_week(engine)
    first = audits.make("weekly", WEEK, by="grace", at=LATER)
    assert week_figures(audits, WEEK, audits.zone()) == getattr(first.said, "figures", None)
    Journal(engine).append(story("T-9", intake("T-9", MONDAY + HOUR), queued("tomas", MONDAY + HOUR)))
    assert audits.record(first.id) == first
    assert week_figures(audits, WEEK, audits.zone()) != getattr(first.said, "figures", None)


def test_an_audit_of_the_same_window_is_made_once_and_never_changes(audits: Audits, engine: Engine) -> None:
    first = audits.make("weekly", WEEK, by="grace", at=LATER)
    a_week(engine)
    assert audits.make("weekly", WEEK, by="ruth", at=LATER + HOUR) == first
    assert [each.id for each in audits.all()] == [first.id]
    assert audits.record(first.id) == first


def test_two_who_make_the_same_audit_at_once_get_the_same_one(audits: Audits, engine: Engine) -> None:
    a_week(engine)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(audits.make, "monthly", WEEK, by=by, at=LATER) for by in ("grace", "ruth") * 2]
        records = [each.result() for each in asked]
    assert records == [audits.record(records[0].id)] * 4  # the seed of the sample is one of them as well


def test_without_a_window_it_is_the_last_whole_one_by_the_service_managers_clocks(audits: Audits) -> None:
    assert audits.zone() == "Europe/Warsaw"
    record = audits.make("weekly", None, by="system", at=LATER)
    assert record.id == "weekly-2026-06-08"
    assert record.window.until == record.window.since + timedelta(weeks=1)
    assert record.window.since.isoformat() == "2026-06-07T22:00:00+00:00"


def test_a_window_that_is_not_over_is_refused(audits: Audits) -> None:
    with pytest.raises(WindowNotOver):
        audits.make("weekly", WEEK, by="grace", at=MONDAY)
    with pytest.raises(WindowNotOver):
        audits.make("weekly", Window(since=WEEK.until, until=WEEK.since), by="grace", at=LATER)


def test_r93_r94_the_monthly_audit_asks_two_raters_about_its_sample_and_one_about_each_ticket_at_tier_3(
    audits: Audits, engine: Engine
) -> None:
    a_week(engine)
    record = audits.make("monthly", WEEK, by="grace", at=LATER)
    said = record.said
    assert isinstance(said, MonthlyAudit)
    assert [up.item for up in said.sample] == ["T-1#5", "T-2#3", "T-2#4", "T-5#3"]
    assert [each.ticket_id for each in said.tier_3] == ["T-2", "T-5"]
    assert (said.routine.n, said.routine.of) == (2, 2)
    assert len(said.seed) == 16
    given = [
        Verdict(section="sample", item=up.item, rater=rater, verdict="appropriate", at=LATER)
        for up in said.sample
        for rater in ("ruth", "grace")
    ]
    given += [
        Verdict(section="tier_3", item=each.ticket_id, rater="ruth", verdict="t2_missing_access", at=LATER)
        for each in said.tier_3
    ]
    assert [audits.judge(record.id, verdict) for verdict in given] == [True] * 10
    assert not audits.judge(record.id, given[0])
    assert judged(said, audits.verdicts(record.id)).complete
    with pytest.raises(VerdictGiven):
        audits.judge(record.id, given[0].model_copy(update={"verdict": "late"}))
    with pytest.raises(KeyError):
        audits.judge("monthly-1999-01-01", given[0])
    assert audits.record(record.id) == record


def test_only_a_monthly_audit_asks_for_verdicts(audits: Audits) -> None:
    record = audits.make("weekly", WEEK, by="grace", at=LATER)
    with pytest.raises(VerdictImpossible):
        audits.judge(record.id, Verdict(section="sample", item="T-1#5", rater="ruth", verdict="late", at=LATER))


def test_r95_the_quarterly_audit_is_over_the_tickets_that_the_desk_took_in(audits: Audits, engine: Engine) -> None:
    a_week(engine)
    said = audits.make("quarterly", WEEK, by="grace", at=LATER).said
    assert isinstance(said, QuarterlyAudit)
    assert (said.tickets, said.tier_3) == (5, 2)


TRAINING = NewAction(
    kind="training",
    pattern="mail always escalates",
    what="Show the mail console",
    owner="ruth",
    due_on=date(2026, 6, 20),
)
ACCESS = TRAINING.model_copy(update={"kind": "access", "what": "Give Tier 2 the console"})


def test_r104_an_action_is_tracked_and_the_next_weekly_audit_lists_it_while_it_is_overdue(audits: Audits) -> None:
    record = audits.make("weekly", WEEK, by="grace", at=LATER)
    training, access = (audits.act(record.id, new, by="grace", at=LATER) for new in (TRAINING, ACCESS))
    assert [each.id for each in audits.actions(record.id)] == [training.id, access.id]
    assert audits.make("weekly", None, by="system", at=LATER + timedelta(days=5)).overdue == ()
    late = audits.make("weekly", None, by="system", at=LATER + timedelta(days=8))
    assert late.overdue == (training, access)
    done = audits.end(training.id, "done", note="two hours", by="ruth", at=LATER)
    assert (done.state, done.ended_by, done.note) == ("done", "ruth", "two hours")
    assert audits.actions(state="open") == [access]
    assert audits.make("weekly", None, by="system", at=LATER + timedelta(days=15)).overdue == (access,)


def test_an_action_is_begun_once_and_ended_once(audits: Audits) -> None:
    record = audits.make("weekly", WEEK, by="grace", at=LATER)
    action = audits.act(record.id, TRAINING, by="grace", at=LATER)
    assert audits.act(record.id, TRAINING, by="ruth", at=LATER + HOUR) == action
    done = audits.end(action.id, "done", note="", by="ruth", at=LATER)
    assert audits.end(action.id, "done", note="again", by="ruth", at=LATER + HOUR) == done
    with pytest.raises(ActionOver):
        audits.end(action.id, "dropped", note="", by="ruth", at=LATER)
    with pytest.raises(KeyError):
        audits.end(77, "done", note="", by="ruth", at=LATER)


def test_an_action_needs_an_owner_at_the_desk_and_an_audit(audits: Audits) -> None:
    record = audits.make("weekly", WEEK, by="grace", at=LATER)
    with pytest.raises(UnknownName):
        audits.act(record.id, TRAINING.model_copy(update={"owner": "nobody"}), by="grace", at=LATER)
    with pytest.raises(KeyError):
        audits.act("weekly-1999-01-04", TRAINING, by="grace", at=LATER)


def test_what_audits_read_of_the_journal_is_answered_by_its_index(audits: Audits, engine: Engine) -> None:
    a_week(engine)
    asked = journalled(WEEK).compile(engine)
    with engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        plan = connection.exec_driver_sql(f"EXPLAIN {asked}", asked.params).scalars().all()
    assert any("journal_audited" in line for line in plan)


def test_an_open_page_hears_of_an_audit_that_was_made(audits: Audits, engine: Engine) -> None:
    watcher = Watcher(engine, Journal(engine))
    before = watcher.news().mark
    audits.make("weekly", WEEK, by="grace", at=LATER)
    assert watcher.news().mark != before
