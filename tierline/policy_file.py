"""The policy document as a file: YAML 1.2, in which `no` and `on` stay words."""

from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from escalation.lint.policy import problems
from escalation.policy import Policy
from tierline.faults import OperatorError
from tierline.policy_places import Places
from tierline.public_holidays import holiday_reader


class PolicyFileError(OperatorError):
    """The policy document cannot be read or does not hold; one line for each fault."""


def load_policy(path: Path, years: range | None = None) -> Policy:
    """The policy in the file, or PolicyFileError that names each place and what is wrong there.

    The holidays of a country become dates here, in these years: from last year to three years ahead by default.
    """
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        return Policy.model_validate(document, context=holiday_reader(years).context())
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise PolicyFileError(f"{path}: {error}") from None
    except ValidationError as error:
        places = Places(path)
        faults = [
            f"{path}:{places.line(each['loc'])}: {'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors()
        ]
        raise PolicyFileError("\n".join(faults)) from None


def load_sound_policy(path: Path) -> Policy:
    """The policy, or PolicyFileError if any of its references leads nowhere or any rule can never act."""
    policy = load_policy(path)
    if faults := problems(policy):
        raise PolicyFileError("\n".join(f"{path}: {each.path}: {each.message}" for each in faults))
    return policy
