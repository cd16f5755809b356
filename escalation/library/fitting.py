"""What of the library helps with a ticket, and in which order. Pure."""

from collections.abc import Sequence
from typing import Literal

from escalation.library.search import Found

_FITS = 0.3  # of the best score of its kind; what fits less than that is left out


class Fitting(Found):
    """A document, and why it is shown: as the SOP of the ticket's category, or for the words of the ticket."""

    why: Literal["category", "words"]


def symptoms(subject: str, category: str | None, *more: str) -> str:
    """The question that a ticket puts to the library."""
    return " ".join(filter(None, [subject, (category or "").replace("_", " "), *more]))


def fitting(sop: Found | None, found: Sequence[Found]) -> tuple[Fitting, ...]:
    """The SOP first, then the others as they came, without those that hardly fit beside the best of their kind."""
    best = {each.kind: max(other.score for other in found if other.kind is each.kind) for each in found}
    kept = [each for each in found if each.score >= _FITS * best[each.kind]]
    first = [Fitting(**sop.model_dump(), why="category")] if sop else []
    return (*first, *(Fitting(**each.model_dump(), why="words") for each in kept))
