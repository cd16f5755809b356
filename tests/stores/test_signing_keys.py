"""The keys of links, in PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from escalation.links import LIVES, AckLink, opened, sealed
from stores.signing_keys import SigningKeys

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_the_first_key_is_made_once_by_however_many(engine: Engine) -> None:
    keys = SigningKeys(engine)
    assert keys.live(NOW) == []
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: keys.make_first(NOW), range(4)))
    assert sorted(made) == [False, False, False, True]
    assert len(keys.live(NOW)) == 1


def test_a_change_of_keys_breaks_no_link_that_was_sent_before(engine: Engine) -> None:
    keys = SigningKeys(engine)
    keys.make_first(NOW)
    link = AckLink(ticket_id="T-1", epoch=1, person="tomas", channel="mail", expires_at=NOW + LIVES)
    token = sealed(link, keys.live(NOW)[0])
    new = keys.rotate(NOW + timedelta(hours=1))
    later = NOW + LIVES - timedelta(seconds=1)
    assert keys.live(later)[0].id == new
    assert opened(token, keys.live(later), later) == link
    assert [key.id for key in keys.live(NOW + LIVES + timedelta(hours=1))] == [new]
