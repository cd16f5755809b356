"""Many questions asked of the same tickets: how small a probability must be, so that chance answers none of them."""

from collections.abc import Sequence


def holm(probabilities: Sequence[float]) -> list[float]:
    """Adjusted so that at 0.05 at most one audit in twenty names anything where there is nothing.

    S. Holm, Scandinavian Journal of Statistics 6, 1979; it needs no independence of the tests.
    """
    ordered = sorted(range(len(probabilities)), key=lambda place: probabilities[place])
    adjusted = [0.0] * len(probabilities)
    highest = 0.0
    for rank, place in enumerate(ordered):
        highest = max(highest, min(1.0, (len(probabilities) - rank) * probabilities[place]))
        adjusted[place] = highest
    return adjusted
