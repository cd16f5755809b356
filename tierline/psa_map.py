"""A map of another system as it is read to be checked or published: every fault with its line."""

from dataclasses import dataclass

from pydantic import ValidationError

from escalation.policy import Policy
from escalation.psa.lint import problems
from escalation.psa.mapping import PsaMap
from tierline.policy_places import Places
from tierline.policy_salvage import as_written
from tierline.yaml_text import Fault, loaded

_NOUN = "a map of another system"


@dataclass(frozen=True)
class MapReading:
    """The map, if it can be read, and its faults from the top; it may be published if there are none."""

    rules: PsaMap | None
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> PsaMap | None:
        """The map, if nothing is wrong with it."""
        return None if self.faults else self.rules


def read_map(text: str, policy: Policy) -> MapReading:
    """Read a document, and hold it against the policy under which it is to work."""
    document = loaded(text, _NOUN)
    if isinstance(document, Fault):
        return MapReading(None, (document,))
    places = Places(text)
    try:
        rules = PsaMap.model_validate(_texts(document))
    except ValidationError as error:
        said = [(tuple(step for step in each["loc"] if step != "[key]"), each["msg"]) for each in error.errors()]
        found = [(as_written(document, place, frozenset()), message) for place, message in said]
        faults = {Fault(places.line(place), ".".join(map(str, place)), message) for place, message in found}
        return MapReading(None, tuple(sorted(faults)))
    found_wrong = [(places.steps(each.path), each.message) for each in problems(rules, policy)]
    unsound = [Fault(places.line(place), ".".join(map(str, place)), message) for place, message in found_wrong]
    return MapReading(rules, tuple(sorted(set(unsound))))


def _texts(node: object) -> object:
    """The document with keys as text: a queue's number is a name."""
    if isinstance(node, dict):
        return {str(key): _texts(value) for key, value in node.items()}
    return [_texts(each) for each in node] if isinstance(node, list) else node
