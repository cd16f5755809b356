"""Decision trees: sound ones walk to one leaf, and whatever is wrong with one is named with its node."""

from itertools import islice
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from escalation.errors import UnknownName
from escalation.library.tree import EscalateLeaf, Question, ResolveLeaf, SopLeaf, Tree, walk
from escalation.library.tree_check import Names, faults
from escalation.library.tree_diagram import diagram
from tests.reaching import REACHING
from tests.unit.library.trees import NAMES, OFFLINE, tree, trees, ways
from tests.unit.rules.story import POLICY

YES_NO = {"Yes": "done", "No": "sop"}


@settings(deadline=None)
@given(trees(), st.data())
def test_r75_the_same_answers_lead_to_the_same_leaf_and_every_way_ends(sound: Tree, data: st.DataObject) -> None:
    assert faults(sound, NAMES) == []
    for answers in islice(ways(sound), 20):
        first = walk(sound, answers)
        assert first.leaf is not None
        assert first == walk(sound, [data.draw(st.sampled_from([a.upper(), f"  {a} ", a])) for a in answers])
        assert [step.answer for step in first.steps] == list(answers)
        for n in range(len(answers)):
            assert answers[n] in walk(sound, answers[:n]).choices


@pytest.mark.parametrize("kind", [ResolveLeaf, EscalateLeaf, SopLeaf])
def test_the_random_trees_reach_every_kind_of_leaf_by_several_questions(kind: type) -> None:
    find(
        trees(),
        lambda each: any(len(way) > 2 and isinstance(walk(each, way).leaf, kind) for way in ways(each)),
        settings=REACHING,
    )


def test_the_random_trees_have_questions_that_share_what_follows() -> None:
    find(
        trees(),
        lambda each: len({walk(each, way).node for way in ways(each)}) < len(list(ways(each))),
        settings=REACHING,
    )


@pytest.mark.parametrize(
    ("nodes", "node", "says"),
    [
        ({"cable": {"question": "?", "answers": {"Yes": "done", "No": "others"}}, "sop": None}, "others",
         "others → cable → others"),
        ({"cable": {"question": "?", "answers": YES_NO | {"Again": "cable"}}}, "cable", "cable → cable"),
        ({"cable": {"question": "?", "answers": YES_NO | {"Else": "lost"}}}, "cable", "'lost', and there is no such"),
        ({"alone": {"resolve": "Nobody comes here."}}, "alone", "no answer leads here"),
        ({"office": {"escalate": "Z9", "tier": 2}}, "office", "no trigger and no coded reason 'Z9'"),
        ({"office": {"escalate": "I1", "tier": 3}}, "office", "I1 leads to Tier 2, not to Tier 3"),
        ({"sop": {"sop": "SOP-99"}}, "sop", "no SOP 'SOP-99'"),
        ({"cable": {"question": "?", "answers": {"Yes": "done"}}, "sop": None}, "cable", "two answers at least"),
        ({"cable": {"question": "?", "answers": YES_NO | {" yes": "done"}}}, "cable", "'Yes' and ' yes' read alike"),
    ],
)  # fmt: skip
def test_r75_whatever_could_be_misread_is_named_with_its_node(nodes: dict[str, Any], node: str, says: str) -> None:
    (found,) = faults(tree(**nodes), NAMES)
    assert found.node == node
    assert says in found.message


def test_two_rings_that_nobody_reaches_are_told_as_both() -> None:
    ring = {
        "a": {"question": "?", "answers": {"Yes": "b", "No": "done"}},
        "b": {"question": "?", "answers": {"Yes": "a", "No": "done"}},
    }
    assert [(found.node, found.message) for found in faults(tree(**ring), NAMES)] == [
        ("a", "it leads back to itself: a → b → a"),
        ("a", "no answer leads here"),
        ("b", "no answer leads here"),
    ]


def test_a_tree_without_its_first_node_is_told_so() -> None:
    nowhere = Tree.model_validate(OFFLINE | {"start": "gone"})
    assert [found.node for found in faults(nowhere, NAMES)] == ["gone"]


@given(trees(), st.data())
def test_r75_a_way_turned_back_is_always_found(sound: Tree, data: st.DataObject) -> None:
    asked = [name for name, node in sound.nodes.items() if isinstance(node, Question)]
    if not asked:
        return
    at = data.draw(st.sampled_from(asked))
    node = sound.nodes[at]
    assert isinstance(node, Question)
    back = node.model_copy(update={"answers": node.answers | {"Back": sound.start}})
    found = faults(sound.model_copy(update={"nodes": sound.nodes | {at: back}}), NAMES)
    assert any("leads back to itself" in fault.message for fault in found)


def test_a_policy_says_which_triggers_lead_where() -> None:
    names = Names.of(POLICY, frozenset())
    assert names.triggers["I1"] == {2}
    assert names.triggers["E1"] == {3}
    assert names.triggers["C1"] == {2, 3}
    assert names.triggers["S1"] == {2}
    assert "I3" not in names.triggers  # it moves nothing
    assert "knowledge" in names.reasons


def test_r75_an_unknown_answer_is_refused_with_the_choices() -> None:
    with pytest.raises(UnknownName) as refused:
        walk(tree(), ["Perhaps"])
    assert refused.value.details == {"field": "others", "value": "Perhaps", "choices": ["Yes", "No"]}
    with pytest.raises(UnknownName) as over:
        walk(tree(), ["no", "yes", "yes"])
    assert "nothing more is asked" in over.value.message


def test_a_walk_that_is_not_over_says_what_is_asked_next() -> None:
    so_far = walk(tree(), ["yes"])
    assert (so_far.question, so_far.choices, so_far.leaf) == ("How many?", ("The whole office", "A few"), None)
    assert walk(tree(), []).node == "others"


@pytest.mark.parametrize(
    "node",
    [{}, {"says": "x"}, {"question": "?", "answers": {}, "resolve": "x"}, {"escalate": "I1", "tier": 1}, "done",
     {"question": "?", "answers": {True: "done", "yes": "sop"}}],
)  # fmt: skip
def test_a_node_that_says_two_things_or_nothing_is_not_read(node: object) -> None:
    with pytest.raises(ValidationError) as refused:
        tree(cable=node)
    assert {error["loc"][:2] for error in refused.value.errors()} == {("nodes", "cable")}


def test_answers_that_yaml_reads_as_truth_are_words_again() -> None:
    assert walk(tree(cable={"question": "?", "answers": {True: "done", False: "sop"}}), ["no", "Yes"]).node == "done"


def test_a_tree_survives_json() -> None:
    assert Tree.model_validate_json(tree().model_dump_json()) == tree()


def test_the_diagram_of_a_tree_is_always_the_same_and_lets_no_sign_through() -> None:
    backwards = Tree.model_validate(OFFLINE | {"nodes": dict(reversed(OFFLINE["nodes"].items()))})
    assert diagram(tree()) == diagram(backwards)
    assert diagram(tree()).splitlines()[:4] == [
        "flowchart TD",
        '    n1{"Is anybody else offline?"}',
        '    n1 -->|"Yes"| n2',
        '    n1 -->|"No"| n3',
    ]
    odd = diagram(tree(done={"resolve": 'Say "<b>end</b>"; go on\nclick n1'}))
    assert 'n6["Resolve: Say #34;#60;b#62;end#60;/b#62;#34;#59; go on click n1"]' in odd


@given(trees())
def test_the_diagram_draws_every_node_once_and_every_answer(sound: Tree) -> None:
    lines = diagram(sound).splitlines()[1:]
    answers = sum(len(node.answers) for node in sound.nodes.values() if isinstance(node, Question))
    assert len([line for line in lines if "-->" not in line]) == len(sound.nodes)
    assert len([line for line in lines if "-->" in line]) == answers
