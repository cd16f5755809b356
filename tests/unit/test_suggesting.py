"""Which category is suggested for a ticket, and why."""

from hypothesis import given
from hypothesis import strategies as st

from escalation.library.documents import DocumentKind
from escalation.library.search import Found
from escalation.policy import Category
from escalation.suggesting import BEST, Past, suggestions, telling

CATEGORIES = {
    "email.delivery": Category(skill="m365", sop="SOP-04"),
    "identity.password_reset": Category(skill="identity", sop="SOP-01"),
    "network.wifi": Category(skill="network"),
    "hardware.printer": Category(skill="hardware"),
}


def found(its_id: str, score: float, *categories: str) -> Found:
    return Found(
        id=its_id,
        kind=DocumentKind.SOP,
        title=f"About {its_id}",
        revision=1,
        score=score,
        snippet="",
        categories=categories,
    )


def test_a_suggestion_says_which_document_and_which_past_tickets_speak_for_it() -> None:
    asked = telling("Outlook: messages bounce")
    past = [Past(category="email.delivery", words=("bounce", "outlook"))] * 6
    past += [Past(category="email.delivery", words=("bounce",)), Past(category="network.wifi", words=("messages",))]
    best, *_ = suggestions(asked, [found("SOP-04", 8.0), found("RB-1", 2.0, "network.wifi")], past, CATEGORIES)
    assert (best.category, best.documents, best.tickets) == ("email.delivery", (("SOP-04", "About SOP-04"),), 7)
    assert best.words == ("bounce", "outlook")


def test_each_of_the_three_reasons_is_enough_alone() -> None:
    by_document = suggestions((), [found("KI-7", 1.0, "network.wifi")], [], CATEGORIES)
    by_tickets = suggestions(("jam",), [], [Past(category="hardware.printer", words=("jam",))], CATEGORIES)
    by_name = suggestions(telling("Password forgotten"), [], [], CATEGORIES)
    assert [each.category for each in by_document] == ["network.wifi"]
    assert [each.category for each in by_tickets] == ["hardware.printer"]
    assert [(each.category, each.named) for each in by_name] == [("identity.password_reset", ("password",))]


def test_what_is_far_behind_the_best_is_no_suggestion() -> None:
    documents = [found("SOP-04", 9.0), found("RB-1", 2.0, "network.wifi"), found("RB-2", 4.0, "hardware.printer")]
    assert [each.category for each in suggestions((), documents, [], CATEGORIES)] == [
        "email.delivery",
        "hardware.printer",
    ]


def test_nothing_is_suggested_where_nothing_speaks_for_anything() -> None:
    assert suggestions(telling("Hello"), [], [], CATEGORIES) == []


def test_a_category_that_the_policy_does_not_know_is_never_suggested() -> None:
    past = [Past(category="gone", words=("hello",))] * 9
    assert suggestions(("hello",), [found("X", 1.0, "gone")], past, CATEGORIES) == []


def test_the_words_looked_for_stand_once_each_without_numbers_and_scraps() -> None:
    assert telling("No mail, MAIL is at 0815: e.g. Öffner öffner") == ("mail", "offner")


_PAST = st.lists(
    st.builds(Past, category=st.sampled_from([*CATEGORIES, "gone"]), words=st.just(("mail",)) | st.just(())), max_size=9
)


@given(_PAST, st.lists(st.sampled_from(list(CATEGORIES)), max_size=4))
def test_there_are_three_at_most_each_once_the_best_first_and_in_the_same_order_again(
    past: list[Past], about: list[str]
) -> None:
    documents = [found(f"D-{n}", 1.0 + n, name) for n, name in enumerate(about)]
    made = suggestions(("mail",), documents, past, CATEGORIES)
    assert len(made) <= BEST
    assert len({each.category for each in made}) == len(made)
    assert [each.score for each in made] == sorted((each.score for each in made), reverse=True)
    assert made == suggestions(("mail",), documents, list(reversed(past)), CATEGORIES)
