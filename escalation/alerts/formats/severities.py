"""How bad a sender says that it is, in the words that monitoring uses."""

from escalation.alerts.source import SourceMap

_WORDS = {
    1: "critical p1 emergency disaster fatal page sev1 highest",
    2: "error high major p2 severe sev2",
    3: "warning warn moderate medium average p3 sev3",
    4: "info information informational minor low none p4 p5 notice debug sev4 ok",
}
_SEVERITIES = {word: severity for severity, words in _WORDS.items() for word in words.split()}
UNKNOWN = 3  # as a warning: hidden among information, nobody would see it


def severity(word: str, how: SourceMap) -> tuple[int, bool]:
    """From 1, critical, to 4; and whether nobody knows the word."""
    said = word.strip().casefold()
    own = {name.strip().casefold(): each for name, each in how.severities.items()}
    found = own.get(said, _SEVERITIES.get(said))
    return (UNKNOWN, True) if found is None else (found, False)
