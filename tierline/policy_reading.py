"""A policy document as it is read to be checked or published: the policy, and every fault with its line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from escalation.lint.policy import problems
from escalation.policy import Policy
from tierline.policy_places import Places
from tierline.policy_salvage import Salvaged, salvage
from tierline.public_holidays import holiday_reader

_MOST_PARTS = 50_000
_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")


class Fault(NamedTuple):
    """What is wrong, on which line (from 1), and where in the document, as a dotted path."""

    line: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.place}: {self.message}" if self.place else f"{self.line}: {self.message}"


@dataclass(frozen=True)
class Reading:
    """The policy as far as it can be read, and its faults from the top; it may be published if there are none."""

    policy: Policy | None
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> Policy | None:
        """The policy, if nothing is wrong with it."""
        return None if self.faults else self.policy


def read_policy(text: str, years: range | None = None, at: datetime | None = None) -> Reading:
    """Read a document; `at` is the moment from which shifts and openings are looked at, now unless told otherwise."""
    document = loaded(text)
    if isinstance(document, Fault):
        return Reading(None, (document,))
    read = salvage(document, holiday_reader(years))
    places = Places(text, read.left_out)
    faults = [Fault(places.line(place), _dotted(place), message) for place, message in read.unreadable]
    if read.policy:
        faults += _unsound(read, read.policy, places, at or datetime.now(UTC))
        faults += _unread(read.policy, places)
    return Reading(read.policy, tuple(sorted(set(faults))))


def loaded(text: str) -> dict[object, object] | Fault:
    """The document as plain mappings and lists, or the one fault for which it cannot be read at all."""
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return Fault(line, "", f"this is not YAML: {error.problem or error.context}")
    except (YAMLError, ValueError, OverflowError) as error:  # ValueError: a date that no calendar has
        return _odd_date(text) or Fault(1, "", f"this is not YAML: {error}")
    except RecursionError:
        return Fault(1, "", "this is nested too deeply")
    if not isinstance(document, dict):
        return Fault(1, "", "a policy is a mapping of names to what they mean")
    if not _bearable(document):
        return Fault(1, "", f"with its aliases written out, this has more than {_MOST_PARTS:,} parts")
    return document


def _odd_date(text: str) -> Fault | None:
    for line, words in enumerate(text.splitlines(), start=1):
        for found in _DATE.finditer(words):
            try:
                date.fromisoformat(found[0])
            except ValueError:
                return Fault(line, "", f"there is no day {found[0]}")
    return None


def _bearable(document: object) -> bool:
    """Whether it can be looked at in reasonable time: aliases of aliases may stand for billions of parts."""
    left, parts = [document], 0
    while left and parts <= _MOST_PARTS:
        node = left.pop()
        inside = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
        parts += len(inside)
        left += inside
    return parts <= _MOST_PARTS


def _unsound(read: Salvaged, policy: Policy, places: Places, at: datetime) -> Iterator[Fault]:
    """What the lint finds; not what is missing only because it could not be read."""
    gone = {str(place[-1]) for place in read.left_out}
    for problem in problems(policy, at):
        steps = places.steps(problem.path)
        if any(f"'{name}'" in problem.message or problem.message.endswith(f" {name}") for name in gone):
            continue
        if any(place[: len(steps)] == steps for place in read.left_out):
            continue
        yield Fault(places.line(steps), _dotted(steps), problem.message)


def _unread(policy: Policy, places: Places) -> Iterator[Fault]:
    for place in places.unread(policy.model_dump(mode="json", by_alias=True)):
        if "special_days" not in place:  # a day of every year has become dates
            yield Fault(places.line(place), _dotted(place), "nothing reads this; is it misspelt?")


def _dotted(place: Sequence[object]) -> str:
    return ".".join(map(str, place))
