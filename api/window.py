"""The time that a report is about: what was asked for, else the last ninety days, so that a question stays bounded."""

from datetime import datetime, timedelta

from api.faults import InvalidRequest

USUAL = timedelta(days=90)


def window(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime | None]:
    """From when, and before when; InvalidRequest for a time that ends before it begins."""
    if since is not None and until is not None and since >= until:
        raise InvalidRequest("`from` lies before `to`.", errors=[{"field": "query.from", "message": "not before `to`"}])
    return since or (until or now) - USUAL, until
