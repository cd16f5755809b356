"""Where exercises in triage rest: each is answered once."""

from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.triage.exercise import Exercise
from stores.database import transaction
from stores.schema import exercises

_MOST = 1_000


class Exercises:
    """Implements `api.services.Exercises`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, exercise: Exercise) -> Exercise:
        """Keep the exercise; the one of the same id that is there already stays, and is what comes back."""
        row = exercise.model_dump(exclude={"answers", "marks", "answered_at"})
        with transaction(self._engine) as connection:
            connection.execute(insert(exercises).on_conflict_do_nothing(), row)
            kept = connection.execute(select(exercises).where(exercises.c.id == exercise.id)).mappings().one()
        return Exercise.model_validate(kept)

    def exercise(self, exercise_id: str) -> Exercise | None:
        """One of them; None if there is none of this id."""
        with transaction(self._engine) as connection:
            row = connection.execute(select(exercises).where(exercises.c.id == exercise_id)).mappings().one_or_none()
        return Exercise.model_validate(row) if row else None

    def answer(self, answered: Exercise) -> bool:
        """Keep answers and marks; False, and nothing changes, if it was answered before."""
        said = answered.model_dump(mode="json", include={"answers", "marks"})
        row = update(exercises).where(exercises.c.id == answered.id, exercises.c.answered_at.is_(None))
        with transaction(self._engine) as connection:
            return bool(connection.execute(row.values(**said, answered_at=answered.answered_at)).rowcount)

    def answered(
        self, person: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> list[Exercise]:
        """The latest thousand that were answered, of one person or of everybody, the latest first."""
        asked = select(exercises).where(exercises.c.answered_at.is_not(None))
        asked = asked.where(exercises.c.person == person) if person else asked
        asked = asked.where(exercises.c.answered_at >= since) if since else asked
        asked = asked.where(exercises.c.answered_at < until) if until else asked
        asked = asked.order_by(exercises.c.answered_at.desc(), exercises.c.id).limit(_MOST)
        with transaction(self._engine) as connection:
            return [Exercise.model_validate(row) for row in connection.execute(asked).mappings()]
