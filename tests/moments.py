"""Moments as a test writes them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def utc(text: str) -> datetime:
    """That moment, as Greenwich has it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def brussels(text: str) -> datetime:
    """The moment at which a clock on a wall in Brussels shows that."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)
