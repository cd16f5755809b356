"""One log of all parts: a line for each record, on the console and in STATE/logs/tierline.log."""

import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

_COLOURS = ("36", "35", "33", "32", "34", "31")
_MEBIBYTE = 1 << 20


class RunLog:
    """Writes `time part │ text`; in colour on a terminal, unless NO_COLOR is set."""

    def __init__(self, file: Path, *, console: TextIO | None = None, colour: bool = False, width: int = 8) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = RotatingFileHandler(file, maxBytes=10 * _MEBIBYTE, backupCount=4, encoding="utf-8", delay=True)
        self._console: TextIO | None = sys.stdout if console is None else console
        self._colour = colour
        self._width = width
        self._names: list[str] = []

    def line(self, name: str, text: str) -> None:
        """Record one line of the part's output."""
        now = datetime.now(UTC)
        record = f"{now:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + f"Z {name:<{self._width}} │ {text}"
        self._file.emit(logging.LogRecord(name, logging.INFO, "", 0, record, None, None))
        self._show(f"{now.astimezone():%H:%M:%S} {self._painted(name)} │ {text}")

    def plain(self, text: str) -> None:
        """Show text that is for the person at the terminal and not for the file."""
        self._show(text)

    def close(self) -> None:
        self._file.close()

    def _painted(self, name: str) -> str:
        padded = f"{name:<{self._width}}"
        if not self._colour:
            return padded
        if name not in self._names:
            self._names.append(name)
        return f"\x1b[{_COLOURS[self._names.index(name) % len(_COLOURS)]}m{padded}\x1b[0m"

    def _show(self, text: str) -> None:
        """A terminal that has gone away must not take the parts with it: the file goes on."""
        if self._console is None:
            return
        try:
            self._console.write(text + "\n")
            self._console.flush()
        except (OSError, ValueError):
            self._console = None
