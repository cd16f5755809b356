"""The published policies: read by everybody of the desk, published and chosen by the service manager."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from api import migrating
from api.callers import Caller, DeskWide, Handed, PolicyNow, manages
from api.faults import NotFound
from api.migrating import Migration, Selection
from api.patience import patiently
from api.problems import responses
from api.relieving import told
from api.services import Services
from api.words import Word, WordInPath
from escalation.policy import Policy, TierLimits
from escalation.policy.diff import changes_between
from escalation.terms import Facts

router = APIRouter(prefix="/policies", tags=["policies"])

# How people are reached may hold passwords (an apprise URL does); messages use it, readers need not.
_NOBODYS_BUSINESS = {"people": {"__all__": {"email", "apprise", "slack", "teams", "sms", "voice"}}}
_HIDDEN = tuple(f".{name}" for name in _NOBODYS_BUSINESS["people"]["__all__"])


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


class Document(BaseModel):
    """A policy document as it is written, in YAML."""

    model_config = ConfigDict(extra="forbid")

    document: Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]*$")]


class PolicyFault(Facts):
    """What is wrong with a document: the line (from 1), the dotted path, and why it cannot work."""

    line: int
    place: str
    message: str


class Checked(Facts):
    """Every fault of a document, from the top; it can be published if there are none."""

    faults: tuple[PolicyFault, ...]


class Difference(Facts):
    """One difference, with what stood there before and after, and as a person reads it."""

    path: str
    what: str
    before: Any = None
    after: Any = None
    reads: str


class Differences(Facts):
    """What `version` says differently from `against`."""

    version: str
    against: str
    changes: tuple[Difference, ...]


@router.get("", responses=responses("forbidden"))
def find(services: Handed, _: DeskWide) -> PolicySummaries:
    """Every version that was ever published."""
    return PolicySummaries(policies=tuple(_lines(services)))


@router.post(
    "",
    status_code=201,
    responses=responses("forbidden", "body_too_large", "policy_unsound", "policy_version_taken"),
)
async def publish(said: Document, services: Handed, token: DeskWide, now: PolicyNow) -> PolicySummary:
    """Publish a document as a version of its own: new tickets get it, running ones stay where they are."""
    manages(token)
    version = await patiently(services.publisher.publish, said.document, by=token.person, at=services.now())
    await patiently(now.refresh)
    await told(services)  # whoever it no longer has on the desk is relieved
    return await patiently(_line, services, version)


@router.post("/check", responses=responses("forbidden", "body_too_large"))
async def check(said: Document, services: Handed, _: DeskWide) -> Checked:
    """Look a document through as publishing would, and publish nothing."""
    faults = await patiently(services.publisher.check, said.document, at=services.now())
    return Checked(faults=tuple(PolicyFault.model_validate(each, from_attributes=True) for each in faults))


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


@router.get("/{version}/document", response_class=Response, responses=responses("forbidden", "not_found"))
def document(version: WordInPath, services: Handed, token: DeskWide) -> Response:
    """The YAML text as it was published, addresses and all: for the service manager."""
    manages(token)
    _found(services, version)
    return Response(services.policies.document(version), media_type="application/yaml")


@router.get("/{version}/diff", responses=responses("forbidden", "not_found"))
def diff(version: WordInPath, services: Handed, _: DeskWide, against: Word | None = None) -> Differences:
    """What a version says differently from another one, or from the current."""
    after = _found(services, version)
    before = _found(services, against) if against is not None else services.policies.current()
    changes = [each for each in changes_between(before, after) if not each.path.endswith(_HIDDEN)]
    told = [Difference.model_validate(each.model_dump() | {"reads": str(each)}) for each in changes]
    return Differences(version=after.version, against=before.version, changes=tuple(told))


@router.post("/{version}/choose", responses=responses("forbidden", "not_found"))
async def choose(version: WordInPath, services: Handed, token: DeskWide, now: PolicyNow) -> PolicySummary:
    """Give new tickets this version, as to roll back to an earlier one; running tickets stay where they are."""
    manages(token)
    await patiently(_found, services, version)
    await patiently(services.policies.choose, version, by=token.person, at=services.now())
    await patiently(now.refresh)
    await told(services)
    return await patiently(_line, services, version)


@router.post("/{version}/migration", responses=responses("forbidden", "not_found", "body_too_large"))
async def migration(version: WordInPath, asked: Selection, services: Handed, token: DeskWide) -> Migration:
    """Preview which deadlines of running tickets would move and which triggers fire, or move the tickets to it."""
    manages(token)
    return await migrating.migrate(services, token, await patiently(_found, services, version), asked)


def _lines(services: Services) -> list[PolicySummary]:
    return [PolicySummary.model_validate(line, from_attributes=True) for line in services.policies.all()]


def _line(services: Services, version: str) -> PolicySummary:
    return next(line for line in _lines(services) if line.version == version)


def _found(services: Services, version: str) -> Policy:
    if all(line.version != version for line in services.policies.all()):
        raise NotFound("No policy of this version was published.")
    return services.policies.version(version)
