"""What can be read of a policy document in which some parts cannot: so that one mistake does not hide the others."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from escalation.holidays import HolidayReader
from escalation.policy import Policy

Place = tuple[str | int, ...]
_TRIES = 12  # each leaves out what the last one stumbled over
_OF_A_UNION = frozenset({"missing", "extra_forbidden"})


class Unreadable(NamedTuple):
    """A part that cannot be read, by its place in the document as it was written, and why."""

    place: Place
    message: str


class Salvaged(NamedTuple):
    """The policy without the parts that cannot be read; None where too much of it is missing."""

    policy: Policy | None
    unreadable: list[Unreadable]
    left_out: frozenset[Place]


def salvage(document: object, reader: HolidayReader) -> Salvaged:
    """Read what can be read: each part at fault is named once, left out, and the rest is read again."""
    left_out: frozenset[Place] = frozenset()
    found: dict[Place, str] = {}
    for _ in range(_TRIES):
        try:
            policy = Policy.model_validate(_without(document, left_out), context=reader.context())
            return Salvaged(policy, _listed(found), left_out)
        except ValidationError as error:
            at_fault = set()
            for each in _meant(error.errors()):
                place = as_written(document, each["loc"], left_out)
                part = _part(document, place, left_out)
                at_fault.add(part)
                if not any(gone[: len(part)] == part for gone in left_out):  # else it misses what was left out
                    shown = place[: len(part) + 1] if each["type"] == "missing" else part
                    found.setdefault(shown, each["msg"].removeprefix("Value error, "))
            if () in at_fault:
                break
            left_out |= at_fault
    return Salvaged(None, _listed(found), left_out)


def _listed(found: Mapping[Place, str]) -> list[Unreadable]:
    return [Unreadable(place, message) for place, message in found.items()]


def _meant(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Of a choice of shapes, only the one that was meant: the others lack everything and would say so."""
    said = [each for each in errors if each["type"] not in _OF_A_UNION]
    return [
        each
        for each in errors
        if each["type"] not in _OF_A_UNION or not any(_beside(each["loc"], other["loc"]) for other in said)
    ]


def _beside(place: Place, other: Place) -> bool:
    """Whether both lie in different shapes of the same choice, named by their classes."""
    together = next((n for n, (a, b) in enumerate(zip(place, other, strict=False)) if a != b), None)
    return together is not None and all(_is_shape(path[together]) for path in (place, other))


def _is_shape(step: str | int) -> bool:
    return isinstance(step, str) and ((step[:1].isupper() and step.isalpha()) or "[" in step)


def as_written(document: object, place: Sequence[object], left_out: Collection[Place]) -> Place:
    """The place in the whole document: in a list, the parts left out before it are counted again."""
    here: Place = ()
    node: Any = document
    for step in place:
        if isinstance(node, list):
            kept = [n for n in range(len(node)) if (*here, n) not in left_out]
            if not str(step).isdecimal() or int(str(step)) >= len(kept):
                break
            here, node = (*here, kept[int(str(step))]), node[kept[int(str(step))]]
        else:
            key = _key(node, step) if isinstance(node, Mapping) else None
            here = (*here, step if isinstance(step, int) else str(step))
            node = node[key] if isinstance(node, Mapping) and key is not None else None
    return here


def _part(document: object, place: Place, left_out: Collection[Place]) -> Place:
    """What to leave out, so that the rest can be read: the innermost part there is, or if gone, the one around it."""
    here: Place = ()
    node: Any = document
    for step in place:
        key = _key(node, step) if isinstance(node, Mapping) else step if isinstance(node, list) else None
        if key is None or (*here, key) in left_out:
            break
        here, node = (*here, key), node[key]
    return here


def _key(node: Mapping[Any, object], step: object) -> Any:
    return next((key for key in node if key == step or str(key) == str(step)), None)


def _without(node: object, left_out: Collection[Place], here: Place = ()) -> object:
    if isinstance(node, Mapping):
        kept = {key: value for key, value in node.items() if (*here, key) not in left_out}
        return {key: _without(value, left_out, (*here, key)) for key, value in kept.items()}
    if isinstance(node, list):
        return [_without(each, left_out, (*here, n)) for n, each in enumerate(node) if (*here, n) not in left_out]
    return node
