"""Whether anything changed that people watch: tickets, duties, absences, the policy, documents, audits, back-tests.

How far a back-test has come is none of it: every page that is open would be made anew each second.
"""

from sqlalchemy import Engine, text

from escalation.lines import News
from stores.database import transaction
from stores.journal import Journal

# What is not in the journal; each of these is small, or has an index that answers at once.
_BESIDE = text("""
SELECT concat_ws('/',
    (SELECT max(n) FROM policy_choices),
    (SELECT concat(max(id), '-', count(*)) FROM overrides WHERE end_at > now()),
    (SELECT concat(max(id), '-', count(*)) FROM absences WHERE end_at > now()),
    (SELECT concat(count(*), '-', max(greatest(created_at, approved_at, published_at, retired_at))) FROM documents),
    (SELECT concat(count(*), '-', count(cleared_at)) FROM stale_marks),
    (SELECT count(*) FROM audits),
    (SELECT count(*) FROM audit_verdicts),
    (SELECT concat(count(*), '-', count(ended_at)) FROM audit_actions),
    (SELECT concat(count(*), '-', max(greatest(made_at, started_at, ended_at))) FROM backtests))
""")


class Watcher:
    """Implements `api.boards.Watched`."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine, self._journal = engine, journal

    def news(self) -> News:
        """A mark that is another one after each change, and the same while there is none."""
        with transaction(self._engine) as connection:
            beside = connection.execute(_BESIDE).scalar_one()
        return News(mark=f"{self._journal.latest()}/{beside}")
