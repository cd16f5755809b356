"""Which ways to people were tried, kept in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalation.verifying import AGAIN_AFTER, Asked, Proof


@dataclass
class MemoryContacts:
    """The proofs, and the codes that are out."""

    known: dict[tuple[str, str], Proof] = field(default_factory=dict)
    out: dict[tuple[str, str], Asked] = field(default_factory=dict)

    def proofs(self) -> Sequence[Proof]:
        return list(self.known.values())

    def ask(self, person: str, method: str, mark: str, code_hash: str, at: datetime) -> bool:
        before = self.out.get((person, method))
        if before and at - before.at < AGAIN_AFTER:
            return False
        self.out[person, method] = Asked(mark=mark, code_hash=code_hash, at=at)
        return True

    def answer(self, person: str, method: str, judged: Callable[[Asked], bool], at: datetime) -> bool:
        asked = self.out.get((person, method))
        if asked is None:
            return False
        if judged(asked):
            self.known[person, method] = Proof(person=person, method=method, mark=asked.mark, at=at)
            return self.out.pop((person, method), None) is not None
        self.out[person, method] = asked.model_copy(update={"tries": asked.tries + 1})
        return False
