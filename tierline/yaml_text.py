"""YAML 1.2 as people write it, read as plain mappings and lists; what is no such text is one fault with its line."""

import re
from datetime import date
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

_MOST_PARTS = 50_000
_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")


class Fault(NamedTuple):
    """What is wrong, on which line (from 1), and where in the document, as a dotted path."""

    line: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.place}: {self.message}" if self.place else f"{self.line}: {self.message}"


def loaded(text: str, noun: str = "a policy") -> dict[object, object] | Fault:
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
        return Fault(1, "", f"{noun} is a mapping of names to what they mean")
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
