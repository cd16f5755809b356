"""Every requirement that was promised has a test of its number, and the page that lists them says what is there."""

from pathlib import Path

import pytest

from tierline.acceptance import PAGE, NamedTest, acceptance_page, by_number, named_tests
from tierline.requirements import REQUIREMENTS

REPOSITORY = Path(__file__).parents[2]


def series(letter: str, *spans: tuple[int, int]) -> tuple[str, ...]:
    return tuple(f"{letter}{n}" for first, last in spans for n in range(first, last + 1))


PROMISED = (
    *series("R", (10, 10), (20, 47), (65, 69), (70, 80), (85, 87), (92, 104), (107, 107)),
    *series("B", (1, 6), (10, 14), (22, 24), (28, 28), (36, 36), (39, 41)),
    *(f"ruling {n}" for n in (5, 8, 9, 10)),
    *series("vector ", (1, 8)),
)


def test_every_promised_requirement_has_a_test_that_is_named_after_it() -> None:
    proven = by_number(named_tests(REPOSITORY))
    missing = [number for number in PROMISED if number not in proven]
    assert not missing, f"no test is named after {', '.join(missing)}"


def test_every_number_that_a_test_is_named_after_is_a_requirement() -> None:
    unknown = {number for test in named_tests(REPOSITORY) for number in test.numbers} - set(REQUIREMENTS)
    assert not unknown


def test_the_page_lists_the_tests_that_there_are() -> None:
    written = (REPOSITORY / PAGE).read_text(encoding="utf-8")
    assert written == acceptance_page(REPOSITORY), f"write {PAGE} anew: python -m tierline.docs_cli"


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("test_r23_it_moves", ("R23",)),
        ("test_b2_b3_vector_3_closed_days", ("B2", "B3", "vector 3")),
        ("test_r32_ruling_5_a_vip", ("R32", "ruling 5")),
        ("test_the_r23_of_it", ()),
        ("test_r2d2_beeps", ()),
        ("test_r23", ()),  # a number is no sentence
    ],
)
def test_a_name_begins_with_its_numbers(name: str, numbers: tuple[str, ...]) -> None:
    assert NamedTest(Path("test_it.py"), name).numbers == numbers


def test_tests_are_found_without_being_imported(tmp_path: Path) -> None:
    (tmp_path / "tests" / "deep").mkdir(parents=True)
    (tmp_path / "tests" / "deep" / "test_it.py").write_text(
        "raise SystemExit\ndef test_r1_a() -> None: ...\nasync def test_r1_b() -> None: ...\ndef r1_c() -> None: ...\n"
    )
    (tmp_path / "tests" / "other.py").write_text("def test_r2_no_test_file() -> None: ...\n")
    file = Path("tests/deep/test_it.py")
    assert by_number(named_tests(tmp_path)) == {"R1": [NamedTest(file, "test_r1_a"), NamedTest(file, "test_r1_b")]}
