"""A year of tickets out of some weeks of them: copied by the database, which is quick."""

from datetime import timedelta

from sqlalchemy import Engine, text

from stores.schema.journal import AUDITED

SEASONS, SEASON = 6, timedelta(days=61)


def spread(engine: Engine, copies: int, season: timedelta = SEASON, *, whole: bool = True) -> None:
    """Every story so many times in all: each copy under an id of its own, and in one of six seasons.

    With a `season` of less than nothing they lie before the first one. Unless `whole`, only what figures read is
    copied: not the wide rows of `tickets`, and of the journal what audits read.
    """
    copied = (_JOURNAL, _TICKETS) if whole else (f"{_JOURNAL}WHERE {AUDITED}",)
    for statement in (*copied, _FIGURES, _STAYS, _EVENTS):
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            values = {"copies": copies - 1, "seasons": SEASONS, "season": season}
            connection.execute(text(statement), values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))


_JOURNAL = """
INSERT INTO journal (ticket_id, seq, at, kind, actor, policy_version, request_id, event)
SELECT ticket_id || '-' || copy, seq, at + copy % :seasons * :season, kind, actor, policy_version, request_id, event
FROM journal, generate_series(1, :copies) AS copy
"""
_COPY = """
INSERT INTO {table}
SELECT copied.*
FROM {table} AS t, generate_series(1, :copies) AS copy,
     LATERAL jsonb_populate_record(t, jsonb_build_object('ticket_id', t.ticket_id || '-' || copy, {moved})) AS copied
"""


def _copy(table: str, *moments: str, **more: str) -> str:
    moved = {name: f"t.{name} + copy % :seasons * :season" for name in moments} | more
    return _COPY.format(table=table, moved=", ".join(f"'{name}', {value}" for name, value in moved.items()))


_TICKETS = _copy("tickets", "taken_in_at", "opened_at", "closed_at")
_FIGURES = _copy(
    "ticket_figures",
    *("taken_in_at", "opened_at", "response_breached_at", "resolution_breached_at"),
    at_tier_1="""(
        SELECT coalesce(range_agg(tstzrange(lower(r) + copy % :seasons * :season,
                                            upper(r) + copy % :seasons * :season)), '{}')::text
        FROM unnest(t.at_tier_1) AS r
    )""",
)
_STAYS = _copy("ticket_stays", "began_at")
_EVENTS = _copy("tier_one_events", "at")
