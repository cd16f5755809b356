"""What another version of the policy says differently: part by part, as a person would list it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from escalation.policy.document import Policy
from escalation.terms import Facts

_OWN = frozenset({"version"})  # what every version says of itself


class PolicyChange(Facts):
    """One difference: where, and what stood there before and after."""

    path: str
    what: Literal["added", "removed", "changed", "reordered"]
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        match self.what:
            case "added":
                return f"+ {self.path}: {_said(self.after)}"
            case "removed":
                return f"- {self.path}: {_said(self.before)}"
            case "reordered":
                return f"~ {self.path}: another order: {_said(self.after)}"
            case "changed":
                return f"~ {self.path}: {_said(self.before)} -> {_said(self.after)}"


def changes_between(before: Policy, after: Policy) -> list[PolicyChange]:
    """Every difference, in the order of the document; none if the two say the same."""
    left_out: dict[str, Any] = {**dict.fromkeys(_OWN, True), "calendars": {"__all__": {"offsets"}}}
    old, new = (policy.model_dump(mode="json", by_alias=True, exclude=left_out) for policy in (before, after))
    return list(_between("", old, new))


def _between(path: str, old: Any, new: Any) -> Iterator[PolicyChange]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_mappings(path, old, new)
    elif isinstance(old, list) and isinstance(new, list) and _named(old) and _named(new):
        yield from _of_mappings(path, {each["id"]: each for each in old}, {each["id"]: each for each in new})
    elif isinstance(old, list) and isinstance(new, list) and _plain(old) and _plain(new):
        yield from _of_lists(path, old, new)
    else:
        yield PolicyChange(path=path, what="changed", before=old, after=new)


def _of_mappings(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[PolicyChange]:
    for key in [*old, *(key for key in new if key not in old)]:
        here = f"{path}.{key}" if path else key
        if key not in new:
            yield PolicyChange(path=here, what="removed", before=old[key])
        elif key not in old:
            yield PolicyChange(path=here, what="added", after=new[key])
        else:
            yield from _between(here, old[key], new[key])
    if path == "triggers" and [key for key in old if key in new] != [key for key in new if key in old]:
        yield PolicyChange(path=path, what="reordered", before=list(old), after=list(new))


def _of_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[PolicyChange]:
    gone, come = ([each for each in one if each not in other] for one, other in ((old, new), (new, old)))
    if gone:
        yield PolicyChange(path=path, what="removed", before=gone)
    if come:
        yield PolicyChange(path=path, what="added", after=come)
    if not gone and not come:
        yield PolicyChange(path=path, what="reordered", before=old, after=new)


def _named(parts: list[Any]) -> bool:
    """Whether each part has an id of its own, by which it is found again in another place."""
    ids = [part.get("id") for part in parts if isinstance(part, dict)]
    return len(ids) == len(parts) == len(set(map(str, ids))) and None not in ids


def _plain(parts: list[Any]) -> bool:
    return not any(isinstance(part, dict | list) for part in parts)


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
