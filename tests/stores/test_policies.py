import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from escalation.errors import VersionTaken
from escalation.policy import Policy
from escalation.ports import Unavailable
from stores.database import transaction
from stores.people import People
from stores.policies import Policies
from tests.stores.desks import NOON, policy
from tierline.policy_file import load_policy
from tierline.settings import Settings


@pytest.fixture
def policies(engine: Engine) -> Policies:
    return Policies(engine)


def _publish(policies: Policies, document: str, published: Policy) -> bool:
    return policies.publish(document, published, by="grace", at=NOON)


def test_the_last_one_published_is_current(policies: Policies) -> None:
    assert _publish(policies, "one", policy())
    assert _publish(policies, "two", policy(version="v2"))
    assert policies.current() == policy(version="v2")
    assert policies.version("v1") == policy()
    assert [(line.version, line.current) for line in policies.all()] == [("v1", False), ("v2", True)]


def test_publishing_the_same_again_changes_nothing(policies: Policies) -> None:
    _publish(policies, "one", policy())
    _publish(policies, "two", policy(version="v2"))
    assert not _publish(policies, "one", policy())
    assert policies.current().version == "v2"


def test_a_version_cannot_get_another_text(policies: Policies) -> None:
    _publish(policies, "one", policy())
    with pytest.raises(VersionTaken, match="v1"):
        _publish(policies, "other", policy(vip_factor=0.25))
    assert policies.document("v1") == "one"
    assert policies.current().vip_factor == 0.5


def test_a_published_version_cannot_be_changed_behind_our_back(policies: Policies, engine: Engine) -> None:
    _publish(policies, "one", policy())
    with pytest.raises(DBAPIError, match="only grows"), transaction(engine) as connection:
        connection.execute(text("UPDATE policies SET document = 'x'"))


def test_an_earlier_version_can_be_chosen_again_and_the_desk_follows(policies: Policies, engine: Engine) -> None:
    _publish(policies, "one", policy())
    _publish(policies, "two", policy(version="v2", people={"marek": {"capacity": 1}}))
    policies.choose("v1", by="grace", at=NOON)
    assert policies.current().version == "v1"
    marek = People(engine).person("marek", NOON)
    assert marek is not None
    assert marek.capacity == 3


def test_an_unknown_version_is_not_there(policies: Policies) -> None:
    for ask in (policies.version, policies.document):
        with pytest.raises(KeyError):
            ask("v9")
    with pytest.raises(Unavailable, match="no policy is published"):
        policies.current()


def test_the_default_policy_comes_back_as_it_was_published(policies: Policies, engine: Engine) -> None:
    path = Settings().policy_path
    published = load_policy(path)
    _publish(policies, path.read_text(), published)
    assert Policies(engine).current() == published
    assert policies.document(published.version) == path.read_text()
