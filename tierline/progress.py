"""A bar for what takes a while."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


def progress_bar() -> Progress:
    """A bar on standard error; silent unless that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def watched(progress: Progress, doing: str, log: Path) -> Callable[[BinaryIO], BinaryIO]:
    """What makes the reading of this file move a bar of its own."""
    task = progress.add_task(f"{doing} {log.name}", total=log.stat().st_size if log.is_file() else None)

    def wrap(file: BinaryIO) -> BinaryIO:
        return progress.wrap_file(file, task_id=task)

    return wrap
