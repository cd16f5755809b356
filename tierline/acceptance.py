"""Which tests prove which requirement: read off the tests' names, without running or importing any."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tierline.requirements import REQUIREMENTS

PAGE, TESTS = Path("docs/acceptance.md"), Path("tests")
_NUMBER = re.compile(r"(r|b|ruling_|vector_)([1-9]\d*)_")
_SAID = {"r": "R", "b": "B", "ruling_": "ruling ", "vector_": "vector "}
_HEAD = """\
A test that proves a requirement begins its name with the requirement's number, and goes on as the sentence that it
proves. One test may prove several; a requirement without a test is not in the table."""


class NamedTest(NamedTuple):
    """A test function: its file, relative to the repository, and its name."""

    file: Path
    name: str

    @property
    def numbers(self) -> tuple[str, ...]:
        """The requirements that its name begins with, such as R23 or vector 5."""
        said, place = [], len("test_")
        while found := _NUMBER.match(self.name, place):
            said.append(f"{_SAID[found[1]]}{found[2]}")
            place = found.end()
        return tuple(said)


def named_tests(repository: Path) -> list[NamedTest]:
    """Every test function under tests/, by file and place in it."""
    files = sorted((repository / TESTS).rglob("test_*.py"))
    return [NamedTest(file.relative_to(repository), name) for file in files for name in _functions(file)]


def by_number(tests: list[NamedTest]) -> dict[str, list[NamedTest]]:
    """The tests of each number that has any, the numbers in the order of the requirements; a KeyError if unknown."""
    found: dict[str, list[NamedTest]] = {}
    for test in tests:
        for number in test.numbers:
            found.setdefault(number, []).append(test)
    order = {number: place for place, number in enumerate(REQUIREMENTS)}
    return dict(sorted(found.items(), key=lambda proven: order[proven[0]]))


def acceptance_page(repository: Path) -> str:
    """The page: each number, its few words, and the tests that prove it."""
    rows = [row for number, tests in by_number(named_tests(repository)).items() for row in _rows(number, tests)]
    parts = [
        "# What is proven, and by which test",
        "<!-- Made from the tests' names by `python -m tierline.docs_cli`; a test keeps the two equal. -->",
        _HEAD,
        "\n".join(["| number | requirement | tests |", "|---|---|---|", *rows]),
    ]
    return "\n\n".join(parts) + "\n"


def _functions(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


def _rows(number: str, tests: list[NamedTest]) -> Iterator[str]:
    """One line for each test, so that two people who add one seldom meet; the number stands at the first."""
    said = f"{number} | {REQUIREMENTS[number]}"
    for test in tests:
        yield f"| {said} | `{test.file.relative_to(TESTS)}::{test.name}` |"
        said = " | "
