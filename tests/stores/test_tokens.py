from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from escalation.terms import Role
from stores.database import transaction
from stores.schema import tokens as table
from stores.tokens import Tokens, hashed

NOW = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def tokens(engine: Engine) -> Tokens:
    return Tokens(engine)


def test_a_token_says_who_holds_it(tokens: Tokens) -> None:
    made, secret = tokens.create(role=Role.TECHNICIAN, person="tomas", clients=("acme",), at=NOW)
    assert secret.startswith(f"tl_{made.id}_")
    assert len(secret) >= len(f"tl_{made.id}_") + 43
    assert tokens.verify(secret, NOW) == made


def test_the_secret_is_nowhere_in_the_database(tokens: Tokens, engine: Engine) -> None:
    _, secret = tokens.create(role=Role.AUDITOR, person="auditor", at=NOW)
    with transaction(engine) as connection:
        (row,) = connection.execute(select(table)).all()
    assert row.hash == hashed(secret)
    assert secret.rpartition("_")[2] not in str(row)


@pytest.mark.parametrize("spoil", [lambda s: s[:-1], lambda s: s + "x", lambda _: "", lambda _: "tl_x_y", str.upper])
def test_anything_else_is_no_token(tokens: Tokens, spoil: "object") -> None:
    _, secret = tokens.create(role=Role.AUDITOR, person="auditor", at=NOW)
    assert callable(spoil)
    assert tokens.verify(spoil(secret), NOW) is None


def test_an_expired_token_is_worth_nothing(tokens: Tokens) -> None:
    _, secret = tokens.create(role=Role.AUDITOR, person="auditor", at=NOW, expires_at=NOW + DAY)
    assert tokens.verify(secret, NOW + DAY - timedelta(seconds=1)) is not None
    assert tokens.verify(secret, NOW + DAY) is None
    assert tokens.snapshot(NOW + DAY) == {}


def test_a_revoked_token_is_worth_nothing(tokens: Tokens) -> None:
    made, secret = tokens.create(role=Role.AUDITOR, person="auditor", at=NOW)
    assert tokens.revoke(made.id, NOW)
    assert tokens.verify(secret, NOW) is None
    assert not tokens.revoke(made.id, NOW)
    assert not tokens.revoke("other", NOW)


def test_the_snapshot_holds_every_live_token(tokens: Tokens) -> None:
    kept, secret = tokens.create(role=Role.INTEGRATION, person="rmm", clients=(), at=NOW)
    gone, _ = tokens.create(role=Role.AUDITOR, person="auditor", at=NOW)
    tokens.revoke(gone.id, NOW)
    assert tokens.snapshot(NOW) == {hashed(secret): kept}


def test_its_use_is_noted_now_and_then(tokens: Tokens) -> None:
    _, secret = tokens.create(role=Role.AUDITOR, person="auditor", note="for the audit", at=NOW)
    for seconds in (0, 30, 59):
        tokens.verify(secret, NOW + timedelta(seconds=seconds))
    (line,) = tokens.all()
    assert (line.last_used_at, line.note) == (NOW, "for the audit")
    tokens.verify(secret, NOW + timedelta(seconds=60))
    assert tokens.all()[0].last_used_at == NOW + timedelta(seconds=60)


def test_a_token_that_cannot_be_kept_was_never_made(tokens: Tokens) -> None:
    def fail(_: str) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        tokens.create(role=Role.AUDITOR, person="auditor", at=NOW, keep=fail)
    assert tokens.all() == []
