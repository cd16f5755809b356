"""Choices that follow from a seed alone: the same seed chooses the same on every machine and in every release."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """One choice after the other."""

    def __init__(self, *seed: object) -> None:
        self._seed = "/".join(map(str, seed))
        self._made = 0

    def number(self, below: int) -> int:
        """From 0 up to, but not including, `below`."""
        self._made += 1
        return int.from_bytes(sha256(f"{self._seed}/{self._made}".encode()).digest()[:8]) % below

    def one(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[self.number(len(options))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All of them, in an order of their own."""
        left = list(options)
        return [left.pop(self.number(len(left))) for _ in options]
