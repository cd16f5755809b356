"""A policy document as it is read to be checked or published: the policy, and every fault with its line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from escalation.library.documents import Sop
from escalation.lint.policy import Problem, problems
from escalation.policy import Policy
from tierline.library_files import shipped_sops
from tierline.policy_places import Places
from tierline.policy_salvage import Salvaged, salvage
from tierline.public_holidays import holiday_reader
from tierline.yaml_text import Fault, loaded


@dataclass(frozen=True)
class Reading:
    """The policy as far as it can be read, and its faults from the top; it may be published if there are none."""

    policy: Policy | None
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> Policy | None:
        """The policy, if nothing is wrong with it."""
        return None if self.faults else self.policy


def read_policy(
    text: str, years: range | None = None, at: datetime | None = None, sops: Mapping[str, Sop] | None = None
) -> Reading:
    """Read a document; `at` is the moment from which shifts and openings are looked at, now unless told otherwise.

    `sops` are those that it has to agree with: the shipped ones unless told otherwise.
    """
    document = loaded(text)
    if isinstance(document, Fault):
        return Reading(None, (document,))
    read = salvage(document, holiday_reader(years))
    places = Places(text, read.left_out)
    faults = [Fault(places.line(place), _dotted(place), message) for place, message in read.unreadable]
    if read.policy:
        held_to = shipped_sops() if sops is None else sops
        faults += _unsound(read, places, problems(read.policy, at or datetime.now(UTC), held_to))
        faults += _unread(read.policy, places)
    return Reading(read.policy, tuple(sorted(set(faults))))


def _unsound(read: Salvaged, places: Places, found: Sequence[Problem]) -> Iterator[Fault]:
    """What the lint finds; not what is missing only because it could not be read."""
    gone = {str(place[-1]) for place in read.left_out}
    for problem in found:
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
