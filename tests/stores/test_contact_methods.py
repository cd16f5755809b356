"""Codes and proofs, in PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from escalation.verifying import Asked
from stores.contact_methods import ContactMethods

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def yes(_: Asked) -> bool:
    return True


def no(_: Asked) -> bool:
    return False


def test_a_code_proves_its_way_once(engine: Engine) -> None:
    methods = ContactMethods(engine)
    assert not methods.answer("tomas", "mail", yes, NOW)
    assert methods.ask("tomas", "mail", "mark", "hash", NOW)
    assert methods.answer("tomas", "mail", yes, NOW)
    assert not methods.answer("tomas", "mail", yes, NOW)
    (proof,) = methods.proofs()
    assert (proof.person, proof.method, proof.mark, proof.at) == ("tomas", "mail", "mark", NOW)


def test_every_guess_counts_however_many_are_made_at_once(engine: Engine) -> None:
    methods, tries = ContactMethods(engine), list[int]()

    def count(asked: Asked) -> bool:
        tries.append(asked.tries)
        return False

    methods.ask("tomas", "mail", "mark", "hash", NOW)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: methods.answer("tomas", "mail", count, NOW), range(6)))
    assert sorted(tries) == list(range(6))


def test_a_new_code_replaces_the_old_one_after_a_minute_and_a_proof_outlives_it(engine: Engine) -> None:
    methods = ContactMethods(engine)
    methods.ask("tomas", "mail", "mark", "hash", NOW)
    methods.answer("tomas", "mail", yes, NOW)
    assert not methods.ask("tomas", "mail", "mark", "other", NOW + timedelta(seconds=59))
    assert methods.ask("tomas", "mail", "new", "other", NOW + timedelta(seconds=60))
    assert not methods.answer("tomas", "mail", no, NOW)
    assert [proof.mark for proof in methods.proofs()] == ["mark"]
