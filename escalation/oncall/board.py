"""Every rota of the desk with what changes it by hand: one answer to who is on call, and who is away."""

from collections.abc import Mapping
from datetime import datetime

from escalation.oncall.live import Absence, RotaOverride, absence_of
from escalation.oncall.rota import Rota
from escalation.oncall.schedule import Answer, Duty, answer, duty_at, gaps, rendered
from escalation.terms import Facts, Tier


class LiveOverride(RotaOverride):
    """An override with its number, by which it is taken back; the policy's own have none."""

    id: int | None = None
    made_by: str = ""


class LiveAbsence(Absence):
    """An absence with its number; the policy's own have none."""

    id: int | None = None
    made_by: str = ""


class Board(Facts):
    """The rotas as they stand, overrides in the order in which they win: the last first."""

    rotas: dict[str, Rota]
    by_tier: dict[Tier, str]
    managers: str
    overrides: tuple[RotaOverride, ...] = ()
    absences: tuple[Absence, ...] = ()

    def answer(self, rota: str, at: datetime) -> Answer:
        """Who answers the rota at `at`, and why; KeyError for a rota that is not there."""
        return answer(rota, self.rotas[rota], self.overrides, at, self.absences)

    def on_call(self, rota: str, at: datetime) -> str | None:
        """The person on call on the rota; None outside its hours and in a gap."""
        return self.answer(rota, at).person

    def duty(self, rota: str, at: datetime) -> Duty:
        """Who answers at `at`, and until when."""
        return duty_at(rota, self.rotas[rota], self.overrides, at, self.absences)

    def schedule(self, rota: str, start: datetime, end: datetime) -> list[Duty]:
        """Who answers over a stretch of time, without a hole."""
        return rendered(rota, self.rotas[rota], self.overrides, start, end, self.absences)

    def gaps(self, start: datetime, end: datetime) -> Mapping[str, list[Duty]]:
        """The stretches in which nobody answers, by rota; rotas without any are left out."""
        found = {name: gaps(name, rota, self.overrides, start, end, self.absences) for name, rota in self.rotas.items()}
        return {name: duties for name, duties in found.items() if duties}

    def duties_of(self, person: str, start: datetime, end: datetime) -> list[tuple[str, Duty]]:
        """When somebody is on call, and for which rota, in the order of time."""
        found = [
            (name, duty) for name in self.rotas for duty in self.schedule(name, start, end) if duty.person == person
        ]
        return sorted(found, key=lambda each: (each[1].start, each[0]))

    def absent_until(self, person: str, at: datetime) -> datetime | None:
        """When somebody who is away at `at` comes back; None for somebody who is here."""
        absence = absence_of(person, self.absences, at)
        return absence.end if absence else None

    def lines(self) -> list[tuple[str, Tier | None]]:
        """Every rota with the tier that it answers for: by tier first, then the managers' and the rest."""
        by_tier: list[tuple[str, Tier | None]] = [(rota, tier) for tier, rota in sorted(self.by_tier.items())]
        return by_tier + [(rota, None) for rota in sorted(self.rotas) if rota not in self.by_tier.values()]
