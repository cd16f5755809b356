"""Numbers for drawings that a template makes with SVG: no style attributes, which the page's policy forbids."""


def share(part: float, whole: float) -> float:
    """Per cent of the whole, from 0 to 100; of nothing it is nothing."""
    return round(max(0.0, min(100.0, 100 * part / whole)), 2) if whole > 0 else 0.0
