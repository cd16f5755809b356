"""What two versions of a policy say differently, as a person would list it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from escalation.policy import Policy
from escalation.policy.diff import changes_between
from tests.unit.rules.story import POLICY

DOCUMENT: dict[str, Any] = POLICY.model_dump(mode="json", by_alias=True)


def edited(change: Callable[[dict[str, Any]], object]) -> Policy:
    document = copy.deepcopy(DOCUMENT)
    document["version"] = "2026.2"
    change(document)
    return Policy.model_validate(document)


def lines(change: Callable[[dict[str, Any]], object]) -> list[str]:
    return [str(each) for each in changes_between(POLICY, edited(change))]


def trigger(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in document["triggers"] if each["id"] == name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (dict[str, Any].copy, []),
        (lambda d: d["accept"]["P3"].update(time="2h"), ["~ accept.P3.time: 1h -> 2h"]),
        (lambda d: d.update(coordinate_at=75), ["~ coordinate_at: 90 -> 75"]),
        (lambda d: d["bounces"].update(returns=3), ["~ bounces.returns: 2 -> 3"]),
        (lambda d: d["scope"]["1"]["skills"].remove("voip"), ['- scope.1.skills: ["voip"]']),
        (lambda d: d["scope"]["1"]["skills"].append("wifi"), ['+ scope.1.skills: ["wifi"]']),
        (lambda d: d["calendars"]["core"]["holidays"].append("2027-12-23"),
         ['+ calendars.core.holidays: ["2027-12-23"]']),
        (lambda d: trigger(d, "I2")["to"].update(tier=3), ["~ triggers.I2.to.tier: 2 -> 3"]),
        (lambda d: d["people"]["jun"].update(name="Jun Reyes"), ["~ people.jun.name: Jun Santos -> Jun Reyes"]),
    ],
)  # fmt: skip
def test_b36_a_difference_reads_as_one_line(change: Callable[[dict[str, Any]], object], said: list[str]) -> None:
    assert lines(change) == said


def test_what_comes_and_goes_is_told_with_all_that_it_says() -> None:
    (gone,) = lines(lambda d: d["categories"].pop("vendor.coordination"))
    assert gone.startswith("- categories.vendor.coordination: {")
    (come,) = lines(lambda d: d["clients"].update(new={**d["clients"]["tiny-cafe"], "id": "new"}))
    assert come.startswith('+ clients.new: {"id": "new"')


def test_triggers_are_known_again_by_their_ids_and_their_order_is_told_since_the_first_one_wins() -> None:
    moved = lines(lambda d: d["triggers"].insert(0, d["triggers"].pop(3)))
    assert len(moved) == 1
    assert moved[0].startswith('~ triggers: another order: ["I1", "E1", "E2", "E3"')
    added = lines(lambda d: d["triggers"].insert(0, {**copy.deepcopy(d["triggers"][3]), "id": "I0"}))
    assert len(added) == 1
    assert added[0].startswith("+ triggers.I0: {")
