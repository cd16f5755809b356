"""The groups by which figures are broken down, in words, and which of them can be chosen."""

from collections.abc import Iterable, Mapping

from api.console.here import Here
from api.console.names import Names, said
from escalation.metrics import UNNAMED, GroupBy

BY: Mapping[GroupBy, str] = {
    "client": "Client",
    "category": "Category",
    "technician": "Technician",
    "shift": "Shift",
    "partner": "Partner",
    "hours": "Hours",
    "priority": "Priority",
}
_NONE: Mapping[GroupBy, str] = {
    "client": "no client",
    "category": "no category",
    "technician": "nobody",
    "shift": "no shift",
    "partner": "own people",
    "hours": "not known",
    "priority": "no priority",
}


def group_words(names: Names, by: GroupBy, name: str) -> str:
    """What a group is called."""
    if name == UNNAMED:
        return _NONE[by]
    match by:
        case "client":
            return names.client(name)
        case "technician":
            return names.person(name)
        case "priority":
            return name
        case _:
            return said(name)


def choices(here: Here, by: GroupBy, chosen: str) -> list[tuple[str, str]]:
    """What can be chosen of a group: what the policy knows, none, and what is chosen by now."""
    known = _known(here, by)
    found = [(name, group_words(here.names, by, name)) for name in dict.fromkeys([*known, *filter(None, [chosen])])]
    ordered = sorted((pair for pair in found if pair[0] != UNNAMED), key=lambda pair: pair[1].casefold())
    return [("", "Any"), *ordered, (UNNAMED, _NONE[by].capitalize())]


def _known(here: Here, by: GroupBy) -> Iterable[str]:
    policy = here.policy
    match by:
        case "client":
            return policy.clients if here.viewer.clients is None else here.viewer.clients
        case "category":
            return policy.categories
        case "technician":
            return policy.people
        case "shift":
            return {person.calendar for person in policy.people.values()}
        case "partner":
            return {person.partner for person in policy.people.values() if person.partner}
        case "hours":
            return ("business_hours", "after_hours")
        case "priority":
            return ("P1", "P2", "P3", "P4")
