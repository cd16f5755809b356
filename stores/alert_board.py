"""A board filled from PostgreSQL with what a batch of alerts, or a moment, has to do with; and written back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, Text, any_, bindparam, func, lateral, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, Insert, insert

from escalation.alerts.board import Board
from escalation.alerts.fault import Fault, Heard, Place, key_of
from escalation.alerts.intakes import Intakes
from escalation.alerts.outages import shared
from escalation.alerts.tickets import AlertTicket, Standing
from escalation.alerts.windows import Window
from escalation.lifecycle import OVER
from stores.alert_rows import alert_key, alert_row, fault_of, fault_row, keys_of, ticket_of, ticket_row
from stores.schema import alert_tickets, alerts, faults, maintenance_windows, tickets

_LIVE = ("firing", "clearing", "flapping", "settling")
_DUE_AT_ONCE = 5_000
_ALIKE = 500


def board_of(connection: Connection, said: Sequence[Heard], intakes: Intakes) -> Board:
    """What is known of the faults that these alerts tell of, and of their places."""
    moments = [heard.moment for heard in said]
    known = _known(connection, said)
    found = _by_key(connection, keys_of(key_of(heard.alert) for heard in said))
    by_key = {fault.key: fault for fault in found}
    places = {_place(heard, by_key.get(key_of(heard.alert)), intakes) for heard in said}
    kinds = {heard.alert.kind for heard in said}
    return _board(connection, found, places, min(moments), intakes, known, kinds=kinds)


def board_at(connection: Connection, now: datetime, intakes: Intakes) -> Board:
    """What is known of the faults whose moment has come, and of what a window that begins or ends has to do with."""
    due = select(faults).where(faults.c.due_at <= now).order_by(faults.c.due_at).limit(_DUE_AT_ONCE)
    found = [fault_of(row) for row in connection.execute(due)]
    turning = [window for window in _windows(connection, now) if _turns(window, now)]
    found += [fault for window in turning for fault in _concerned(connection, window)]
    found = list({fault.key: fault for fault in found}.values())
    kept = select(alert_tickets.c.ticket_id).where(alert_tickets.c.window_id.in_([window.id for window in turning]))
    kept_back = set(connection.execute(kept).scalars()) if turning else set[str]()
    kinds = {fault.kind for fault in found}
    return _board(connection, found, {fault.place for fault in found}, now, intakes, set(), kept_back, kinds)


def board_about(connection: Connection, ticket_id: str, now: datetime, intakes: Intakes) -> Board:
    """What is known of one ticket's faults."""
    of_it = select(faults).where(faults.c.ticket_id == ticket_id)
    found = [fault_of(row) for row in connection.execute(of_it)]
    return _board(connection, found, set(), now, intakes, set(), {ticket_id})


def write(connection: Connection, board: Board) -> None:
    """Write down what was changed, in as many statements whatever its size."""
    for before, after in board.moved.items():
        moved = update(alerts).where(alerts.c.ticket_id == before)
        connection.execute(moved.values(ticket_id=after, outcome="joined", paged=False))
    if board.noted:
        connection.execute(insert(alerts).on_conflict_do_nothing(), [alert_row(noted) for noted in board.noted])
    if board.changed:
        connection.execute(_PUT_FAULT, [fault_row(board.faults[key]) for key in sorted(board.changed)])
    if board.touched:
        connection.execute(_PUT_TICKET, [ticket_row(board.tickets[name]) for name in sorted(board.touched)])
    for window in board.windows:
        if window.begun or window.over:
            row = update(maintenance_windows).where(maintenance_windows.c.id == window.id)
            connection.execute(row.values(begun=window.begun, over=window.over))


def put_ticket(connection: Connection, ticket: AlertTicket) -> None:
    """Write down one ticket."""
    connection.execute(_PUT_TICKET, [ticket_row(ticket)])


def _board(
    connection: Connection,
    found: Sequence[Fault],
    places: Iterable[Place],
    since: datetime,
    intakes: Intakes,
    known: set[tuple[str, str]],
    kept_back: Iterable[str] = (),
    kinds: Iterable[str] = (),
) -> Board:
    recent = _recent(connection, places, since, intakes) if places else []
    alike = _alike(connection, {k for k in kinds if shared(k, intakes.rules)}, since, intakes)
    all_faults = {fault.key: fault for fault in (*alike, *recent, *found)}
    wanted = {fault.ticket_id for fault in all_faults.values() if fault.ticket_id} | set(kept_back)
    made = _tickets(connection, wanted, places)
    return Board(
        intakes=intakes,
        faults=all_faults,
        tickets=made,
        standing=_standing(connection, made),
        windows=_windows(connection, since),
        known=known,
    )


def _place(heard: Heard, fault: Fault | None, intakes: Intakes) -> Place:
    alert = heard.alert
    return alert.client, alert.site or (fault.site if fault else ""), intakes.lane(alert)


def _known(connection: Connection, said: Sequence[Heard]) -> set[tuple[str, str]]:
    by_key = {alert_key(h.alert.source, h.alert.event_id): (h.alert.source, h.alert.event_id) for h in said}
    there = connection.execute(_KNOWN, {"keys": sorted(by_key)}).scalars()
    return {by_key[bytes(key)] for key in there}


def _by_key(connection: Connection, keys: Sequence[bytes]) -> list[Fault]:
    return [fault_of(row) for row in connection.execute(_FAULTS, {"keys": keys})]


def _recent(connection: Connection, places: Iterable[Place], since: datetime, intakes: Intakes) -> list[Fault]:
    """The faults that began lately at each place: as many as make a storm, since more say no more."""
    storm = intakes.rules.storm
    there = sorted(set(places))
    columns = [[place[part] for place in there] for part in range(3)]
    at = func.unnest(*(bindparam(None, column, type_=ARRAY(Text)) for column in columns))
    named = at.table_valued("client", "site", "lane", name="places").render_derived()
    of_it = (
        select(faults)
        .where(faults.c.client == named.c.client, faults.c.site == named.c.site, faults.c.lane == named.c.lane)
        .where(faults.c.began_at > since - storm.within)
        .order_by(faults.c.began_at.desc())
        .limit(storm.faults)
    )
    each = lateral(of_it).alias("recent")
    rows = connection.execute(select(each.c.body).select_from(named.join(each, true())))
    return [fault_of(row) for row in rows]


def _alike(connection: Connection, kinds: set[str], since: datetime, intakes: Intakes) -> list[Fault]:
    """The faults of these kinds that began lately, at any client."""
    if not kinds:
        return []
    of_them = faults.c.body["kind"].astext.in_(sorted(kinds))
    asked = select(faults).where(of_them, faults.c.began_at > since - intakes.rules.outage.within)
    return [fault_of(row) for row in connection.execute(asked.order_by(faults.c.began_at).limit(_ALIKE))]


def _tickets(connection: Connection, wanted: Iterable[str], places: Iterable[Place]) -> dict[str, AlertTicket]:
    of_them = alert_tickets.c.ticket_id == any_(bindparam("ids", sorted(set(wanted)), type_=ARRAY(Text)))
    asked = select(alert_tickets).where(of_them)
    if places:
        place = tuple_(alert_tickets.c.client, alert_tickets.c.site, alert_tickets.c.lane)
        storms = alert_tickets.c.storm & alert_tickets.c.state.in_(("wanted", "open")) & place.in_(sorted(places))
        asked = select(alert_tickets).where(or_(of_them, storms))
    return {row.ticket_id: ticket_of(row) for row in connection.execute(asked)}


def _standing(connection: Connection, made: Iterable[str]) -> dict[str, Standing]:
    asked = select(
        tickets.c.ticket_id,
        tickets.c.stage,
        tickets.c.accepted_at,
        tickets.c.resolved_at,
        tickets.c.state["stays"].label("stays"),
    )
    rows = connection.execute(asked.where(tickets.c.ticket_id == any_(bindparam("ids", sorted(made), ARRAY(Text)))))
    return {
        row.ticket_id: Standing(
            claimed=row.accepted_at is not None or any(stay.get("accepted_at") for stay in row.stays or ()),
            over=row.stage in _OVER,
            resolved_at=row.resolved_at if row.stage == "resolved" else None,
        )
        for row in rows
    }


def _windows(connection: Connection, since: datetime) -> tuple[Window, ...]:
    """Those that hold at that moment or later, and those whose end nobody has seen to."""
    asked = select(maintenance_windows).where(or_(maintenance_windows.c.ends_at > since, ~maintenance_windows.c.over))
    return tuple(window_of(row) for row in connection.execute(asked.order_by(maintenance_windows.c.id)))


def window_of(row: Any) -> Window:
    """The window that a row holds."""
    return Window.model_validate({name: getattr(row, name) for name in Window.model_fields})


def _turns(window: Window, now: datetime) -> bool:
    return (window.until <= now and not window.over) or (window.starts_at <= now and not window.begun)


def _concerned(connection: Connection, window: Window) -> list[Fault]:
    """Every fault that it may cover, and with each ticket all of its faults."""
    asked = select(faults).where(faults.c.state.in_((*_LIVE, "suppressed")))
    if window.client is not None:
        asked = asked.where(faults.c.client == window.client)
    covered = [fault for fault in map(fault_of, connection.execute(asked)) if window.concerns(fault)]
    made = sorted({fault.ticket_id for fault in covered if fault.ticket_id})
    beside = select(faults).where(faults.c.ticket_id == any_(bindparam("ids", made, ARRAY(Text))))
    return [*covered, *map(fault_of, connection.execute(beside))]


_OVER = frozenset(stage.value for stage in OVER)
_KNOWN = select(alerts.c.key).where(alerts.c.key == any_(bindparam("keys", type_=ARRAY(BYTEA))))
_FAULTS = select(faults).where(faults.c.key == any_(bindparam("keys", type_=ARRAY(BYTEA))))


def _putting(table: Table, key: str) -> Insert:
    row = insert(table)
    set_ = {column.name: row.excluded[column.name] for column in table.columns if column.name != key}
    return row.on_conflict_do_update(index_elements=[key], set_=set_)


_PUT_FAULT = _putting(faults, "key")
_PUT_TICKET = _putting(alert_tickets, "ticket_id")
