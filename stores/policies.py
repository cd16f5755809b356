"""Published policies: each version stays as it was published; which one new tickets get can change back and forth."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.dialects.postgresql import insert

from escalation.errors import VersionTaken
from escalation.library.staleness import doubts
from escalation.policy import Policy
from escalation.ports import Unavailable
from escalation.terms import Facts
from stores import document_rows as rows
from stores.database import transaction
from stores.schema import policies, policy_choices
from stores.seeding import seed
from stores.stale_marks import mark


class PolicyLine(Facts):
    """A published version."""

    version: str
    name: str
    published_by: str
    published_at: AwareDatetime
    current: bool


class Policies:
    """Implements `escalation.ports.Policies`. A version never changes, so each is read once for each process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read: dict[str, Policy] = {}

    def publish(
        self, document: str, policy: Policy, *, by: str, at: datetime, with_sops: Sequence[tuple[str, int]] = ()
    ) -> bool:
        """Publish the policy that the document holds, for new tickets from now on; the desk follows it.

        The same text again changes nothing and returns False. VersionTaken if the version has another text. With it,
        these approved revisions of SOPs come into force: what they say holds only under this version.
        """
        with transaction(self._engine) as connection:
            hold(connection)
            return publish(connection, document, policy, by=by, at=at, with_sops=with_sops)

    def choose(self, version: str, *, by: str, at: datetime) -> None:
        """Give new tickets an earlier version again; running ones keep theirs. KeyError for an unknown version."""
        policy = self.version(version)
        with transaction(self._engine) as connection:
            hold(connection)
            _choose(connection, policy, by, at)

    def current(self) -> Policy:
        """The policy that a new ticket gets. Unavailable before the first was published."""
        with transaction(self._engine) as connection:
            version = connection.execute(_CURRENT).scalar_one_or_none()
        if version is None:
            raise Unavailable("no policy is published yet (tierline prepare)")
        return self.version(version)

    def version(self, version: str) -> Policy:
        """That version, as it was published; KeyError if it never was."""
        if version not in self._read:
            asked = select(policies.c.body).where(policies.c.version == version)
            with transaction(self._engine) as connection:
                body = connection.execute(asked).scalar_one_or_none()
            if body is None:
                raise KeyError(version)
            self._read[version] = Policy.model_validate(body)
        return self._read[version]

    def document(self, version: str) -> str:
        """The text as it was published; KeyError if it never was."""
        asked = select(policies.c.document).where(policies.c.version == version)
        with transaction(self._engine) as connection:
            text = connection.execute(asked).scalar_one_or_none()
        if text is None:
            raise KeyError(version)
        return str(text)

    def all(self) -> list[PolicyLine]:
        """Every version, the latest first."""
        asked = select(policies).order_by(policies.c.published_at.desc(), policies.c.version)
        with transaction(self._engine) as connection:
            current = connection.execute(_CURRENT).scalar_one_or_none()
            return [
                PolicyLine(
                    version=row.version,
                    name=row.name,
                    published_by=row.published_by,
                    published_at=row.published_at,
                    current=row.version == current,
                )
                for row in connection.execute(asked)
            ]


_BODY = select(policies.c.body)
_CURRENT = select(policy_choices.c.version).order_by(policy_choices.c.n.desc()).limit(1)
_ONE_AT_A_TIME = 7_417_305


def hold(connection: Connection) -> None:
    """Have nobody else publish or choose a version until the transaction ends: a change rests on what is current."""
    connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))


def current_document(connection: Connection) -> str:
    """The text of the version that new tickets get. Unavailable before the first was published."""
    asked = select(policies.c.document).where(policies.c.version == _CURRENT.scalar_subquery())
    text = connection.execute(asked).scalar_one_or_none()
    if text is None:
        raise Unavailable("no policy is published yet (tierline prepare)")
    return str(text)


def publish(
    connection: Connection,
    document: str,
    policy: Policy,
    *,
    by: str,
    at: datetime,
    with_sops: Sequence[tuple[str, int]] = (),
) -> bool:
    """Publish inside a transaction of the caller's, who holds the policies; False if it was published before."""
    row = {
        "version": policy.version,
        "name": policy.name,
        "document": document,
        "body": policy.model_dump(mode="json"),
        "published_by": by,
        "published_at": at,
    }
    added = insert(policies).on_conflict_do_nothing().returning(policies.c.version)
    if connection.execute(added, row).first() is None:
        _refuse_another_text(connection, policy.version, document)
        return False
    rows.hold(connection, (sop for sop, _ in with_sops))
    for sop, revision in with_sops:
        rows.publish(connection, sop, revision, by=by, at=at)
    _choose(connection, policy, by, at)
    return True


def _choose(connection: Connection, policy: Policy, by: str, at: datetime) -> None:
    before = connection.execute(_BODY.where(policies.c.version == _CURRENT.scalar_subquery())).scalar_one_or_none()
    connection.execute(insert(policy_choices), {"version": policy.version, "chosen_by": by, "chosen_at": at})
    if before is not None:
        mark(connection, doubts(rows.published(connection), Policy.model_validate(before), policy), at=at)
    seed(connection, policy)


def _refuse_another_text(connection: Connection, version: str, document: str) -> None:
    same = select(func.count()).where(policies.c.version == version, policies.c.document == document)
    if not connection.execute(same).scalar_one():
        raise VersionTaken(f"policy {version} is published already, with another text: give the change a new version")
