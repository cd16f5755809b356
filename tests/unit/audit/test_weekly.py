from datetime import timedelta

import pytest

from escalation.audit.alarm import alarm
from escalation.audit.paper import as_markdown
from escalation.audit.record import AuditRecord
from escalation.audit.record_text import paper
from escalation.audit.seen import Seen
from escalation.audit.week_figures import WeekFigures
from escalation.audit.weekly import WeeklyAudit, weekly_audit
from escalation.audit.weekly_text import weekly_sheets
from escalation.facts import Stay, TicketFacts
from escalation.metrics import escalation_figures, grouped
from escalation.terms import EscalationKind
from tests.unit.audit.desk import MONDAY, WEEK, note, up, week, worked


def test_r86_40_of_100_is_no_alarm() -> None:
    said = alarm(week(100, 40))
    assert (said.raised, said.worked, said.escalated, said.pct) == (False, 100, 40, 40.0)


def test_r86_41_of_100_is_an_alarm_with_its_three_suspects_and_the_data_for_each() -> None:
    notes = (
        *(note(n, "near_miss") for n in range(60, 70)),
        *(note(n, "attempt", along_sop=True, repeated=n < 4) for n in range(20)),
        *(note(n, "prompted") for n in (5, 5, 6)),
    )
    seen = week(100, 41, notes=notes)
    scoped = tuple(one.model_copy(update={"in_scope": n < 12}) for n, one in enumerate(seen.upwards))
    known = tuple(one.model_copy(update={"known_issue": n < 30}) for n, one in enumerate(seen.worked))
    said = alarm(seen.model_copy(update={"upwards": scoped, "worked": known}))
    assert said.raised
    data = {each.suspect: {figure.name: (figure.n, figure.of) for figure in each.figures} for each in said.suspects}
    assert data == {
        "triggers_loose": {
            "escalations within Tier 1's scope": (12, 41),
            "by trigger C2": (41, 41),
            "by a person, without a trigger": (0, 41),
        },
        "knowledge_inadequate": {
            "tickets with a known issue linked": (30, 100),
            "tickets with an attempt along the SOP": (20, 100),
            "attempts that repeated a step": (4, 20),
        },
        "confidence": {
            "near misses, of near misses and escalations": (10, 51),
            "tickets asked about because nothing happened": (2, 100),
        },
    }


@pytest.mark.parametrize(("tickets", "escalated", "raised"), [(19, 19, False), (20, 8, False), (20, 9, True)])
def test_r86_the_alarm_needs_twenty_tickets(tickets: int, escalated: int, raised: bool) -> None:
    assert alarm(week(tickets, escalated)).raised is raised


def test_r86_a_share_just_above_forty_is_above_it_however_it_rounds() -> None:
    assert alarm(week(999, 400)).raised  # 40.04 %
    assert not alarm(week(1_000, 400)).raised


def test_r86_emergencies_are_neither_in_the_base_nor_among_the_escalated() -> None:
    emergencies = tuple(worked(n, emergency=True) for n in range(100, 150))
    ups = tuple(up(n, kind=EscalationKind.EMERGENCY) for n in range(100, 150))
    calm = week(100, 40)
    said = alarm(Seen(worked=calm.worked + emergencies, upwards=calm.upwards + ups))
    assert (said.worked, said.escalated, said.raised) == (100, 40, False)


def test_r86_a_ticket_that_tier_1_handed_up_twice_is_one_ticket_and_what_tier_2_hands_up_is_none_of_it() -> None:
    calm = week(100, 40)
    again = (up(3), up(4), up(70, from_tier=2), up(71, from_tier=2))
    assert alarm(calm.model_copy(update={"upwards": calm.upwards + again})).escalated == 40


def test_r92_the_week_is_broken_down_by_category_client_technician_and_shift() -> None:
    notes = (note(3, "near_miss", detail="C2"), note(3, "unusable_note"), note(6, "under_escalated"))
    audit = weekly_audit(week(60, 12, notes=notes), WEEK)
    assert set(audit.groups) == {"category", "client", "technician", "shift"}
    for lines in audit.groups.values():
        assert sum(line.worked for line in lines) == 60
        assert sum(line.escalated for line in lines) == 12
        assert sum(line.near_misses for line in lines) == 1
    ann = next(line for line in audit.groups["technician"] if line.name == "ann")
    assert (ann.worked, ann.escalated, ann.near_misses, ann.notes_unusable, ann.under_escalated) == (20, 4, 1, 1, 1)


def test_whoever_only_made_an_attempt_has_no_line() -> None:
    seen = week(9, 1, notes=(note(2, "attempt", by="elena"), note(2, "attempt", by="marek", repeated=True)))
    assert [line.name for line in weekly_audit(seen, WEEK).groups["technician"]] == ["ann", "bob", "cleo", "marek"]


def test_r92_whoever_escalates_far_more_than_the_others_stands_out_by_a_test() -> None:
    anns = [n for n in range(90) if n % 3 == 0]
    others = [n for n in range(90) if n % 3 and n % 9 == 1]
    seen = Seen(worked=tuple(worked(n) for n in range(90)), upwards=tuple(up(n) for n in anns[:22] + others))
    audit = weekly_audit(seen, WEEK)
    assert [(each.of_what, each.name, each.n, each.of) for each in audit.stands_out] == [("technician", "ann", 22, 30)]
    assert weekly_audit(week(90, 30), WEEK).stands_out == ()


def test_r85_the_near_miss_rate_is_near_misses_over_near_misses_and_escalations() -> None:
    notes = tuple(note(n, "near_miss", detail="C2" if n % 2 else "I2") for n in range(40, 45))
    said = weekly_audit(week(60, 15, notes=notes), WEEK).near_misses
    assert (said.rate.n, said.rate.of, said.rate.share) == (5, 20, 0.25)
    assert said.by_trigger == {"I2": 3, "C2": 2}


def test_r10_r40_r41_what_was_in_scope_or_kept_too_long_is_listed_ticket_by_ticket() -> None:
    ups = (up(1, in_scope=True), up(2, incomplete=True))
    seen = Seen(worked=(worked(1), worked(2), worked(3)), upwards=ups, notes=(note(3, "under_escalated"),))
    audit = weekly_audit(seen, WEEK)
    assert [each.ticket_id for each in audit.in_scope] == ["T-001"]
    assert [each.ticket_id for each in audit.under_escalated] == ["T-003"]
    assert (audit.incomplete_notes.n, audit.incomplete_notes.of) == (1, 2)


def test_a_week_in_which_nothing_happened_has_an_audit_too() -> None:
    audit = weekly_audit(Seen(), WEEK)
    record = AuditRecord(
        id="weekly-2026-06-01", kind="weekly", window=WEEK, zone="UTC", made_by="system", made_at=MONDAY, said=audit
    )
    said = as_markdown(paper(record))
    assert said.startswith("# Weekly audit, 01 Jun 2026 to before 08 Jun 2026")
    assert "Over-escalation: no alarm" in said


def test_r89_the_paper_shows_each_figure_beside_that_of_the_week_before_and_by_group() -> None:
    at = MONDAY + timedelta(hours=1)
    moved = TicketFacts("T-1", MONDAY, (Stay(1, MONDAY, True, at, at), Stay(2, at, True)), client="acme")
    said = WeekFigures(
        week=escalation_figures([moved], own=True),
        week_before=escalation_figures([], own=True),
        by={"client": grouped([moved], "client", own=True), "shift": {}},
    )
    audit = weekly_audit(Seen(), WEEK, figures=said)
    sheets = {sheet.title: sheet for sheet in weekly_sheets(audit, ())}
    assert ("rate of Tier 1", "100 %", "") in sheets["Figures"].rows
    assert ("time to escalate", "1.0 h", "") in sheets["Figures"].rows
    (line,) = sheets["Figures by client"].rows
    assert dict(zip(sheets["Figures by client"].columns, line, strict=True))["rate of Tier 1"] == "100 %"
    assert line[0] == "acme"
    assert sheets["Figures by shift"].rows == ()


def test_an_audit_that_an_earlier_release_made_is_still_read() -> None:
    audit = weekly_audit(Seen(), WEEK)
    kept = audit.model_dump(mode="json", exclude={"figures"})
    assert WeeklyAudit.model_validate(kept) == audit
    assert "Figures" not in {sheet.title for sheet in weekly_sheets(audit, ())}
