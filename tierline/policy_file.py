"""The policy document as a file: YAML 1.2, in which `no` and `on` stay words."""

from pathlib import Path

from escalation.policy import Policy
from tierline.faults import OperatorError
from tierline.library_files import sops_beside
from tierline.policy_reading import Reading, read_policy
from tierline.policy_salvage import salvage
from tierline.public_holidays import holiday_reader
from tierline.yaml_text import Fault, loaded


class PolicyFileError(OperatorError):
    """The policy document cannot be read or does not hold; one line for each fault."""


def read_file(path: Path) -> Reading:
    """What the file holds, and every fault; PolicyFileError if there is no such text."""
    return read_policy(text_of(path), sops=sops_beside(path))


def text_of(path: Path) -> str:
    """The text of the file; PolicyFileError if it has none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyFileError(f"{path}: {error}") from None


def load_policy(path: Path, years: range | None = None) -> Policy:
    """The policy in the file, if it can be read at all; PolicyFileError names each place and what is wrong there.

    The holidays of a country become dates here, in these years: from last year to three years ahead by default.
    """
    text = text_of(path)
    document = loaded(text)
    read = None if isinstance(document, Fault) else salvage(document, holiday_reader(years))
    if read is None or read.policy is None or read.unreadable:
        raise _error(path, read_policy(text, years, sops=sops_beside(path)))
    return read.policy


def load_sound_policy(path: Path, years: range | None = None) -> Policy:
    """The policy, or PolicyFileError if any of its references leads nowhere or any rule can never act."""
    reading = read_policy(text_of(path), years, sops=sops_beside(path))
    if not reading.sound:
        raise _error(path, reading)
    return reading.sound


def _error(path: Path, reading: Reading) -> PolicyFileError:
    return PolicyFileError("\n".join(f"{path}:{fault}" for fault in reading.faults))
