"""From a document to a published version: looked through first, and refused with every fault that it has."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from escalation.errors import PolicyUnsound
from escalation.library.documents import AnyDocument, Sop
from escalation.lint.library import document_problems
from escalation.lint.sops import contradictions
from escalation.policy import Policy
from tierline.library_files import shipped_sops
from tierline.policy_reading import Reading, read_policy
from tierline.yaml_text import Fault

_MOST_TOLD = 200


class Shelf(Protocol):
    """Where published versions rest; `stores.policies` has the one in PostgreSQL."""

    def publish(
        self, document: str, policy: Policy, *, by: str, at: datetime, with_sops: Sequence[tuple[str, int]] = ()
    ) -> bool: ...


class Sops(Protocol):
    """The SOPs that people work by, and those that are approved and wait; `stores.library` has them."""

    def sops(self) -> Mapping[str, Sop]: ...

    def approved_sops(self) -> Mapping[str, tuple[int, Sop]]: ...

    def published(self) -> Mapping[str, AnyDocument]: ...


class ShippedSops:
    """Those of the shipped library, where no desk has any."""

    def sops(self) -> Mapping[str, Sop]:
        """The shipped ones."""
        return shipped_sops()

    def approved_sops(self) -> Mapping[str, tuple[int, Sop]]:
        """None wait."""
        return {}

    def published(self) -> Mapping[str, AnyDocument]:
        """The SOPs alone."""
        return shipped_sops()


class Publisher:
    """Implements `api.services.Publisher`.

    A policy has to agree with the SOPs that people work by. Where it does not, but an approved revision of the SOP
    would, that revision is published with the policy: neither could go first.
    """

    def __init__(self, policies: Shelf, library: Sops | None = None) -> None:
        self._policies, self._library = policies, library or ShippedSops()

    def check(self, document: str, *, at: datetime) -> tuple[Fault, ...]:
        """Every fault of the document, from the top."""
        return self._read(document, at)[0].faults

    def read(self, document: str, *, at: datetime) -> Policy:
        """The policy that the document holds; PolicyUnsound with every fault and its line."""
        return _sound(self._read(document, at)[0])

    def publish(self, document: str, *, by: str, at: datetime) -> str:
        """Publish the document, once however often it is asked; its version.

        PolicyUnsound with every fault and its line, VersionTaken if the version has another text already.
        """
        reading, with_sops = self._read(document, at)
        policy = _sound(reading)
        self._policies.publish(document, policy, by=by, at=at, with_sops=with_sops)
        return policy.version

    def _read(self, document: str, at: datetime) -> tuple[Reading, list[tuple[str, int]]]:
        """The document as it stands beside the SOPs, and which approved revisions of them it takes along."""
        sops = self._library.sops()
        reading = read_policy(document, at=at, sops=sops)
        waiting = self._library.approved_sops() if reading.policy and reading.faults and sops else {}
        taken = self._fit(reading.policy, sops, waiting) if reading.policy and waiting else []
        if taken:
            reading = read_policy(document, at=at, sops={**sops, **{name: waiting[name][1] for name in taken}})
        return reading, [(name, waiting[name][0]) for name in taken]

    def _fit(self, policy: Policy, sops: Mapping[str, Sop], waiting: Mapping[str, tuple[int, Sop]]) -> list[str]:
        """The SOPs at odds with the policy of which an approved revision waits that is sound under it."""
        approved = {name: waiting[name][1] for name in _at_odds(policy, sops) if name in waiting}
        among = {**self._library.published(), **approved}
        return [name for name, sop in approved.items() if not document_problems(sop, among, policy)]


def sound(document: str, sops: Mapping[str, Sop], at: datetime) -> Policy:
    """The policy that the document holds, in agreement with these SOPs; PolicyUnsound with every fault and its line."""
    reading = read_policy(document, at=at, sops=sops)
    return _sound(reading)


def _sound(reading: Reading) -> Policy:
    if reading.sound is None:
        told = reading.faults[:_MOST_TOLD]
        first = "; ".join(map(str, told[:3]))
        raise PolicyUnsound(
            f"The document has {len(reading.faults)} faults, first of all: line {first}.",
            errors=[{"field": f"line {each.line}: {each.place}", "message": each.message} for each in told],
        )
    return reading.sound


def _at_odds(policy: Policy, sops: Mapping[str, Sop]) -> list[str]:
    """The SOPs that say something else than the policy, or that it names and that are not there."""
    named = {category.sop for category in policy.categories.values() if category.sop} - set(sops)
    return sorted({*named, *(each.sop for each in contradictions(policy, sops.values()))})
