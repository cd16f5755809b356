"""A policy document with the changes of a review made to it: the next version, and nothing else different. Pure."""

from collections.abc import Iterable, MutableMapping, MutableSequence
from copy import deepcopy
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from escalation.durations import format_duration, parse_duration
from escalation.errors import NothingChanges, UnknownName
from escalation.policy.amendments import AccessGrant, ScopeChange, TierChange, in_words

Node = MutableMapping[Any, Any]
Whole = TypeVar("Whole", bound=Node)
_LONGEST = 80


def amended(document: Whole, changes: Iterable[ScopeChange | AccessGrant], version: str) -> Whole:
    """The document with these changes, as `version`; the one that was given stays as it is.

    UnknownName for a category, trigger or tier that it does not have, NothingChanges for what it says already.
    """
    after = deepcopy(document)
    for change in changes:
        before = deepcopy(after)
        match change:
            case AccessGrant(tier=tier, access=access):
                _add(_tier(after, tier), "access", access, missing=())
            case ScopeChange():
                _rescope(after, change)
        if after == before:
            raise NothingChanges(f"The policy says so already: {' '.join(in_words(change))}")
    after["version"] = version
    return after


def next_version(version: str, mark: str) -> str:
    """The name of a version with this review's changes: the published name that people gave it, and the ticket."""
    return f"{version.partition('+')[0][: _LONGEST - len(mark) - 1]}+{mark}"


def _rescope(document: Node, change: ScopeChange) -> None:
    if change.category is not None:
        _entry(document["categories"], "category", change.category)["tier"] = change.start_tier
    for tier, each in change.tiers.items():
        _limit(_tier(document, tier), each)
    triggers = {str(trigger["id"]): trigger for trigger in document["triggers"]}
    for name, when in change.triggers.items():
        _entry(triggers, "trigger", name)["when"] = when.model_dump(mode="json", exclude_defaults=True)


def _limit(tier: Node, change: TierChange) -> None:
    _add(tier, "may", change.may_also, missing=("*",))
    _take(tier, "may", change.may_no_longer)
    if change.failed_attempts is not None:
        tier["failed_attempts"] = change.failed_attempts
    for name in ("time_box", "idle"):
        limit: timedelta | None = getattr(change, name)
        if limit is not None and parse_duration(tier.get(name)) != limit:
            tier[name] = format_duration(limit)


def _add(tier: Node, name: str, wanted: Iterable[str], missing: tuple[str, ...]) -> None:
    """Add to a list what none of its patterns stands for yet; `missing` is what a list that is not there means."""
    listed: MutableSequence[str] = tier.get(name, list(missing))
    new = [each for each in wanted if not any(fnmatchcase(each, pattern) for pattern in listed)]
    if new:
        listed.extend(new)
        tier[name] = listed


def _take(tier: Node, name: str, unwanted: Iterable[str]) -> None:
    listed: MutableSequence[str] = tier.get(name, [])
    for each in unwanted:
        if each not in listed:
            raise UnknownName(f"The tier does not list {each!r} by itself.", field="may_no_longer", value=each)
        listed.remove(each)


def _tier(document: Node, tier: int) -> Node:
    return _entry(document["scope"], "tier", tier)


def _entry(among: MutableMapping[Any, Any], field: str, name: object) -> Node:
    """What the document says under a key, which it may write as text or as a number."""
    key = next((key for key in among if str(key) == str(name)), None)
    if key is None:
        raise UnknownName(f"The policy has no {field} {name!r}.", field=field, value=str(name))
    entry: Node = among[key]
    return entry
