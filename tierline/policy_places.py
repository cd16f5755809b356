"""Where in a policy file something stands, and what in it no rule reads."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

Place = tuple[str | int, ...]


class Places:
    """The line on which each part of a YAML document stands; `left_out` are the parts that could not be read."""

    def __init__(self, text: str, left_out: Collection[Place] = ()) -> None:
        self._document = YAML(typ="rt", pure=True).load(text)
        self._left_out = frozenset(left_out)

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

    def steps(self, path: str) -> Place:
        """The place of a dotted path into what was read, as it was written; a key may hold dots itself.

        What the document does not have stands as the last step.
        """
        return self._steps(self._document, path.split("."), ())

    def unread(self, read: object) -> list[Place]:
        """The keys of the document that are not in `read`, the same document after the models have read it."""
        return list(self._unread(self._document, read, ()))

    def _steps(self, node: object, words: list[str], here: Place) -> Place:
        for count in range(1, len(words) + 1):
            word = ".".join(words[:count])
            key = self._kept(node, here, word) if isinstance(node, CommentedSeq) else _key(node, word)
            if key is not None and isinstance(node, CommentedMap | CommentedSeq):
                return self._steps(node[key], words[count:], (*here, key))
        return (*here, ".".join(words)) if words else here

    def _kept(self, node: CommentedSeq, here: Place, word: str) -> int | None:
        """Which of a list is meant, where some of it was left out."""
        kept = [n for n in range(len(node)) if (*here, n) not in self._left_out]
        return kept[int(word)] if word.isdecimal() and int(word) < len(kept) else None

    def _unread(self, node: object, read: object, place: Place) -> Iterator[Place]:
        if isinstance(node, CommentedMap) and isinstance(read, Mapping):
            there = {str(key): value for key, value in read.items()}
            for key, value in node.items():
                here = (*place, key)
                if here in self._left_out:
                    continue
                if str(key) not in there:
                    yield here
                else:
                    yield from self._unread(value, there[str(key)], here)
        elif isinstance(node, CommentedSeq) and isinstance(read, Sequence) and not isinstance(read, str):
            kept = [n for n in range(len(node)) if (*place, n) not in self._left_out]
            for n, taken in zip(kept, read, strict=False):
                yield from self._unread(node[n], taken, (*place, n))


def _key(node: object, step: object) -> Any:
    """The node's own key for a step, which may be written as text; None if it has none."""
    if isinstance(node, CommentedMap):
        return next((key for key in node if key == step or str(key) == str(step)), None)
    if isinstance(node, CommentedSeq) and str(step).isdecimal() and int(str(step)) < len(node):
        return int(str(step))
    return None
