"""A slice as it travels in a ticket's history: the same facts in fewer words, still readable there.

Defaults are left out, holidays stand in one line, a test of a trigger is a list (`[field, op, value]`), a category too
(`[tier, skill, sop, emergency]`), a target is a line (`15m x24`), and a tier that has all that the tier below has says
only what it adds (`"+"`). What does not look like that, as an older history's slice, is read as it is.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from escalation.policy.rules import Slice

_MORE = "+"
_TEST = ("field", "op", "value")
_CATEGORY = ("tier", "skill", "sop", "emergency")
_CATEGORY_DEFAULTS = (1, None, None, False)


def packed(piece: Slice) -> dict[str, Any]:
    """The slice as JSON values, in fewer words."""
    said = piece.model_dump(mode="json", exclude_defaults=True)
    for calendar in said["calendars"].values():
        if "holidays" in calendar:
            calendar["holidays"] = _one_line(calendar["holidays"])
    for trigger in said["triggers"]:
        trigger["when"] = _short(trigger["when"])
    said["accept"] = {priority: _said(target) for priority, target in said["accept"].items()}
    said["promises"] = {p: {n: _said(target) for n, target in each.items()} for p, each in said["promises"].items()}
    said["categories"] = {name: _listed(category) for name, category in said["categories"].items()}
    lower: dict[str, Any] = {}
    for tier, limits in sorted(said["scope"].items()):
        said["scope"][tier] = {key: _added(value, lower.get(key)) for key, value in limits.items()}
        lower = limits
    return said


def unpacked(said: object) -> object:
    """What pydantic reads as a slice, packed or not; anything that is no mapping is left for it to refuse."""
    if not isinstance(said, dict):
        return said
    whole = dict(said)
    if isinstance(calendars := said.get("calendars"), dict):
        whole["calendars"] = {name: _with_dates(calendar) for name, calendar in calendars.items()}
    if isinstance(triggers := said.get("triggers"), list):
        whole["triggers"] = [t | {"when": _long(t["when"])} if _has(t, "when") else t for t in triggers]
    if isinstance(categories := said.get("categories"), dict):
        whole["categories"] = {name: _named(category) for name, category in categories.items()}
    if isinstance(accept := said.get("accept"), dict):
        whole["accept"] = {priority: _target(target) for priority, target in accept.items()}
    if isinstance(promises := said.get("promises"), dict):
        whole["promises"] = {
            p: {n: _target(target) for n, target in each.items()} if isinstance(each, dict) else each
            for p, each in promises.items()
        }
    if isinstance(scope := said.get("scope"), dict):
        whole["scope"] = _whole_scope(scope)
    return whole


def _said(target: dict[str, str]) -> str:
    """`15m x24`, or `4h` in the client's own calendar."""
    return " ".join(target.values())


def _target(said: object) -> object:
    return dict(zip(("time", "calendar"), said.split(" ", 1), strict=False)) if isinstance(said, str) else said


def _one_line(days: Iterable[str]) -> str:
    """`2026-01-01 05-25 2027-01-01`: the year stands where it changes."""
    words, year = [], ""
    for day in days:
        words.append(day[5:] if day[:4] == year else day)
        year = day[:4]
    return " ".join(words)


def _with_dates(calendar: object) -> object:
    if not (isinstance(calendar, dict) and isinstance(calendar.get("holidays"), str)):
        return calendar
    days, year = [], ""
    for word in calendar["holidays"].split():
        year = word[:4] if len(word) == len("2026-01-01") else year
        days.append(word if word.startswith(year) else f"{year}-{word}")
    return calendar | {"holidays": days}


def _short(condition: Any) -> Any:
    if isinstance(condition, dict):
        if set(condition) <= set(_TEST):
            return _listed_by(condition, _TEST, (None, "is", True))
        return {key: _short(part) for key, part in condition.items()}
    return [_short(part) for part in condition] if isinstance(condition, list) else condition


def _long(condition: Any) -> Any:
    if isinstance(condition, list):
        return dict(zip(_TEST, condition, strict=False))
    if isinstance(condition, dict) and "field" not in condition:
        return {key: [_long(each) for each in part] if _parts(part) else _long(part) for key, part in condition.items()}
    return condition


def _parts(node: object) -> bool:
    """Whether this is a list of conditions, and not one test."""
    return isinstance(node, list) and all(isinstance(each, dict | list) for each in node)


def _listed(category: dict[str, Any]) -> object:
    return _listed_by(category, _CATEGORY, _CATEGORY_DEFAULTS) if set(category) <= set(_CATEGORY) else category


def _named(category: object) -> object:
    return dict(zip(_CATEGORY, category, strict=False)) if isinstance(category, list) else category


def _listed_by(said: dict[str, Any], names: Iterable[str], defaults: Iterable[object]) -> list[object]:
    """The values in the order of the names; defaults at the end are left out."""
    values = [said.get(name, default) for name, default in zip(names, defaults, strict=True)]
    for default in reversed(tuple(defaults)):
        if values[-1] != default or isinstance(values[-1], bool) is not isinstance(default, bool):
            break  # 1 is no True
        values.pop()
    return values


def _added(mine: object, below: object) -> object:
    """What a tier has beyond the tier below it, where it begins with all of that."""
    if isinstance(mine, list) and isinstance(below, list) and below and mine[: len(below)] == below:
        return [_MORE, *mine[len(below) :]]
    return mine


def _whole_scope(scope: dict[Any, Any]) -> dict[Any, Any]:
    whole: dict[Any, Any] = {}
    lower: dict[str, Any] = {}
    for tier, limits in sorted(scope.items(), key=lambda each: str(each[0])):
        if not isinstance(limits, dict):
            return scope
        whole[tier] = lower = {key: _with_lower(value, lower.get(key)) for key, value in limits.items()}
    return whole


def _with_lower(mine: object, below: object) -> object:
    if isinstance(mine, list) and isinstance(below, list) and mine[:1] == [_MORE]:
        return [*below, *mine[1:]]
    return mine


def _has(node: object, key: str) -> bool:
    return isinstance(node, dict) and key in node


CarriedSlice = Annotated[Slice, PlainSerializer(packed), BeforeValidator(unpacked)]
"""A slice as it travels: in the start of a ticket's workflow, and in the command to adopt another."""
