"""What a message promises before any channel sees it."""

import pickle
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escalation.messages import (
    TemporarilyUndeliverable,
    Undeliverable,
    UnresolvedPlaceholder,
    message_key,
    parts_of,
    render,
)

NAMES = st.from_regex(r"[a-z][a-z_]{0,11}", fullmatch=True)
PLAIN = st.text(st.characters(exclude_characters="{}"))
VALUES = st.text()
PIECES = st.lists(st.tuples(PLAIN, NAMES))


@given(PIECES, PLAIN, st.data())
def test_every_placeholder_is_replaced_by_its_value_and_nothing_else_changes(
    pieces: list[tuple[str, str]], tail: str, data: st.DataObject
) -> None:
    params = {name: data.draw(VALUES) for _, name in pieces}
    text = "".join(f"{plain}{{{name}}}" for plain, name in pieces) + tail
    assert render(text, params) == "".join(plain + params[name] for plain, name in pieces) + tail


@given(st.text())
@example("{{{x}}}")
def test_any_text_can_be_written_with_doubled_braces(text: str) -> None:
    assert render(text.replace("{", "{{").replace("}", "}}"), {}) == text


@given(PIECES, NAMES)
def test_a_fact_that_nobody_gave_is_named_and_nothing_is_rendered(pieces: list[tuple[str, str]], absent: str) -> None:
    params = {name: "x" for _, name in pieces if name != absent}
    text = "".join(f"{plain}{{{name}}}" for plain, name in pieces) + f"{{{absent}}}"
    with pytest.raises(UnresolvedPlaceholder) as unresolved:
        render(text, params, "handoff_told")
    assert unresolved.value.placeholder == absent
    assert "handoff_told" in str(unresolved.value)
    assert absent in str(unresolved.value)


@pytest.mark.parametrize("text", ["Hello {", "Hello }", "Hello {owner", "owner} hello", "{}", "{ owner }", "{Owner}"])
def test_a_brace_that_means_nothing_is_not_sent_to_a_reader(text: str) -> None:
    with pytest.raises(UnresolvedPlaceholder):
        render(text, {"owner": "Ana"})


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert render("{a}", {"a": "{b}", "b": "never"}) == "{b}"


@given(st.text(min_size=1), st.integers(min_value=0), st.text(min_size=1), st.text(min_size=1))
@example("T/1", 1, "a.b", "ä b\n")
def test_a_key_tells_its_parts_and_fits_a_header(ticket: str, sequence: int, template: str, recipient: str) -> None:
    key = message_key(ticket, sequence, template, recipient)
    assert parts_of(key) == (ticket, str(sequence), template, recipient)
    assert key.isascii()
    assert key.isprintable()
    assert not set(key) & set(" .")


def test_a_key_made_some_other_way_still_names_its_ticket() -> None:
    assert parts_of("T-7") == ("T-7", "", "", "")


@pytest.mark.parametrize(
    "failure",
    [
        TemporarilyUndeliverable("busy", timedelta(seconds=5)),
        Undeliverable("gone"),
        UnresolvedPlaceholder("owner", "handoff_told"),
    ],
)
def test_failures_survive_the_way_through_a_process_pool(failure: Exception) -> None:
    copy = pickle.loads(pickle.dumps(failure))  # noqa: S301 - our own bytes
    assert (str(copy), vars(copy)) == (str(failure), vars(failure))
