"""The changes of a review, made to the text of a policy: comments and order stay, and it is looked through again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import StringIO

from ruamel.yaml import YAML

from escalation.library.documents import Sop
from escalation.policy import Policy
from escalation.policy.amended import amended, next_version
from escalation.policy.amendments import AccessGrant, ScopeChange
from tierline.library_files import shipped_sops
from tierline.policy_publishing import sound
from tierline.yaml_text import Fault, loaded

_WIDE = 4_096  # columns: a line that a person wrote is not broken


class Amender:
    """Changes policy documents; `sops` are those that people work by, and with which a policy has to agree."""

    def __init__(self, sops: Callable[[], Mapping[str, Sop]] = shipped_sops) -> None:
        self._sops = sops

    def amend(
        self, document: str, changes: Sequence[ScopeChange | AccessGrant], mark: str, at: datetime
    ) -> tuple[str, Policy]:
        """The document with these changes as the next version, named by `mark`, and the policy that it holds.

        PolicyUnsound where it cannot work with them, UnknownName or NothingChanges where they cannot be made.
        """
        tree = loaded(document)
        if isinstance(tree, Fault):
            raise ValueError(f"a published policy cannot be read: {tree}")
        version = next_version(str(tree["version"]), mark)
        wanted = amended(_unshared(tree), changes, version)
        kept = _written(amended(_round_trip().load(document), changes, version))
        # An alias that stands for two places would carry a change to both: then it is written out, without comments.
        text = kept if loaded(kept) == wanted else _written(wanted)
        return text, sound(text, self._sops(), at)


def _round_trip() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = _WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _written(document: object) -> str:
    out = StringIO()
    _round_trip().dump(document, out)
    return out.getvalue()


def _unshared(node: object) -> dict[object, object]:
    """The same with each alias written out."""
    copied = _copied(node)
    return copied if isinstance(copied, dict) else {}


def _copied(node: object) -> object:
    match node:
        case dict():
            return {key: _copied(value) for key, value in node.items()}
        case list():
            return [_copied(each) for each in node]
        case _:
            return node
