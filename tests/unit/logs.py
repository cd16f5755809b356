"""Small event logs in the shape of the reference log, for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from escalation.log.rows import LogCase, cases_of, read_row
from tierline.log_files import read_mapping

OPENED = datetime(2012, 5, 7, 9, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
MAPPING = read_mapping()
SUBSTATUS = {
    "Queued": "Awaiting Assignment",
    "Accepted": "In Progress",
    "Completed": "Resolved",
    "Unmatched": "Unmatched",
}

WORDS = ("Queued", "Accepted", "Accepted/Wait", "Accepted/Wait - User", "Completed", "Completed/Closed")
ODD_WORDS = (*WORDS, "Completed/Cancelled", "Unmatched", "Accepted/Assigned")

Event = tuple[float, str, int] | tuple[float, str, int, str]
"""Hours after opening, `status` or `status/substatus`, tier and, if not T<tier>, the team."""


def raw_rows(events: Sequence[Event], case_id: str = "c1") -> list[dict[str, str]]:
    rows = []
    for number, (hours, words, tier, *team) in enumerate(events):
        status, _, substatus = words.partition("/")
        rows.append(
            {
                "case_id": case_id,
                "seq": str(number),
                "ts_utc": (OPENED + hours * HOUR).isoformat(),
                "status": status,
                "substatus": substatus or SUBSTATUS[status],
                "team": team[0] if team else f"T{tier}",
                "tier": str(tier),
                "impact": "Medium",
                "owner": f"owner {number}",
                "product": "PROD1",
            }
        )
    return rows


def case_of(*events: Event) -> LogCase:
    rows = [read_row(raw, line, MAPPING) for line, raw in enumerate(raw_rows(events), start=2)]
    (case,) = cases_of(rows)
    return case


@st.composite
def histories(draw: st.DrawFn, words: Sequence[str] = WORDS) -> list[Event]:
    """Rows in any order that a log may hold them, sensible or not."""
    gaps = draw(st.lists(st.integers(0, 3), min_size=1, max_size=12))
    hours = [sum(gaps[:n]) for n in range(len(gaps))]
    return [(h, draw(st.sampled_from(words)), draw(st.integers(1, 3)), draw(st.sampled_from("AB"))) for h in hours]
