"""Where a page of a list ended: the moment and the id of its last row, in a form that a client only hands back."""

import base64
import binascii
import json
from datetime import datetime


def cursor(at: datetime, row: str) -> str:
    """The mark of this row."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row]).encode()).decode().rstrip("=")


def place(given: str) -> tuple[datetime, str]:
    """The row that a mark stands for; ValueError for one that was not given out here."""
    try:
        text = base64.b64decode(given.encode() + b"=" * (-len(given) % 4), altchars=b"-_", validate=True)
        at, row = json.loads(text)
        found = datetime.fromisoformat(at), str(row)
    except (binascii.Error, ValueError, TypeError) as error:
        raise ValueError("this cursor was not given out here") from error
    if found[0].tzinfo is None or "\x00" in found[1]:
        raise ValueError("this cursor was not given out here")
    return found
