"""`tierline prepare`: bring database and Temporal to where this version needs them. Every step is safe to repeat."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import typer
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from escalation.ports import Unavailable
from escalation.terms import SYSTEM, Role
from stores.database import engine_for, transaction
from stores.figure_filling import fill_figures
from stores.migrations import upgrade
from stores.policies import Policies
from stores.search_index import catch_up
from stores.signing_keys import SigningKeys
from stores.tokens import Tokens
from tierline.faults import OperatorError
from tierline.library_seeding import fill_empty_library
from tierline.policy_file import load_sound_policy
from tierline.settings import Settings

_MAINTENANCE = "postgres"


class DatabaseAwayError(OperatorError):
    """The database cannot be reached or made; the message says which."""


class TemporalAwayError(OperatorError):
    """Temporal cannot be reached."""


class AttributeClashError(OperatorError):
    """Temporal knows a search attribute of ours as something else."""


def prepare_database(settings: Settings) -> None:
    """Make the database if it is not there, bring its tables up to date, publish the first policy and documents.

    The index of published documents is put right where it does not agree with them, and so are the rows that figures
    are computed from: after an update from a release that had none, about a minute for every 100,000 tickets.
    """
    url = make_url(settings.dsn)
    _ensure_database(url)
    upgrade(settings.dsn)
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        _publish_first_policy(engine, settings.policy_path)
        fill_empty_library(engine, settings.policy_path)
        SigningKeys(engine).make_first(datetime.now(UTC))
        with transaction(engine) as connection:
            catch_up(connection)
        if filled := fill_figures(engine):
            typer.echo(f"wrote the figures of {filled} tickets")
    finally:
        engine.dispose()


def register_search_attributes(settings: Settings) -> None:
    """Register those of our search attributes that the namespace does not have."""
    from workflows.attributes import ATTRIBUTES

    asyncio.run(_register(settings, {name: _kind(kind) for name, kind in ATTRIBUTES.items()}))


def first_token(settings: Settings) -> None:
    """Where no token can manage the desk yet, make one and write it to the state directory, for its owner to read."""
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        tokens, now = Tokens(engine), datetime.now(UTC)
        if any(token.role is Role.SERVICE_MANAGER for token in tokens.snapshot(now).values()):
            return
        manager = Policies(engine).current().fallback.manager
        settings.state.mkdir(parents=True, exist_ok=True)
        tokens.create(
            role=Role.SERVICE_MANAGER,
            person=manager,
            at=now,
            note="the first token",
            keep=lambda secret: _write_privately(settings.token_file, secret),
        )
    finally:
        engine.dispose()
    typer.echo(f"the first token acts as {manager}: {settings.token_file}")


def _ensure_database(url: URL) -> None:
    try:
        _ask(url, "SELECT 1")
    except OperationalError as error:
        if _exists(url, error):
            raise DatabaseAwayError(_said(error)) from None
        _ask(url.set(database=_MAINTENANCE), f'CREATE DATABASE "{url.database}"')
        typer.echo(f"made the database {url.database}")


def _exists(url: URL, refused: OperationalError) -> bool:
    """Whether the server has the database that could not be opened; DatabaseAwayError if the server is not there."""
    try:
        found = _ask(url.set(database=_MAINTENANCE), "SELECT 1 FROM pg_database WHERE datname = :name", url.database)
    except OperationalError:
        raise DatabaseAwayError(_said(refused)) from None
    return found is not None


def _ask(url: URL, statement: str, name: str | None = None) -> object:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    with engine.connect() as connection:
        answer = connection.execute(text(statement), {} if name is None else {"name": name})
        return answer.scalar() if answer.returns_rows else None


def _said(error: OperationalError) -> str:
    reason = str(error.orig).strip().partition("\n")[0]
    return f"the database cannot be reached: {reason} (see TIERLINE_DATABASE_URL, or start `tierline up`)"


def _publish_first_policy(engine: Engine, path: Path) -> None:
    policies = Policies(engine)
    try:
        policies.current()
    except Unavailable:
        policy = load_sound_policy(path)
        policies.publish(path.read_text(encoding="utf-8"), policy, by=SYSTEM, at=datetime.now(UTC))
        typer.echo(f"published policy {policy.version} from {path}")


def _kind(name: str) -> IndexedValueType.ValueType:
    return IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{name.upper()}")


async def _register(settings: Settings, wanted: dict[str, IndexedValueType.ValueType]) -> None:
    client = await _connected(settings)
    listed = ListSearchAttributesRequest(namespace=client.namespace)
    known = (await client.operator_service.list_search_attributes(listed)).custom_attributes
    clashes = [name for name, kind in wanted.items() if name in known and known[name] != kind]
    if clashes:
        raise AttributeClashError(f"Temporal knows {', '.join(clashes)} with another type: remove or rename them there")
    missing = {name: kind for name, kind in wanted.items() if name not in known}
    if not missing:
        return
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
    typer.echo(f"registered the search attributes {', '.join(sorted(missing))}")


async def _connected(settings: Settings) -> Client:
    connection = settings.temporal_connection()
    try:
        return await Client.connect(**connection)
    except RuntimeError as error:  # what the client raises when it cannot connect
        raise TemporalAwayError(f"Temporal does not answer at {connection['target_host']}: {error}") from None


def _write_privately(path: Path, secret: str) -> None:
    """Whole or not at all, and never readable by others."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
    new.replace(path)
