"""Where in a policy file something stands, and what in it no rule reads."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

Place = tuple[str | int, ...]


class Places:
    """The line on which each part of a YAML document stands."""

    def __init__(self, path: Path) -> None:
        self._document = YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8"))

    def line(self, place: Sequence[object]) -> int:
        """The line, from 1, of the part of the document at this place, or of the innermost part around it."""
        line, node = 1, self._document
        for step in place:
            key = _key(node, step)
            if key is None:
                break
            line = 1 + (node.lc.item(key)[0] if isinstance(node, CommentedSeq) else node.lc.key(key)[0])
            node = node[key]
        return line

    def line_of(self, path: str) -> int:
        """The line of a dotted path; a key may hold dots itself."""
        return self.line(self._steps(self._document, path.split(".")))

    def unread(self, read: object) -> list[Place]:
        """The keys of the document that are not in `read`, the same document after the models have read it."""
        return list(_unread(self._document, read, ()))

    def _steps(self, node: object, words: list[str]) -> list[object]:
        for count in range(1, len(words) + 1):
            key = _key(node, ".".join(words[:count]))
            if key is not None and isinstance(node, CommentedMap | CommentedSeq):
                return [key, *self._steps(node[key], words[count:])]
        return []


def _key(node: object, step: object) -> object:
    """The node's own key for a step, which may be written as text; None if it has none."""
    if isinstance(node, CommentedMap):
        return next((key for key in node if key == step or str(key) == str(step)), None)
    if isinstance(node, CommentedSeq) and str(step).isdecimal() and int(str(step)) < len(node):
        return int(str(step))
    return None


def _unread(node: object, read: object, place: Place) -> Iterator[Place]:
    if isinstance(node, CommentedMap) and isinstance(read, Mapping):
        there = {str(key): value for key, value in read.items()}
        for key, value in node.items():
            here = (*place, key)
            if str(key) not in there:
                yield here
            else:
                yield from _unread(value, there[str(key)], here)
    elif isinstance(node, CommentedSeq) and isinstance(read, Sequence) and not isinstance(read, str):
        for index, (value, taken) in enumerate(zip(node, read, strict=False)):
            yield from _unread(value, taken, (*place, index))
