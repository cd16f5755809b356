"""An audit as a record: what it says, of which window, and the port to where it reads and rests."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Protocol

from pydantic import AwareDatetime, Field

from escalation.audit.actions import Action
from escalation.audit.monthly import MonthlyAudit, monthly_audit
from escalation.audit.quarterly import QuarterlyAudit, quarterly_audit, subject
from escalation.audit.seen import AtTierThree, Seen
from escalation.audit.week_figures import FiguresSource, week_figures
from escalation.audit.weekly import WeeklyAudit, weekly_audit
from escalation.audit.window import AuditKind, Window
from escalation.facts import TicketFacts
from escalation.terms import Facts, Tier

Audited = Annotated[WeeklyAudit | MonthlyAudit | QuarterlyAudit, Field(discriminator="kind")]


class AuditRecord(Facts):
    """An audit that was made: it never changes. `overdue` are the actions that were so when it was made."""

    id: str
    kind: AuditKind
    window: Window
    zone: str
    made_by: str
    made_at: AwareDatetime
    said: Audited
    overdue: tuple[Action, ...] = ()


class AuditSource(FiguresSource, Protocol):
    """What audits are made from: the read side within a window, and what the policy in force says."""

    def seen(self, window: Window) -> Seen: ...

    def at_tier_three(self, window: Window) -> Sequence[AtTierThree]: ...

    def facts(self, window: Window) -> Sequence[TicketFacts]: ...

    def may_finish(self) -> Mapping[Tier, Sequence[str]]: ...

    def overdue(self, today: date) -> Sequence[Action]: ...


def made(kind: AuditKind, window: Window, zone: str, source: AuditSource, seed: str) -> Audited:
    """The audit of this kind over this window; `seed` draws the sample."""
    match kind:
        case "weekly":
            return weekly_audit(source.seen(window), window, figures=week_figures(source, window, zone))
        case "monthly":
            return monthly_audit(source.seen(window), source.at_tier_three(window), source.may_finish(), window, seed)
        case "quarterly":
            subjects = [subject(facts) for facts in source.facts(window)]
            return quarterly_audit(subjects, zone=zone, since=window.since, until=window.until)
