from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from escalation.audit.sampling import stratified

TICKETS = [f"T-{n:03}/{'abcdefgh'[n % 7 if n < 90 else 7]}" for n in range(100)]


def drawn(tickets: list[str], size: int, seed: str = "2026-10") -> list[str]:
    return stratified(tickets, size, seed, name=lambda t: t, stratum=lambda t: t[-1])


@given(st.permutations(TICKETS))
def test_r93_a_sample_is_the_same_whatever_the_order_of_the_tickets(tickets: list[str]) -> None:
    assert drawn(tickets, 20) == drawn(TICKETS, 20)


def test_r93_every_stratum_is_there_by_its_share() -> None:
    by_stratum = Counter(ticket[-1] for ticket in drawn(TICKETS, 20))
    assert by_stratum.total() == 20
    assert set(by_stratum) == set("abcdefgh")
    assert max(by_stratum.values()) <= 4


def test_r93_another_seed_is_another_sample() -> None:
    assert drawn(TICKETS, 20) != drawn(TICKETS, 20, seed="2026-11")


@given(st.lists(st.sampled_from(TICKETS), unique=True), st.integers(0, 120))
def test_a_sample_is_never_larger_than_asked_nor_smaller_than_it_can_be(tickets: list[str], size: int) -> None:
    sample = drawn(tickets, size)
    assert len(sample) == min(size, len(tickets))
    assert len(set(sample)) == len(sample)
    assert set(sample) <= set(tickets)
