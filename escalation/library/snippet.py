"""The part of a text that was looked for, as HTML in which nothing is markup but our own marks. Pure."""

import re
from collections.abc import Collection
from html import escape
from unicodedata import combining, normalize

_WORD = re.compile(r"\w+")
_MARKDOWN = re.compile(r"(?m)^\s*(?:[#>]+|[-*])\s|[*`|]+|\s+")
_WIDTH = 180  # characters
_LONGEST = 20_000  # of a text that is looked through


def folded(text: str) -> str:
    """The text without case and accents."""
    return "".join(each for each in normalize("NFKD", text) if not combining(each)).casefold()


def words(text: str) -> list[str]:
    """Every word and number of a text, folded; whatever else stands between them."""
    return _WORD.findall(folded(text).replace("_", " "))


def snippet(text: str, stems: Collection[str]) -> str:
    """The stretch with most of the words of these stems, each of them in <mark>; the beginning where there is none."""
    plain = " ".join(_MARKDOWN.sub(" ", text[:_LONGEST]).split())
    hits = [found.span() for found in _WORD.finditer(plain) if _fits(folded(found.group()), stems)]
    start = _best(hits)
    end = min(len(plain), start + _WIDTH)
    start, end = _at_words(plain, start, end)
    said, at = [], start
    for begin, stop in hits:
        if begin >= start and stop <= end:
            said += [escape(plain[at:begin]), "<mark>", escape(plain[begin:stop]), "</mark>"]
            at = stop
    said.append(escape(plain[at:end]))
    return f"{'… ' if start else ''}{''.join(said).strip()}{' …' if end < len(plain) else ''}"


def _fits(word: str, stems: Collection[str]) -> bool:
    """Whether a word is of one of the stems: stemming changes no more than the end, and its last letter."""
    return any(
        word == stem or (len(stem) > 3 and word.startswith(stem[:-1]) and len(word) <= len(stem) + 4) for stem in stems
    )


def _best(hits: list[tuple[int, int]]) -> int:
    """Where to begin so that most hits are shown, a little before the first of them."""
    if not hits:
        return 0
    most = max(hits, key=lambda hit: (sum(hit[0] <= begin < hit[0] + _WIDTH - 40 for begin, _ in hits), -hit[0]))
    return max(0, most[0] - 40)


def _at_words(plain: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch without a word cut in two, as far as there are words."""
    if start and (space := plain.find(" ", start)) != -1 and space < start + 40:
        start = space + 1
    if end < len(plain) and (space := plain.rfind(" ", start, end)) > start:
        end = space
    return start, end
