"""The few words that alerts put on a ticket."""

_LINE = 500
CLEARED = "cleared by itself: every fault was over before anybody had claimed it"


def storm_subject(site: str, first: str) -> str:
    """What a storm's ticket is called."""
    where = f" at {site}" if site else ""
    return f"Storm of alerts{where}, first: {first}"[:_LINE]
