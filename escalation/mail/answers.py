"""What a short answer means: a score, or no more than thanks. Pure."""

import re

_SCORE = re.compile(
    r"\s*\(?([1-5])\)?\s*(?:/\s*5|von 5|out of 5|sur 5|z 5|de 5)?(?:\s*[.!]?\s*|\s*[,;:!\n–—-]\s*(.*))",
    re.DOTALL | re.IGNORECASE,
)  # not "5 PCs are down", and not the first line of a numbered list
_THANKS = re.compile(
    r"(ok(ay)?|great|perfect|super|thanks?( you)?( a lot| so much| very much)?|many thanks|thx|cheers|"
    r"danke( dir| ihnen| schön| sehr)?|vielen dank|besten dank|merci( beaucoup)?|gracias|muchas gracias|"
    r"grazie( mille)?|obrigad[oa]|dank(je| u)?( wel)?|bedankt|dziękuję( bardzo)?|dzięki|tack( så mycket)?|takk|tak|"
    r"kiitos|děkuji|спасибо|"
    r"(it|that|this|everything|all)( now)? works?( again| now| fine| well)*|works?( again| now)*|fixed|solved|"
    r"(es |alles )?(geht|funktioniert|läuft)( jetzt| wieder)*|działa( już)?)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,.;:!–—-]+|\band\b|\bund\b|\bet\b|\by\b|\be\b|[\u2600-\u27bf\U0001f300-\U0001faff\ufe0f]")
_SHORT = 200


def score_in(text: str) -> tuple[int, str] | None:
    """A number from 1 to 5 with which the text begins, and what is said of it; None where there is none."""
    found = _SCORE.fullmatch(text.strip())
    return (int(found.group(1)), (found.group(2) or "").strip()) if found else None


def only_thanks(text: str) -> bool:
    """Whether it says nothing but thanks, or that all is well."""
    said = text.strip()
    if not said or len(said) > _SHORT:
        return False
    place, thanked = 0, False
    while place < len(said):
        found = _THANKS.match(said, place) or _BETWEEN.match(said, place)
        if found is None or found.end() == place:
            return False
        thanked = thanked or found.re is _THANKS
        place = found.end()
    return thanked
