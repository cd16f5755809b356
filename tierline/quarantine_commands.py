"""The commands under `tierline quarantine`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]
Number = Annotated[int, typer.Argument(help="As shown by `quarantine list`.", min=1)]


def quarantine(settings: "Callable[[Path | None], Settings]") -> typer.Typer:
    """The commands; `settings` gives those of the stack that runs on a state directory."""
    app = typer.Typer(help="What machines sent and nobody could read.", no_args_is_help=True)

    @app.command("list")
    def list_bodies(
        source: Annotated[str | None, typer.Option(help="Of this source alone.")] = None, state: State = None
    ) -> None:
        """Show what lies there, with why."""
        from tierline import quarantine_cli

        quarantine_cli.list_all(settings(state), source)

    @app.command("show")
    def show(number: Number, state: State = None) -> None:
        """Print a body as it came."""
        from tierline import quarantine_cli

        quarantine_cli.show(settings(state), number)

    @app.command("replay")
    def replay(
        number: Annotated[int | None, typer.Argument(help="One of them.", min=1)] = None,
        source: Annotated[str | None, typer.Option(help="Or all of a source.")] = None,
        state: State = None,
    ) -> None:
        """Have it read again, by its source's map of today."""
        from tierline import quarantine_cli

        quarantine_cli.replay(settings(state), number, source)

    @app.command("discard")
    def discard(
        number: Number, reason: Annotated[str, typer.Option(help="Why nobody needs it.")], state: State = None
    ) -> None:
        """Put it out of sight; it is kept, and never read."""
        from tierline import quarantine_cli

        quarantine_cli.discard(settings(state), number, reason)

    return app
