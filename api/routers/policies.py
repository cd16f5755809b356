"""The published policies."""

from fastapi import APIRouter
from pydantic import AwareDatetime

from api.callers import Caller, DeskWide, Handed
from api.faults import NotFound
from api.problems import responses
from api.services import Services
from api.words import WordInPath
from escalation.policy import Policy, TierLimits
from escalation.terms import Facts

router = APIRouter(prefix="/policies", tags=["policies"])

# How people are reached may hold passwords (an apprise URL does); messages use it, readers need not.
_NOBODYS_BUSINESS = {"people": {"__all__": {"email", "apprise"}}}


class PolicySummary(Facts):
    """A version, who published it and when; new tickets are pinned to the current one."""

    version: str
    name: str
    published_by: str
    published_at: AwareDatetime
    current: bool


class PolicySummaries(Facts):
    """Every version, the latest first."""

    policies: tuple[PolicySummary, ...]


class ScopeTable(Facts):
    """Who may do what: by tier what it may finish alone, what it must hand on, its access and skills.

    Each tier may do what those below it may. Tier 3 takes in what these triggers lead there, or a service manager.
    """

    version: str
    tiers: dict[int, TierLimits]
    tier_three_entry: tuple[str, ...]

    @classmethod
    def of(cls, policy: Policy) -> "ScopeTable":
        """The table of a policy."""
        return cls(version=policy.version, tiers=policy.scope, tier_three_entry=policy.tier_three_entry)


@router.get("", responses=responses("forbidden"))
def find(services: Handed, _: DeskWide) -> PolicySummaries:
    """Every version that was ever published."""
    lines = services.policies.all()
    return PolicySummaries(policies=tuple(PolicySummary.model_validate(line, from_attributes=True) for line in lines))


@router.get("/current", response_model_exclude=_NOBODYS_BUSINESS, responses=responses("forbidden"))
def current(services: Handed, _: DeskWide) -> Policy:
    """The policy that a new ticket is pinned to, without the addresses of people."""
    return services.policies.current()


@router.get("/current/scope", responses=responses())
def current_scope(services: Handed, _: Caller) -> ScopeTable:
    """What each tier may do alone, must hand on, and can be expected to have; whoever has a token may read it."""
    return ScopeTable.of(services.policies.current())


@router.get("/{version}/scope", responses=responses("not_found"))
def scope(version: WordInPath, services: Handed, _: Caller) -> ScopeTable:
    """The same of one version, as it was published."""
    return ScopeTable.of(_found(services, version))


@router.get("/{version}", response_model_exclude=_NOBODYS_BUSINESS, responses=responses("forbidden", "not_found"))
def one(version: WordInPath, services: Handed, _: DeskWide) -> Policy:
    """One version as it was published, without the addresses of people."""
    return _found(services, version)


def _found(services: Services, version: str) -> Policy:
    if all(line.version != version for line in services.policies.all()):
        raise NotFound("No policy of this version was published.")
    return services.policies.version(version)
