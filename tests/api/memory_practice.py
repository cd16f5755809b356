"""Exercises in triage, kept in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from escalation.triage.exercise import Exercise


@dataclass
class MemoryExercises:
    """Each is answered once."""

    kept: dict[str, Exercise] = field(default_factory=dict)

    def begin(self, exercise: Exercise) -> Exercise:
        return self.kept.setdefault(exercise.id, exercise)

    def exercise(self, exercise_id: str) -> Exercise | None:
        return self.kept.get(exercise_id)

    def answer(self, answered: Exercise) -> bool:
        if self.kept[answered.id].marks:
            return False
        self.kept[answered.id] = answered
        return True

    def answered(
        self, person: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> list[Exercise]:
        return [
            each
            for each in self.kept.values()
            if each.answered_at
            and person in (None, each.person)
            and (since is None or each.answered_at >= since)
            and (until is None or each.answered_at < until)
        ]
