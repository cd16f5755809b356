"""A document as a file: Markdown with YAML 1.2 in front, and every fault of it with its line."""

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from escalation.library.documents import DOCUMENT, AnyDocument
from escalation.library.markdown import FENCE
from escalation.lint.findings import Problem
from tierline.policy_places import Places
from tierline.yaml_text import Fault, loaded

MOST_BYTES = 256 * 1024
_ABOVE = 1  # the fence over the front matter


class ReadDocument(NamedTuple):
    """The document that a text holds, or None, and its faults from the top."""

    document: AnyDocument | None
    faults: tuple[Fault, ...]


def read_document(text: str) -> ReadDocument:
    """Read one document; nothing is guessed where something is wrong."""
    parts = _parted(text)
    if isinstance(parts, Fault):
        return ReadDocument(None, (parts,))
    front, body = parts
    said = loaded(front, "what stands in front of a document")
    if isinstance(said, Fault):
        return ReadDocument(None, (said._replace(line=said.line + _ABOVE),))
    if "body" in said:
        fault = Fault(_line(front, ["body"]), "body", "the body stands below the second line of dashes")
        return ReadDocument(None, (fault,))
    try:
        return ReadDocument(DOCUMENT.validate_python({**said, "body": body}), ())
    except ValidationError as error:
        faults = [_fault(front, each) for each in error.errors()]
        return ReadDocument(None, tuple(sorted(set(faults))))


def placed(text: str, problems: Sequence[Problem]) -> tuple[Fault, ...]:
    """What is wrong with a document that can be read, each with its line."""
    parts = _parted(text)
    front = "" if isinstance(parts, Fault) else parts[0]
    return tuple(sorted(Fault(_line(front, each.path.split(".")), each.path, each.message) for each in problems))


def _parted(text: str) -> tuple[str, str] | Fault:
    """Front matter and body."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        return Fault(1, "", f"a document begins with a line of {FENCE}, and what machines read of it below")
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == FENCE), None)
    if end is None:
        return Fault(1, "", f"no second line of {FENCE} ends what stands in front")
    return "\n".join(lines[1:end]) + "\n", "\n".join(lines[end + 1 :])


def _fault(front: str, error: ErrorDetails) -> Fault:
    place = list(error["loc"][1:])  # the first names the kind
    if error["type"] in ("union_tag_not_found", "union_tag_invalid"):
        place = ["kind"]
    message = error["msg"].removeprefix("Value error, ")
    return Fault(_line(front, place), ".".join(map(str, place)), message)


def _line(front: str, place: Sequence[object]) -> int:
    """The line in the whole file; what stands in the body is below all of the front."""
    if list(place) == ["body"] and "body:" not in front:
        return front.count("\n") + _ABOVE + 2
    return Places(front).line(place) + _ABOVE
