"""How far a message has come: words about it may arrive in any order and twice."""

from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.outbox import SETTLED, SendState, forward, together

STATES: tuple[SendState, ...] = get_args(SendState)
states = st.sampled_from(STATES)


@given(st.lists(states, min_size=1, max_size=8))
def test_what_is_settled_never_opens_again_and_what_arrived_stays_arrived(words: list[SendState]) -> None:
    now: SendState = "queued"
    for word in words:
        after = forward(now, word)
        assert after in (now, word)
        assert after in SETTLED or now not in SETTLED
        assert now not in ("delivered", "read") or after in ("delivered", "read")
        now = after


@pytest.mark.parametrize("order", list(permutations(["accepted", "delivered", "read"])))
def test_the_order_of_receipts_does_not_matter(order: tuple[SendState, ...]) -> None:
    now: SendState = "sending"
    for word in order:
        now = forward(now, word)
    assert now == "read"


@pytest.mark.parametrize(
    ("ways", "all_of_it"),
    [
        (["failed_perm", "accepted"], "accepted"),
        (["failed_temp", "failed_perm"], "failed_temp"),
        (["failed_perm", "failed_perm"], "failed_perm"),
        (["failed_temp", "expired"], "expired"),
        (["accepted", "expired", "read"], "read"),
        ([], "queued"),
    ],
)
def test_one_way_that_arrived_is_enough(ways: list[SendState], all_of_it: SendState) -> None:
    assert together(ways) == all_of_it
