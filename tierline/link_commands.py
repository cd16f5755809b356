"""The commands under `tierline links`."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tierline.settings import Settings

State = Annotated[Path | None, typer.Option("--state", help="State directory.", show_default=".tierline")]


def links(settings: "Callable[[Path | None], Settings]") -> typer.Typer:
    """The commands; `settings` gives those of the stack that runs on a state directory."""
    app = typer.Typer(help="The links in pages, by which they are answered.", no_args_is_help=True)

    @app.callback()
    def several() -> None:
        """The links in pages, by which they are answered."""

    @app.command("rotate")
    def rotate(state: State = None) -> None:
        """Sign links with a new secret from now on; those sent before stay good for their day."""
        from stores.database import engine_for
        from stores.signing_keys import SigningKeys

        engine = engine_for(settings(state).dsn, pool_size=1)
        try:
            typer.echo(f"links are signed with key {SigningKeys(engine).rotate(datetime.now(UTC))} from now on")
        finally:
            engine.dispose()

    return app
