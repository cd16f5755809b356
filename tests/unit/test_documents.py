"""Documents as they are written, held to form, and read again."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from escalation.library import DOCUMENT, AnyDocument, DocumentKind, Runbook, Sop
from escalation.library.markdown import FENCE, written
from escalation.lint.documents import MOST_STEPS, MOST_WORDS, form_problems, link_problems, words_in
from escalation.terms import Priority

WHOLE: dict[str, Any] = {
    "id": "SOP-01",
    "kind": "sop",
    "title": "Password",
    "steps": [{"id": "who", "text": "Ask who it is."}],
    "required_information": ["Which account"],
    "escalate": {priority: ["C2"] for priority in Priority},
    "accept_within": dict.fromkeys(Priority, "1h"),
    "messages": ["ack"],
}


def sop(**changes: object) -> Sop:
    return Sop.model_validate(WHOLE | changes)


def read_again(text: str) -> AnyDocument:
    _, front, body = text.split(f"{FENCE}\n", 2)
    return DOCUMENT.validate_python({**YAML(typ="safe", pure=True).load(front), "body": body})


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"steps": []}, "steps", "no step that Tier 1 completes"),
        ({"steps": [{"id": "who", "text": "Ask.", "mandatory": False}]}, "steps", "no step that Tier 1 completes"),
        ({"steps": [{"id": "who", "text": "Ask.", "tier": 2}]}, "steps", "no step that Tier 1 completes"),
        ({"required_information": []}, "required_information", "what the handoff has to tell"),
        ({"escalate": WHOLE["escalate"] | {"P3": []}}, "escalate", "no trigger for priority P3"),
        ({"accept_within": {"P1": "5m", "P2": "5m", "P3": "1h"}}, "accept_within", "receiving tier responds to P4"),
        ({"messages": []}, "messages", "what the client is told"),
    ],
)
def test_r71_an_sop_that_lacks_one_of_its_five_parts_is_found(changes: Any, place: str, words: str) -> None:
    assert form_problems(sop()) == []
    (problem,) = form_problems(sop(**changes))
    assert problem.path == place
    assert words in problem.message


def test_r74_an_sop_has_at_most_twelve_steps_and_250_words() -> None:
    steps = [{"id": f"s{n}", "text": "Look."} for n in range(MOST_STEPS)]
    most = sop(steps=steps, body="word " * (MOST_WORDS - MOST_STEPS))
    assert words_in(most) == MOST_WORDS
    assert form_problems(most) == []
    (wordy,) = form_problems(sop(steps=steps, body="word " * (MOST_WORDS - MOST_STEPS + 1)))
    assert wordy.message.startswith("251 words")
    (long,) = form_problems(sop(steps=[*steps, {"id": "last", "text": "Look."}]))
    assert long.message.startswith("13 steps")


def test_words_are_what_people_read_and_not_marks() -> None:
    assert words_in(sop(body="# 1. Look, - then *ask* again!\n\n---")) == 5 + 4


def test_two_steps_of_one_name_could_not_be_told_apart() -> None:
    (problem,) = form_problems(sop(steps=[{"id": "a", "text": "One."}, {"id": "a", "text": "Two."}]))
    assert "2 steps are called 'a'" in problem.message


def test_what_an_sop_sends_people_to_is_there_and_is_what_it_should_be() -> None:
    linked = sop(tree="DT-1", runbooks=["RB-1"], vendor="VC-1")
    kinds = (DocumentKind.DECISION_TREE, DocumentKind.RUNBOOK, DocumentKind.VENDOR_CONTACT)
    assert list(link_problems(linked, dict(zip(("DT-1", "RB-1", "VC-1"), kinds, strict=True)))) == []
    said = [str(each.message) for each in link_problems(linked, {"RB-1": DocumentKind.SOP})]
    assert said == [
        "there is no decision tree 'DT-1'",
        "'RB-1' is no runbook, it is a sop",
        "there is no vendor contact 'VC-1'",
    ]


def test_a_runbook_that_says_nothing_is_no_runbook() -> None:
    assert [each.path for each in form_problems(Runbook(id="RB-1", title="Restart"))] == ["body"]


@pytest.mark.parametrize(
    "said",
    [
        {"id": "../etc"},
        {"title": "two\nlines"},
        {"body": "NUL \x00"},
        {"steps": [{"id": "A b", "text": "x"}]},
        {"accept_within": {"P1": "0m"}},
        {"accept_within": {"P1": "999999999999999d"}},
        {"accept_within": {"P9": "1h"}},
        {"failed_attempts": {4: 1}},
        {"mood": "good"},
        {"kind": "novel"},
        {"body": "x" * 200_001},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_no_document_may_hold_cannot_be_read(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DOCUMENT.validate_python(WHOLE | said)


_words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(lambda s: s.strip())
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200)


_lists = st.lists(_words, max_size=4)


@settings(deadline=None, max_examples=60)
@given(title=_words, said=_lists, tags=_lists, body=_texts, hours=st.floats(1, 99))
def test_a_document_is_read_as_it_was_written_and_written_with_the_same_bytes(
    title: str, said: list[str], tags: list[str], body: str, hours: float
) -> None:
    whole = sop(
        title=title, required_information=said, tags=tags, body=body, failed_attempts={1: 2},
        accept_within={"P1": timedelta(hours=hours)},
    )  # fmt: skip
    assert read_again(written(whole)) == whole
    assert written(read_again(written(whole))) == written(whole)


def test_a_document_reads_well_as_a_file() -> None:
    assert written(sop(tags=["no", "on"], failed_attempts={1: 2}, body="Ask *who*.\n")).splitlines() == [
        "---",
        "id: SOP-01",
        "kind: sop",
        "title: Password",
        "tags: [no, on]",
        "steps:",
        "  - id: who",
        "    text: Ask who it is.",
        "required_information:",
        "  - Which account",
        "escalate:",
        "  P1: [C2]",
        "  P2: [C2]",
        "  P3: [C2]",
        "  P4: [C2]",
        "failed_attempts:",
        "  1: 2",
        "accept_within:",
        "  P1: 1h",
        "  P2: 1h",
        "  P3: 1h",
        "  P4: 1h",
        "messages: [ack]",
        "---",
        "",
        "Ask *who*.",
    ]
