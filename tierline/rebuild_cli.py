"""`tierline rebuild`: the read side again, from the journal."""

import typer
from rich.progress import Progress

from escalation.ports import Unavailable
from stores.database import engine_for
from stores.rebuild import rebuild
from tierline.faults import OperatorError
from tierline.settings import Settings


class RebuildError(OperatorError):
    """The read side stays as it was."""


def run(settings: Settings) -> None:
    """Replace the read side, with a bar on long work; lists and dashboards show the old one until it is done."""
    engine = engine_for(settings.dsn, pool_size=1)
    try:
        with Progress(transient=True) as bar:
            task = bar.add_task("tickets", total=None)
            count = rebuild(engine, lambda done, of: bar.update(task, completed=done, total=of))
    except Unavailable as away:
        raise RebuildError(f"{away}; is `tierline up` running?") from None
    finally:
        engine.dispose()
    typer.echo(f"rebuilt the read side of {count} tickets")
