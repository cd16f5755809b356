"""Audits kept in memory, over whatever the test says was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from escalation.audit.actions import Action, ActionState, NewAction, judge_end
from escalation.audit.monthly import MonthlyAudit
from escalation.audit.record import AuditRecord, made
from escalation.audit.seen import AtTierThree, Seen
from escalation.audit.verdicts import Verdict, VerdictImpossible, judge_verdict
from escalation.audit.window import AuditKind, Window, audit_id, judge_window, last_whole
from escalation.errors import UnknownName
from escalation.facts import TicketFacts
from escalation.metrics import GroupBy, escalation_figures
from escalation.policy import Policy
from escalation.published import EscalationFigures
from escalation.terms import Tier

ZONE = "America/Chicago"


@dataclass
class MemoryAudits:
    """The audits, their verdicts and their actions."""

    policy: Policy
    what_was_seen: Seen = field(default_factory=Seen)
    at_three: Sequence[AtTierThree] = ()
    records: dict[str, AuditRecord] = field(default_factory=dict)
    given: dict[str, list[Verdict]] = field(default_factory=dict)
    begun: dict[int, Action] = field(default_factory=dict)

    def make(self, kind: AuditKind, window: Window | None, *, by: str, at: datetime) -> AuditRecord:
        of = window or last_whole(kind, at, ZONE)
        judge_window(of, at)
        name = audit_id(kind, of, ZONE)
        if name not in self.records:
            said = made(kind, of, ZONE, self, seed=name)
            self.records[name] = AuditRecord(
                id=name, kind=kind, window=of, zone=ZONE, made_by=by, made_at=at, said=said,
                overdue=tuple(self.overdue(at.date())),
            )  # fmt: skip
        return self.records[name]

    def all(self, kind: AuditKind | None = None, limit: int | None = None, skip: int = 0) -> Sequence[AuditRecord]:
        found = [record for record in self.records.values() if kind in (None, record.kind)]
        page = slice(skip, None if limit is None else skip + limit)
        return sorted(found, key=lambda record: record.window.until, reverse=True)[page]

    def record(self, name: str) -> AuditRecord | None:
        return self.records.get(name)

    def verdicts(self, name: str) -> Sequence[Verdict]:
        return self.given.get(name, [])

    def judge(self, name: str, verdict: Verdict) -> bool:
        said = self.records[name].said
        if not isinstance(said, MonthlyAudit):
            raise VerdictImpossible("This audit asks for no verdicts.", field="item")
        given = self.given.setdefault(name, [])
        if new := judge_verdict(said, given, verdict):
            given.append(verdict)
        return new

    def actions(self, audit: str | None = None, state: ActionState | None = None) -> Sequence[Action]:
        return [each for each in self.begun.values() if audit in (None, each.audit) and state in (None, each.state)]

    def act(self, name: str, new: NewAction, *, by: str, at: datetime) -> Action:
        if name not in self.records:
            raise KeyError(name)
        if new.owner not in self.policy.people:
            raise UnknownName(f"Nobody at the desk is {new.owner!r}.", field="owner", value=new.owner)
        number = len(self.begun) + 1
        return self.begun.setdefault(number, Action(**new.model_dump(), id=number, audit=name, made_by=by, made_at=at))

    def end(self, number: int, state: ActionState, *, note: str, by: str, at: datetime) -> Action:
        action = self.begun[number]
        if judge_end(action, state):
            ended = {"state": state, "note": note, "ended_by": by, "ended_at": at}
            self.begun[number] = action.model_copy(update=ended)
        return self.begun[number]

    def seen(self, window: Window) -> Seen:
        return self.what_was_seen

    def seen_in(self, since: datetime, until: datetime, clients: tuple[str, ...] | None) -> Seen:
        def ours(client: str) -> bool:
            return clients is None or client in clients

        seen = self.what_was_seen
        return Seen(
            worked=tuple(each for each in seen.worked if ours(each.client)),
            upwards=tuple(each for each in seen.upwards if ours(each.client) and since <= each.at < until),
            notes=tuple(each for each in seen.notes if ours(each.client) and since <= each.at < until),
        )

    def at_tier_three(self, window: Window) -> Sequence[AtTierThree]:
        return self.at_three

    def facts(self, window: Window) -> Sequence[TicketFacts]:
        return ()

    def figures(self, window: Window) -> EscalationFigures:
        return escalation_figures((), own=True)

    def figures_by(self, window: Window, by: GroupBy) -> Mapping[str, EscalationFigures]:
        return {}

    def may_finish(self) -> Mapping[Tier, Sequence[str]]:
        return {tier: limits.may for tier, limits in self.policy.scope.items()}

    def overdue(self, today: date) -> Sequence[Action]:
        return [action for action in self.actions(state="open") if action.overdue(today)]
