"""The commands under `tierline maintenance`."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]
Zone = Annotated[str | None, typer.Option(help="Show times in this zone.", show_default="this machine's")]
_MOMENT = "In UTC, as 2026-03-02T22:00."


def maintenance(settings: "Callable[[Path | None], Settings]") -> typer.Typer:
    """The commands; `settings` gives those of the stack that runs on a state directory."""
    app = typer.Typer(help="Times in which alerts are expected and page nobody.", no_args_is_help=True)

    @app.command("plan")
    def plan(
        reason: Annotated[str, typer.Option(help="What is done.")],
        until: Annotated[datetime, typer.Option(help=_MOMENT)],
        start: Annotated[datetime | None, typer.Option(help=_MOMENT, show_default="now")] = None,
        client: Annotated[str | None, typer.Option(help="Of this client.")] = None,
        site: Annotated[str | None, typer.Option(help="Of this site of the client.")] = None,
        asset: Annotated[str | None, typer.Option(help="Of this asset of the client.")] = None,
        kind: Annotated[str | None, typer.Option(help="Of this kind of fault, such as 'backup*'.")] = None,
        state: State = None,
    ) -> None:
        """Plan a window; security alerts are never silenced."""
        from tierline import maintenance_cli

        limits = {"client": client, "site": site, "asset": asset, "kind": kind}
        maintenance_cli.plan(settings(state), start, until, reason, **limits)

    @app.command("list")
    def listed(zone: Zone = None, state: State = None) -> None:
        """Show the windows that hold or are to come."""
        from tierline import maintenance_cli

        maintenance_cli.show(settings(state), zone)

    @app.command("end")
    def end(
        number: Annotated[int, typer.Argument(help="As shown by `maintenance list`.")], state: State = None
    ) -> None:
        """End a window now, or call off one to come."""
        from tierline import maintenance_cli

        maintenance_cli.end(settings(state), number)

    return app
