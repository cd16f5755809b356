"""Which category a ticket may be of, and why: by what the library says, by past tickets, by the category's own words.

Deterministic: the same words, documents and tickets make the same suggestion. It is shown, and never applied.
"""

from collections.abc import Iterable, Mapping, Sequence

from escalation.library.search import Found
from escalation.library.snippet import words
from escalation.policy import Category
from escalation.terms import Facts
from escalation.ticket import Ticket

BEST = 3
_MOST_WORDS = 24
_SHORTEST = 3
# Worth of the three reasons: what the library says is written for this; past tickets tell by their number.
_BY_LIBRARY, _BY_TICKETS, _BY_NAME = 1.0, 1.0, 0.8
_HALF = 2.0  # past tickets that count half of what any number of them does
_LITTLE = 0.15  # less is no suggestion
_FAR_BEHIND = 3  # times less than the best is none either


class Past(Facts):
    """A ticket that was solved, and which of the asked words its subject has."""

    category: str
    words: tuple[str, ...]


class Suggestion(Facts):
    """A category with its reasons: documents (id and title), past tickets and their words, words of its own name."""

    category: str
    score: float
    documents: tuple[tuple[str, str], ...] = ()
    tickets: int = 0
    words: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def said_of(ticket: Ticket) -> str:
    """What points at the fault: subject and error messages; a description tells much else, and would drown them."""
    return "\n".join(filter(None, (ticket.subject, ticket.facts.error_messages)))


def telling(text: str) -> tuple[str, ...]:
    """The words by which past tickets are looked for, in their order, each once."""
    found = [word for word in words(text) if len(word) >= _SHORTEST and not word.isdigit()]
    return tuple(dict.fromkeys(found))[:_MOST_WORDS]


def suggestions(
    asked: Sequence[str], found: Sequence[Found], past: Sequence[Past], categories: Mapping[str, Category]
) -> list[Suggestion]:
    """The best three, the best first; none where nothing speaks for any."""
    judged = [_judged(name, each, asked, found, past) for name, each in categories.items()]
    best = max((each.score for each in judged), default=0.0)
    likely = [each for each in judged if each.score >= max(_LITTLE, best / _FAR_BEHIND)]
    return sorted(likely, key=lambda each: (-each.score, each.category))[:BEST]


def _judged(
    name: str, category: Category, asked: Sequence[str], found: Sequence[Found], past: Sequence[Past]
) -> Suggestion:
    best = max((each.score for each in found), default=0.0)
    about = [each for each in found if name in each.categories or each.id == category.sop]
    alike = [each for each in past if each.category == name and each.words]
    named = tuple(word for word in dict.fromkeys(words(name.replace(".", " "))) if word in asked)
    library = max((each.score for each in about), default=0.0) / best if best else 0.0
    weight = sum((len(each.words) / max(len(asked), 1)) ** 0.5 for each in alike)
    by_name = len(named) / max(len(words(name.replace(".", " "))), 1)
    score = _BY_LIBRARY * library + _BY_TICKETS * weight / (weight + _HALF) + _BY_NAME * by_name
    return Suggestion(
        category=name,
        score=round(score, 4),
        documents=tuple((each.id, each.title) for each in about[:2]),
        tickets=len(alike),
        words=_most_said(alike),
        named=named,
    )


def _most_said(alike: Iterable[Past]) -> tuple[str, ...]:
    """The words that most of the tickets share, three at most."""
    often: dict[str, int] = {}
    for each in alike:
        for word in each.words:
            often[word] = often.get(word, 0) + 1
    return tuple(sorted(often, key=lambda word: (-often[word], word))[:3])
