"""`tierline token`: make, list and revoke API tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy import Engine

from escalation.ports import Unavailable
from escalation.terms import Role
from stores.database import engine_for
from stores.people import People
from stores.policies import Policies
from stores.tokens import TokenLine, Tokens
from tierline.faults import OperatorError
from tierline.settings import Settings

_OF_PEOPLE = frozenset({Role.TECHNICIAN, Role.DISPATCHER, Role.TEAM_LEAD, Role.SERVICE_MANAGER})
_ROLES = tuple(role.value for role in Role if role is not Role.SYSTEM)


class TokenError(OperatorError):
    """A token cannot be made or revoked as asked."""


def create(settings: Settings, *, role: str, person: str | None, clients: tuple[str, ...], note: str) -> None:
    """Make a token and show it, once. A token of a desk role acts as one person of the desk."""
    if role not in _ROLES:
        raise TokenError(f"there is no role {role!r}; there are {', '.join(_ROLES)}")
    with _database(settings) as engine:
        who = _actor(engine, Role(role), person)
        _check_clients(engine, clients)
        now = datetime.now(UTC)
        _, secret = Tokens(engine).create(role=Role(role), person=who, at=now, clients=clients or None, note=note)
    typer.echo(secret)
    typer.echo("Keep it: it is not shown again.", err=True)


def list_all(settings: Settings) -> None:
    """Show the tokens, without their secrets."""
    with _database(settings) as engine:
        lines = Tokens(engine).all()
    table = Table(
        Column("id", no_wrap=True),
        Column("role", no_wrap=True),
        "acts as",
        "clients",
        "made",
        "last used",
        "note",
        box=None,
    )
    for line in lines:
        table.add_row(*_cells(line), style="dim" if line.revoked_at else None)
    Console().print(table)


def revoke(settings: Settings, token_id: str) -> None:
    """Make a token worthless; running API servers notice within seconds."""
    with _database(settings) as engine:
        if not Tokens(engine).revoke(token_id, datetime.now(UTC)):
            raise TokenError(f"there is no live token {token_id!r}; see `tierline token list`")
    typer.echo(f"revoked {token_id}")


def _actor(engine: Engine, role: Role, person: str | None) -> str:
    if role not in _OF_PEOPLE:
        return person or role.value
    if person is None:
        raise TokenError(f"a {role.value} acts as somebody: name them with --person")
    here = [each.id for each in People(engine).people(datetime.now(UTC))]
    if person not in here:
        raise TokenError(f"the desk has nobody called {person!r}; there are {', '.join(here)}")
    return person


def _check_clients(engine: Engine, clients: tuple[str, ...]) -> None:
    known = Policies(engine).current().clients
    if strangers := [client for client in clients if client not in known]:
        raise TokenError(f"no client {', '.join(strangers)}; there are {', '.join(sorted(known))}")


def _cells(line: TokenLine) -> list[str]:
    token = line.token
    note = f"revoked {_day(line.revoked_at)}; {line.note}".rstrip("; ") if line.revoked_at else line.note
    clients = "all" if token.clients is None else ", ".join(token.clients)
    return [token.id, token.role.value, token.person, clients, _day(line.created_at), _day(line.last_used_at), note]


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "never"


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        yield engine
    except Unavailable as away:
        raise TokenError(f"{away}; is `tierline up` running?") from None
    finally:
        engine.dispose()
