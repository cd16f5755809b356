"""Links that answer a page: nobody makes one but us, and none works for long."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.links import AckLink, ExpiredLink, ForgedLink, SigningKey, opened, sealed

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
KEY, OTHER = SigningKey("k1", b"a" * 32), SigningKey("k2", b"b" * 32)
LINK = AckLink(ticket_id="T-1", epoch=3, person="tomas", channel="mail", expires_at=NOW + timedelta(hours=1))

links = st.builds(
    AckLink,
    ticket_id=st.text(max_size=40),
    epoch=st.integers(0, 10_000),
    person=st.text(max_size=40),
    channel=st.sampled_from(["mail", "apprise:slack", "sms"]),
    expires_at=st.integers(1, 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds)),
)


@given(links)
def test_a_link_says_what_was_put_into_it_and_fits_an_address(link: AckLink) -> None:
    token = sealed(link, KEY)
    assert opened(token, [OTHER, KEY], NOW) == link
    assert token.isascii()
    assert not set("/?#& ") & set(token)


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_link_with_one_letter_changed_is_forged_or_the_same_link(place: int, letter: str) -> None:
    token = sealed(LINK, KEY)
    changed = token[: place % len(token)] + letter + token[place % len(token) + 1 :]
    try:
        assert opened(changed, [KEY], NOW) == LINK  # the last letter of base64 may carry bits that say nothing
    except ForgedLink:
        assert changed != token


@given(st.text(max_size=300))
def test_whatever_somebody_types_is_a_forged_link_and_no_fault(text: str) -> None:
    with pytest.raises(ForgedLink):
        opened(text, [KEY], NOW)


def test_nobody_can_put_another_person_into_a_link() -> None:
    key_id, payload, signature = sealed(LINK, KEY).split(".")
    said = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    said[2] = "marek"
    forged = urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    with pytest.raises(ForgedLink):
        opened(".".join((key_id, forged, signature)), [KEY], NOW)


def test_a_link_is_too_old_to_the_second() -> None:
    token = sealed(LINK, KEY)
    assert opened(token, [KEY], LINK.expires_at - timedelta(seconds=1)) == LINK
    with pytest.raises(ExpiredLink):
        opened(token, [KEY], LINK.expires_at)


def test_a_key_that_is_out_of_use_opens_nothing() -> None:
    with pytest.raises(ForgedLink):
        opened(sealed(LINK, KEY), [OTHER], NOW)


def test_a_key_keeps_its_secret_out_of_logs() -> None:
    assert "aaaa" not in repr(KEY)
