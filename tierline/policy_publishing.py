"""From a document to a published version: looked through first, and refused with every fault that it has."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from escalation.errors import PolicyUnsound
from escalation.library.documents import Sop
from escalation.policy import Policy
from tierline.library_files import shipped_sops
from tierline.policy_reading import read_policy
from tierline.yaml_text import Fault

_MOST_TOLD = 200


class Shelf(Protocol):
    """Where published versions rest; `stores.policies` has the one in PostgreSQL."""

    def publish(self, document: str, policy: Policy, *, by: str, at: datetime) -> bool: ...


class Publisher:
    """Implements `api.services.Publisher`. `sops` are those that people work by: a policy has to agree with them."""

    def __init__(self, policies: Shelf, sops: Callable[[], Mapping[str, Sop]] = shipped_sops) -> None:
        self._policies, self._sops = policies, sops

    def check(self, document: str, *, at: datetime) -> tuple[Fault, ...]:
        """Every fault of the document, from the top."""
        return read_policy(document, at=at, sops=self._sops()).faults

    def publish(self, document: str, *, by: str, at: datetime) -> str:
        """Publish the document, once however often it is asked; its version.

        PolicyUnsound with every fault and its line, VersionTaken if the version has another text already.
        """
        policy = sound(document, self._sops(), at)
        self._policies.publish(document, policy, by=by, at=at)
        return policy.version


def sound(document: str, sops: Mapping[str, Sop], at: datetime) -> Policy:
    """The policy that the document holds, in agreement with these SOPs; PolicyUnsound with every fault and its line."""
    reading = read_policy(document, at=at, sops=sops)
    if reading.sound is None:
        told = reading.faults[:_MOST_TOLD]
        first = "; ".join(map(str, told[:3]))
        raise PolicyUnsound(
            f"The document has {len(reading.faults)} faults, first of all: line {first}.",
            errors=[{"field": f"line {each.line}: {each.place}", "message": each.message} for each in told],
        )
    return reading.sound
