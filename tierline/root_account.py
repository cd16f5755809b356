"""PostgreSQL refuses to run as root; there it gets an account of its own, which must be able to reach its files."""

import os
import pwd
import stat
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tierline.faults import OperatorError

NAME = "tierline"


class NoAccountError(OperatorError):
    """Run as root where no account can be made."""


@dataclass(frozen=True)
class Account:
    """Numbers of the account."""

    user: int
    group: int


def account_for_root() -> Account | None:
    """The account to drop to, made on first use; None when this process is not root."""
    if os.geteuid() != 0:
        return None
    try:
        return _found()
    except KeyError:
        _make()
        return _found()


def let_in(account: Account, paths: Iterable[Path], say: Callable[[str], None]) -> None:
    """Let the account pass through the directories above the paths, and read those that are not its own.

    Only search permission is added above, never the right to list or read.
    """
    for path in paths:
        for above in reversed(path.resolve().parents):
            if not above.stat().st_mode & stat.S_IXOTH and above.stat().st_uid != account.user:
                say(f"PostgreSQL runs as {NAME}: let others pass through {above}")
                above.chmod(above.stat().st_mode | stat.S_IXOTH)
        if path.stat().st_uid != account.user and not path.stat().st_mode & stat.S_IROTH:
            _make_readable(path)


def _make_readable(path: Path) -> None:
    for each in (path, *path.rglob("*")):
        mode = each.stat().st_mode
        runs = each.is_dir() or mode & stat.S_IXUSR
        each.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if runs else 0))


def _found() -> Account:
    entry = pwd.getpwnam(NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def _make() -> None:
    argv = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(argv, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoAccountError(
            f"PostgreSQL does not run as root, and the account {NAME} could not be made ({error}): "
            "run Tierline as an ordinary user, or name a server of your own in TIERLINE_DATABASE_URL"
        ) from None
