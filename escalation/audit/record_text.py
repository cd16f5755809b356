"""Any audit as a paper."""

from collections.abc import Sequence
from typing import assert_never

from escalation.audit.actions import Action
from escalation.audit.monthly import MonthlyAudit
from escalation.audit.monthly_text import monthly_sheets
from escalation.audit.paper import Paper
from escalation.audit.quarterly import QuarterlyAudit
from escalation.audit.quarterly_text import quarterly_paper
from escalation.audit.record import AuditRecord
from escalation.audit.verdicts import Verdict
from escalation.audit.weekly import WeeklyAudit
from escalation.audit.weekly_text import action_sheet, weekly_sheets
from escalation.zones import zone_named


def headline(record: AuditRecord) -> str:
    """The audit in one sentence."""
    match record.said:
        case WeeklyAudit(alarm=said) as weekly:
            raised = "Over-escalation alarm" if said.raised else "No over-escalation alarm"
            return f"{raised}: Tier 1 escalated {said.escalated} of {said.worked}; {len(weekly.stands_out)} stand out."
        case MonthlyAudit(sample=sample, tier_3=tier_3):
            return f"{len(sample)} escalations to judge, {len(tier_3)} tickets at Tier 3 to class."
        case QuarterlyAudit(findings=findings, tickets=tickets):
            return f"{len(findings)} findings among {tickets} tickets."
        case _:
            assert_never(record.said)


def paper(record: AuditRecord, given: Sequence[Verdict] = (), actions: Sequence[Action] = ()) -> Paper:
    """The audit with its verdicts and actions, to be read or printed."""
    there = zone_named(record.zone)
    since, until = record.window.since.astimezone(there), record.window.until.astimezone(there)
    title = f"{record.kind.capitalize()} audit, {since:%d %b %Y} to before {until:%d %b %Y}"
    made = f"{record.id}, made by {record.made_by} on {record.made_at.astimezone(there):%d %b %Y %H:%M %Z}."
    said: tuple[str, ...] = ()
    match record.said:
        case WeeklyAudit() as weekly:
            said = (f"{weekly.worked} tickets were worked at Tier 1, {weekly.escalations} escalations were made.",)
            sheets = weekly_sheets(weekly, record.overdue)
        case MonthlyAudit() as monthly:
            sheets = monthly_sheets(monthly, given)
        case QuarterlyAudit() as quarterly:
            whole = quarterly_paper(quarterly)
            said, sheets = whole.said, whole.sheets
        case _:
            assert_never(record.said)
    return Paper(title=title, said=(made, *said), sheets=(*sheets, action_sheet(actions)))
