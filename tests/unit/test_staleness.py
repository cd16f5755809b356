"""What a change of the policy puts in doubt."""

from typing import Any

import pytest

from escalation.library import KnownIssue, Runbook, Sop
from escalation.library.staleness import changes, doubts
from escalation.policy import Policy
from tests.unit.rules.story import POLICY

DOCUMENTS = {
    each.id: each
    for each in (
        Sop(id="SOP-06", title="Firewall"),  # the category network.firewall names it
        Runbook(id="RB-WIFI", title="Wi-Fi", skills=("wifi",)),
        Runbook(id="RB-MAIL", title="Mail", categories=("email.flow",)),
        KnownIssue(id="KI-1", title="VPN", clients=("acme-dental",), symptoms=("drops",), workaround="Wait."),
        Runbook(id="RB-ALL", title="For everybody"),
    )
}


def edited(place: tuple[str, ...], value: object) -> Policy:
    """The default policy as its next version, with one thing changed."""
    document: dict[str, Any] = POLICY.model_dump(mode="json", by_alias=True) | {"version": "next"}
    node = document
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = value
    return Policy.model_validate(document)


@pytest.mark.parametrize(
    ("place", "value", "doubted", "reason"),
    [
        (
            ("clients", "acme-dental", "environment"), "a new firewall", ["KI-1"],
            "environment of client acme-dental changed with policy next",
        ),
        (("people", "marek", "skills"), ["network", "voip", "endpoint", "wifi"], ["SOP-06"], "skill firewall changed"),
        (("people", "marek", "skills"), ["network", "firewall", "voip", "endpoint"], ["RB-WIFI"], "(now nobody)"),
        (("categories", "email.flow", "tier"), 1, ["RB-MAIL"], "how category email.flow is handled changed"),
        (("people", "jun", "capacity"), 1, [], ""),
        (("clients", "acme-dental", "vip"), True, [], ""),
        (("coordinate_at",), 75, [], ""),
    ],
)  # fmt: skip
def test_r96_a_change_of_environment_skills_or_categories_puts_the_documents_about_it_in_doubt(
    place: tuple[str, ...], value: object, doubted: list[str], reason: str
) -> None:
    found = doubts(DOCUMENTS, POLICY, edited(place, value))
    assert [document for document, _ in found] == doubted
    assert all(reason in said for _, said in found)


def test_a_client_or_a_category_that_goes_puts_its_documents_in_doubt_too() -> None:
    clients = {name: client for name, client in POLICY.clients.items() if name != "acme-dental"}
    categories = {name: each for name, each in POLICY.categories.items() if name != "email.flow"}
    after = POLICY.model_copy(update={"clients": clients, "categories": categories, "version": "next"})
    assert doubts(DOCUMENTS, POLICY, after) == [
        ("RB-MAIL", "category email.flow is gone with policy next"),
        ("KI-1", "client acme-dental has left with policy next"),
    ]


def test_the_same_policy_under_another_version_changes_nothing() -> None:
    assert changes(POLICY, POLICY.model_copy(update={"version": "next"})) == []
