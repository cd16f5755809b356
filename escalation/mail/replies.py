"""What somebody wrote anew, without the earlier mails below it. One pass over the lines, whatever stands in them."""

import re

_SEPARATOR = re.compile(r"^[-_*=]{2,}\s?[\w .]{0,40}\s?[-_*=]{2,}$|^_{10,}$|^-{10,}$")
_SENDER = re.compile(
    r"^\*?(from|von|de|da|od|van|från|fra|lähettäjä|от|expéditeur|发件人|差出人)\*?\s?:", re.IGNORECASE
)
_FIELD = re.compile(r"^\*?[\w\s]{2,20}\*?\s?:\s*\S")
_ENDS_ATTRIBUTION = re.compile(r"(:|：)$")
_WROTE = re.compile(
    r"(wrote|schrieb|a écrit|escribió|escreveu|ha scritto|napisał\(?a?\)?|schreef|skrev|kirjoitti|написал\(?а?\)?)"
    r"[^:]{0,80}:$",
    re.IGNORECASE,
)
_BEGINS_ATTRIBUTION = re.compile(r"^(on|am|le|el|em|il|op|den|kl|в|w dniu|dnia)\s.{0,30}\d", re.IGNORECASE)
_SIGNATURE = re.compile(r"^--\s?$")
_ATTRIBUTION = 3  # lines that "On … wrote:" may take


def newly_said(text: str) -> str:
    """Without quotes and signature; the whole text where nothing else would be left."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    above = _tidy(lines[: _where_the_past_begins(lines)])
    if above:
        return above
    below = _tidy([line for line in lines if not line.lstrip().startswith(">")])  # who writes under what he quotes
    return below or text.strip()


def _where_the_past_begins(lines: list[str]) -> int:
    for place, line in enumerate(lines):
        said = line.strip()
        if said.startswith(">"):
            return _attribution_above(lines, place)
        if _SEPARATOR.match(said) or _SIGNATURE.match(line) or (len(said) < 200 and _WROTE.search(said)):
            return _attribution_above(lines, place + 1) if _WROTE.search(said[-200:]) else place
        if _SENDER.match(said) and sum(bool(_FIELD.match(each.strip())) for each in lines[place + 1 : place + 5]) >= 2:
            return place
    return len(lines)


def _attribution_above(lines: list[str], place: int) -> int:
    """Where "On … wrote:" begins, which stands in up to three lines above a quote; `place` if there is none."""
    end = place
    while end > 0 and not lines[end - 1].strip():
        end -= 1
    if end == 0 or not _ENDS_ATTRIBUTION.search(lines[end - 1].strip()):
        return place
    above = range(end - 1, max(end - 1 - _ATTRIBUTION, -1), -1)
    begin = next((at for at in above if _BEGINS_ATTRIBUTION.match(lines[at].strip())), None)
    if begin is not None:
        return begin
    return end - 1 if "@" in lines[end - 1] or _WROTE.search(lines[end - 1].strip()[-200:]) else place


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
