"""A document as text: Markdown, and in front of it what machines read, as YAML. The same document, the same bytes."""

import re
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from escalation.library.documents import AnyDocument, Written

FENCE = "---"
_WIDTH = 110
_WORD = re.compile(r"[\w.+-]+", re.ASCII)
_ALWAYS = ("id", "kind", "title")


def written(document: AnyDocument) -> str:
    """The document as a file holds it."""
    body = f"\n{document.body}\n" if document.body else ""
    return f"{FENCE}\n{_front(document)}{FENCE}\n{body}"


def data_of(document: Written) -> dict[str, Any]:
    """What the front matter says, in its order, without what goes without saying."""
    said = document.model_dump(mode="json", exclude={"body"}, exclude_defaults=True)
    full = document.model_dump(mode="json", include=set(_ALWAYS))
    return {name: full[name] for name in _ALWAYS} | {name: said[name] for name in said if name not in _ALWAYS}


def _front(document: Written) -> str:
    yaml = YAML(typ="rt", pure=True)
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    yaml.default_flow_style = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(_laid_out(data_of(document)), out)
    return out.getvalue()


def _laid_out(value: Any) -> Any:
    """Words stand in a row, all else below each other; a tier is a number."""
    match value:
        case dict():
            return CommentedMap({_key(name): _laid_out(each) for name, each in value.items()})
        case list():
            listed = CommentedSeq([_laid_out(each) for each in value])
            if all(isinstance(each, str) and _WORD.fullmatch(each) for each in value):
                listed.fa.set_flow_style()
            return listed
        case str() if ":" in value or not value.isprintable():  # read as two parts, or broken in two, without quotes
            return DoubleQuotedScalarString(value)
        case _:
            return value


def _key(name: str) -> str | int:
    return int(name) if name in ("1", "2", "3") else name
