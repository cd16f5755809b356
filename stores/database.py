"""The connection to PostgreSQL: one engine, short waits, and one word for "not just now"."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from escalation.ports import Unavailable

POOL_SIZE = 10
_WAIT_FOR_A_CONNECTION = timedelta(seconds=5)
_STATEMENT_TIMEOUT = timedelta(seconds=15)
_LOCK_TIMEOUT = timedelta(seconds=10)


def engine_for(url: str, pool_size: int = POOL_SIZE) -> Engine:
    """An engine that notices within about two seconds that the server is away, and comes back by itself."""
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_WAIT_FOR_A_CONNECTION.total_seconds(),
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,  # an error that is logged must not tell what a client said
        connect_args={
            "connect_timeout": 2,
            "application_name": "tierline",
            "tcp_user_timeout": 5000,  # milliseconds: a peer that vanished without a word,
            # and one that vanished while it owed us an answer: without these that wait lasts two hours
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "options": _session(
                timezone="UTC",
                statement_timeout=_milliseconds(_STATEMENT_TIMEOUT),
                lock_timeout=_milliseconds(_LOCK_TIMEOUT),
                idle_in_transaction_session_timeout="60000",
            ),
        },
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction, committed at the end; Unavailable when the server cannot be asked just now.

    A timeout, a deadlock or a full disk counts as well: each leaves nothing behind, and asking again is right.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (OperationalError, InterfaceError, PoolExhausted) as error:
        raise Unavailable(_short(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(_short(error)) from error
        raise


def _short(error: Exception) -> str:
    """The driver's own first line; the statement and its parameters may hold what a client said in confidence."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return f"PostgreSQL cannot be asked just now: {str(cause).strip().partition(chr(10))[0]}"


def _session(**settings: str) -> str:
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _milliseconds(wait: timedelta) -> str:
    return str(wait // timedelta(milliseconds=1))
